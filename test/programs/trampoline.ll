; Danger: an object with a trampoline asks for an executable stack, and others that it is merged with do not.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [4 x i8] c"%d\0A\00"
declare i32 @printf(ptr, ...)
declare void @llvm.init.trampoline(ptr, ptr, ptr)
declare ptr @llvm.adjust.trampoline(ptr)
declare ptr @mmap(ptr, i64, i32, i32, i32, i64)

define i32 @inner(ptr nest %frame, i32 %x) {
  %v = load i32, ptr %frame
  %r = add i32 %v, %x
  ret i32 %r
}
define i32 @apply(ptr %f, i32 %x) noinline {
  %r = call i32 %f(i32 %x)
  ret i32 %r
}
define i32 @main() {
  %frame = alloca i32
  store i32 100, ptr %frame
  %m = call ptr @mmap(ptr null, i64 4096, i32 7, i32 34, i32 -1, i64 0)
  call void @llvm.init.trampoline(ptr %m, ptr @inner, ptr %frame)
  %t = call ptr @llvm.adjust.trampoline(ptr %m)
  %r = call i32 @apply(ptr %t, i32 23)
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %r)
  ret i32 0
}
