; Danger: data before a function's entry (as kcfi, GHC and -fsanitize=function have it) is read through the function's
; address, which is a stub's here.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [4 x i8] c"%d\0A\00"
@pointer = internal global ptr @with_prefix
declare i32 @printf(ptr, ...)

define internal i32 @with_prefix(i32 %x) noinline optnone prefix i32 123456 {
  %r = add i32 %x, 1
  ret i32 %r
}
define i32 @main() {
  %f = load volatile ptr, ptr @pointer
  %data = getelementptr i32, ptr %f, i64 -1
  %d = load i32, ptr %data
  %p1 = call i32 (ptr, ...) @printf(ptr @format, i32 %d)
  %a = call i32 %f(i32 1)
  %p2 = call i32 (ptr, ...) @printf(ptr @format, i32 %a)
  ret i32 0
}
