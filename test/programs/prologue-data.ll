; Danger: prologue data stands at a function's entry and is executed (-fsanitize=function made it).
target triple = "x86_64-pc-linux-gnu"

@format = private constant [4 x i8] c"%d\0A\00"
declare i32 @printf(ptr, ...)

; A jump over two bytes, which is what -fsanitize=function made.
define internal i32 @with_prologue(i32 %x) noinline optnone prologue <{ i8, i8, i8, i8 }> <{ i8 235, i8 2, i8 65, i8 66 }> {
  %r = add i32 %x, 2
  ret i32 %r
}
define i32 @main() {
  %b = call i32 @with_prologue(i32 1)
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %b)
  ret i32 0
}
