; Danger: a main of another type: no arguments, no result used; the status is whatever it returns.
target triple = "x86_64-pc-linux-gnu"

declare i32 @puts(ptr)
@text = private constant [6 x i8] c"hello\00"

define i32 @main() {
  %r = call i32 @puts(ptr @text)
  ret i32 17
}
