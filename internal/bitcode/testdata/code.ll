; What code generation reads of a body and analysis does not, for TestCode.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@table = external global [4 x i32]
@typeinfo = external constant ptr

declare i32 @personality(...)
declare void @takes(...)

define void @floats(ptr %p) {
  store half 0xHC000, ptr %p
  store bfloat 0xRBF80, ptr %p
  store float 1.5, ptr %p
  store double -1.5, ptr %p
  store x86_fp80 0xK3FFF8000000000000000, ptr %p
  store fp128 0xL00000000000000003FFF000000000000, ptr %p
  ret void
}

define void @integers(ptr %p) {
  store i128 -18446744073709551615, ptr %p
  ret void
}

define void @lists(ptr %p) {
  store [3 x i8] c"ab\00", ptr %p
  store [2 x i16] [i16 1, i16 2], ptr %p
  store <2 x float> <float 1.0, float 2.0>, ptr %p
  ret void
}

define ptr @addresses(i64 %i) {
  %a = load i32, ptr getelementptr ([4 x i32], ptr @table, i64 0, i64 1)
  %b = load i32, ptr blockaddress(@addresses, %next)
  %c = getelementptr i16, ptr @table, i64 %i
  br label %next
next:
  ret ptr %c
}

define zeroext i8 @parameters(i8 zeroext %r, i16 signext %a, ptr byval([4 x i32]) align 32 %b, ptr nest %c, ptr nonnull align 8 dereferenceable(8) %d) {
  %l = load { i8, i64, i16 }, ptr %d
  ret i8 0
}

define void @clauses() personality ptr @personality {
  call void (...) @takes(i32 1) [ "tag"(i32 2) ]
  invoke void (...) @takes() to label %fine unwind label %pad
fine:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup catch ptr @typeinfo filter [0 x ptr] zeroinitializer
  resume { ptr, i32 } %e
}

define void @forward(i1 %c) {
entry:
  br label %compute
use:
  %g = getelementptr { i32, [4 x i16] }, ptr %p, i64 0, i32 1, i64 %n
  %h = getelementptr i8, <2 x ptr> %v, i64 %n
  %k = getelementptr i8, ptr %p, <2 x i64> %w
  %q = icmp eq <2 x ptr> %v, %h
  %s = shufflevector <2 x i64> %w, <2 x i64> %w, <4 x i32> zeroinitializer
  %f = freeze <2 x i1> %q
  %x = insertelement <4 x i64> %s, i64 %n, i32 0
  %e = extractelement <2 x i1> %f, i32 0
  %y = cmpxchg ptr %p, i64 %n, i64 0 seq_cst seq_cst
  %z = extractvalue { i64, i1 } %y, 1
  br i1 %e, label %done, label %use
compute:
  %p = load ptr, ptr null
  %n = load i64, ptr null
  %v = load <2 x ptr>, ptr null
  %w = load <2 x i64>, ptr null
  br i1 %c, label %use, label %done
done:
  ret void
}

define void @assembly(i32 %x) {
  %r = call i32 asm sideeffect inteldialect "nop # $0", "=r,r"(i32 %x)
  call void asm "", "r,~{memory}"(i32 %r)
  ret void
}
