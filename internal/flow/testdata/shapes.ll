; Control-flow graphs of which flow_test.go knows everything. A call takes 100 cycles, a br 1.

declare void @a()
declare void @b()
declare void @c()
declare void @d()
declare void @error() cold
declare void @fatal() noreturn
declare void @often() hot
declare void @busy() section ".text.hot"
declare void @first() section ".text.startup"
declare void @seldom() section ".text.unlikely.seldom"

define void @empty() {
  ret void
}

define void @diamond(i1 %x) {
  br i1 %x, label %then, label %else
then:
  call void @a()
  br label %end
else:
  call void @b()
  call void @b()
  br label %end
end:
  call void @c()
  ret void
}

define void @loop(i1 %x) {
  call void @a()
  br label %body
body:
  call void @b()
  br i1 %x, label %body, label %end, !prof !0
end:
  call void @c()
  ret void
}

define void @branch_in_loop(i1 %x, i1 %y) {
  br label %header
header:
  br i1 %x, label %then, label %latch, !prof !1
then:
  call void @a()
  br label %latch
latch:
  br i1 %y, label %header, label %end, !prof !0
end:
  ret void
}

define void @nested(i1 %x, i1 %y) {
  br label %outer
outer:
  call void @a()
  br label %inner
inner:
  call void @b()
  br i1 %x, label %inner, label %latch, !prof !0
latch:
  call void @c()
  br i1 %y, label %outer, label %end, !prof !2
end:
  call void @d()
  ret void
}

define void @switch(i32 %x) {
  switch i32 %x, label %default [
    i32 1, label %one
    i32 2, label %two
    i32 3, label %one
  ], !prof !3
default:
  ret void
one:
  call void @a()
  ret void
two:
  call void @b()
  ret void
}

define void @cold_branch(i1 %x) {
  br i1 %x, label %then, label %end
then:
  br label %bad
bad:
  call void @error()
  br label %end
end:
  call void @a()
  ret void
}

define void @unlikely_section(i1 %x) {
  br i1 %x, label %bad, label %good
bad:
  call void @seldom()
  br label %end
good:
  br label %end
end:
  ret void
}

define void @noreturn_branch(i1 %x) {
  br i1 %x, label %bad, label %good
bad:
  call void @fatal()
  unreachable
good:
  call void @a()
  ret void
}

define void @always_noreturn(i1 %x) {
  br i1 %x, label %help, label %run
help:
  call void @a()
  call void @fatal()
  unreachable
run:
  call void @b()
  call void @fatal()
  unreachable
}

define void @unreachable_branch(i1 %x) {
  br i1 %x, label %good, label %bad
bad:
  unreachable
good:
  call void @a()
  ret void
nowhere:
  call void @b()
  br label %good
}

define void @cold_loop(i1 %x, i1 %y) {
  br i1 %x, label %header, label %good
header:
  br i1 %y, label %header, label %bad
bad:
  call void @error()
  ret void
good:
  ret void
}

; It may be the loop of a server.
define void @fatal_loop(i1 %x) {
  br i1 %x, label %header, label %good
header:
  %z = load volatile i1, ptr @flag
  br i1 %z, label %header, label %bad
bad:
  call void @fatal()
  unreachable
good:
  ret void
}

; Both parts of the loop can be entered; from left, right is entered at its left.
define void @irreducible(i1 %x, i1 %y, i1 %z) {
  br i1 %x, label %left, label %right, !prof !2
left:
  call void @a()
  br label %right
right:
  call void @b()
  br i1 %z, label %left, label %end, !prof !0
end:
  call void @c()
  ret void
}

define void @infinite() {
  br label %body
body:
  call void @a()
  br label %body
}

define void @unwind() personality ptr @a {
  invoke void @a() to label %end unwind label %pad
end:
  call void @b()
  ret void
pad:
  %p = landingpad { ptr, i32 } cleanup
  call void @c()
  resume { ptr, i32 } %p
}

@flag = global i1 true
@alias = alias void (), ptr @target
@table = constant [2 x ptr] [ptr @one, ptr @two]
@chain = constant ptr @link
@link = constant ptr @table
@far = constant ptr @chain
@lonely = global { i32, ptr, ptr } { i32 1, ptr @three, ptr @five }
@callback = alias void (i32), ptr @one

define void @target() {
  ret void
}
define void @one(i32 %x) {
  ret void
}
define void @two(i32 %x) {
  ret void
}
define void @three(i64 %x) {
  ret void
}
define void @five(i32 %x) {
  ret void
}

declare void @take(ptr)
declare void @llvm.lifetime.start.p0(ptr)

define void @sites(i1 %x, ptr %f, ptr %p) {
  call void asm sideeffect "", ""()
  call void @alias()
  br i1 %x, label %then, label %else
then:
  call void @take(ptr @callback)
  call void @b()
  br label %end
else:
  store ptr @target, ptr %p
  call void @b()
  call void %f(i32 1)
  br label %end
end:
  call void @b()
  call void %f(i32 2)
  %e = icmp eq ptr %f, @two
  ret void
}

define void @dispatch(i64 %i, ptr %f) {
  %p = getelementptr [2 x ptr], ptr @table, i64 0, i64 %i
  %g = load ptr, ptr %p
  call void %g(i32 0)
  ret void
}

define void @dispatch_far(ptr %f) {
  %t = load ptr, ptr @chain
  call void %f(i32 0)
  ret void
}

define void @dispatch_too_far(ptr %f) {
  %t = load ptr, ptr @far
  call void %f(i32 0)
  ret void
}

define void @dispatch_unknown(ptr %f) {
  call void %f(i64 0)
  call void %f(i8 0)
  ret void
}

define void @caller() {
  call void @dispatch_unknown(ptr @eight)
  ret void
}
define void @eight(i8 %x) {
  ret void
}

!0 = !{!"branch_weights", i32 3, i32 1}
!1 = !{!"branch_weights", i32 1, i32 3}
!2 = !{!"branch_weights", i32 1, i32 1}
!3 = !{!"branch_weights", i32 4, i32 1, i32 2, i32 1}
