; Danger: tail calls that must not grow the stack, between functions not yet compiled: ten million jumps, with varargs
; forwarded, through pointers, and over more stack arguments.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [6 x i8] c"%lld\0A\00"
@pointer = internal global ptr @third
declare i32 @printf(ptr, ...)

define i64 @first(i64 %n, i64 %sum) noinline {
  %done = icmp eq i64 %n, 0
  br i1 %done, label %end, label %more
more:
  %m = add i64 %n, -1
  %r = musttail call i64 @second(i64 %m, i64 %sum)
  ret i64 %r
end:
  ret i64 %sum
}
define i64 @second(i64 %n, i64 %sum) noinline {
  %s = add i64 %sum, 3
  %f = load volatile ptr, ptr @pointer
  %r = musttail call i64 %f(i64 %n, i64 %s)
  ret i64 %r
}
define internal i64 @third(i64 %n, i64 %sum) noinline {
  %s = xor i64 %sum, 1
  %r = musttail call i64 @first(i64 %n, i64 %s)
  ret i64 %r
}
define i32 @forward(ptr %format, ...) noinline optnone {
  %r = musttail call i32 (ptr, ...) @printf(ptr %format, ...)
  ret i32 %r
}
define i32 @main() {
  %a = call i64 @first(i64 10000000, i64 0)
  %p = call i32 (ptr, ...) @forward(ptr @format, i64 %a)
  ret i32 0
}
