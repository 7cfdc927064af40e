; Danger: what stands before and at functions is read by way of tables and of constructors, before any is called; it holds
; addresses of data.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [7 x i8] c"%d %x\0A\00"
@number = internal global i32 77
@table = global [2 x ptr] [ptr @described, ptr @signed]
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @construct, ptr null }]
declare i32 @printf(ptr, ...)

define internal i32 @described(i32 %x) noinline prefix { ptr, i32, i32 } { ptr @number, i32 5, i32 6 } {
  ret i32 %x
}
define i32 @signed() noinline align 64 prologue <{ i8, i8, i32 }> <{ i8 235, i8 4, i32 77 }> {
  ret i32 2
}
define void @construct() prefix i64 5 {
  %p = getelementptr i8, ptr @construct, i64 -8
  %a = load i32, ptr %p
  %r = call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 1)
  ret void
}
define i32 @main(i32 %n) {
  %f = load volatile ptr, ptr @table
  %before = getelementptr i8, ptr %f, i64 -16
  %d = load ptr, ptr %before
  %v = load i32, ptr %d
  %r = call i32 %f(i32 3)
  %p1 = call i32 (ptr, ...) @printf(ptr @format, i32 %v, i32 %r)
  %slot = getelementptr ptr, ptr @table, i64 1
  %g = load volatile ptr, ptr %slot
  %b = load i16, ptr %g
  %bytes = zext i16 %b to i32
  %i = ptrtoint ptr %g to i64
  %m = and i64 %i, 63
  %misaligned = trunc i64 %m to i32
  %p2 = call i32 (ptr, ...) @printf(ptr @format, i32 %misaligned, i32 %bytes)
  %z = call i32 %g()
  ret i32 %z
}
