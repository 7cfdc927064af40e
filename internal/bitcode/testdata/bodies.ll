; One instruction of each kind and what surrounds them, for TestBody and the comparison with llvm-dis.
target triple = "x86_64-pc-linux-gnu"

@table = external global [4 x ptr]
@number = global i32 0
@typeinfo = external constant ptr

declare i32 @callee(i32, ptr)
declare i32 @printf(ptr, ...)
declare i32 @personality(...)
declare i64 @llvm.read_register.i64(metadata)
declare void @llvm.assume(i1)

define i32 @branches(i32 %n, ptr %p, ptr %f) {
entry:
  %zero = icmp eq i32 %n, 0
  br i1 %zero, label %done, label %loop, !prof !0
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %again ]
  %next = add nsw i32 %i, 1
  %r = call i32 @callee(i32 %next, ptr @number), !prof !3
  switch i32 %r, label %again [
    i32 -1, label %done
    i32 7, label %indirect
  ], !prof !1
indirect:
  %picked = select i1 %zero, ptr %f, ptr %p, !prof !0
  %s = call i32 %picked(i32 1, ptr getelementptr ([4 x ptr], ptr @table, i64 0, i64 2))
  br label %again
again:
  %more = icmp slt i32 %next, %n
  br i1 %more, label %loop, label %done, !prof !2
done:
  %result = phi i32 [ 0, %entry ], [ %r, %loop ], [ %next, %again ]
  ret i32 %result
}

define void @memory(ptr %p, i64 %n) {
  %a = alloca i32
  %v = alloca [4 x i32], i64 %n, align 16
  %l = load i32, ptr %p
  store volatile i32 %l, ptr %a
  %g = getelementptr inbounds { i32, i64 }, ptr %p, i64 %n, i32 1
  store atomic i32 %l, ptr %p seq_cst, align 4
  %al = load atomic i32, ptr %p acquire, align 4
  fence acquire
  %x = cmpxchg weak ptr %p, i32 %l, i32 %al seq_cst monotonic
  %ok = extractvalue { i32, i1 } %x, 1
  %old = atomicrmw add ptr %p, i32 1 seq_cst
  %va = va_arg ptr %p, i32
  ret void
}

define <4 x i32> @vectors(<4 x i32> %v, <4 x float> %f, i32 %i) {
  %e = extractelement <4 x i32> %v, i32 %i
  %w = insertelement <4 x i32> %v, i32 %e, i32 0
  %s = shufflevector <4 x i32> %v, <4 x i32> %w, <4 x i32> <i32 0, i32 4, i32 1, i32 5>
  %c = icmp ult <4 x i32> %s, %w
  %t = select <4 x i1> %c, <4 x i32> %v, <4 x i32> %s
  %n = fneg <4 x float> %f
  %b = fptosi <4 x float> %n to <4 x i32>
  %z = freeze <4 x i32> %b
  %a = insertvalue { <4 x i32>, i32 } poison, <4 x i32> %z, 0
  %y = extractvalue { <4 x i32>, i32 } %a, 0
  %q = and <4 x i32> %y, %t
  ret <4 x i32> %q
}

define void @exceptions() personality ptr @personality {
  %r = invoke i32 @callee(i32 1, ptr null) to label %fine unwind label %pad
fine:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup catch ptr @typeinfo
  resume { ptr, i32 } %e
}

define void @funclets() personality ptr @personality {
  invoke void @takes() to label %fine unwind label %switch
switch:
  %s = catchswitch within none [label %handler] unwind label %clean
handler:
  %h = catchpad within %s [ptr @typeinfo, i32 0]
  call void @takes() [ "funclet"(token %h) ]
  catchret from %h to label %fine
clean:
  %c = cleanuppad within none []
  cleanupret from %c unwind to caller
fine:
  ret void
}

declare void @takes()

define i32 @assembly(i32 %x) {
  %r = call i32 asm sideeffect "nop", "=r,r"(i32 %x)
  callbr void asm sideeffect "jmp ${0:l}", "!i"() to label %next [label %other]
next:
  unreachable
other:
  ret i32 %r
}

define void @odd(ptr %p) {
  %n = call i32 (ptr, ...) @printf(ptr @number, i32 1, double 2.0)
  %m = call i64 @llvm.read_register.i64(metadata !4)
  call void @llvm.assume(i1 true) [ "align"(ptr %p, i64 16) ]
  br label %later
back:
  %forward = add i32 %value, 1
  ret void
later:
  %value = mul i32 %n, 3
  br label %back
}

define ptr @goto(i1 %c) {
  %t = select i1 %c, ptr blockaddress(@goto, %a), ptr blockaddress(@goto, %b)
  indirectbr ptr %t, [label %a, label %b]
a:
  ret ptr blockaddress(@landing, %there)
b:
  ret ptr dso_local_equivalent @branches
}

define void @landing(ptr %p) {
  indirectbr ptr %p, [label %there]
there:
  ret void
}

!0 = !{!"branch_weights", i32 1, i32 2000}
!1 = !{!"branch_weights", i32 10, i32 20, i32 30}
!2 = !{!"branch_weights", !"expected", i32 99, i32 1}
!3 = !{!"branch_weights", i32 42}
!4 = !{!"rsp"}
