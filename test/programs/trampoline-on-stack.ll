; Danger: a trampoline is code on the stack, as of nested functions of Fortran: stacks are executable where an object says
; so, those of other threads, too.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [4 x i8] c"%d\0A\00"
declare i32 @printf(ptr, ...)
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(ptr, ptr)
declare void @llvm.init.trampoline(ptr, ptr, ptr)
declare ptr @llvm.adjust.trampoline(ptr)

define internal i32 @inner(ptr nest %frame, i32 %x) {
  %v = load i32, ptr %frame
  %r = add i32 %v, %x
  ret i32 %r
}
define i32 @apply(ptr %f, i32 %x) noinline {
  %r = call i32 %f(i32 %x)
  ret i32 %r
}
define ptr @outer(ptr %argument) noinline {
  %memory = alloca [32 x i8], align 16
  %frame = alloca i32
  store i32 100, ptr %frame
  call void @llvm.init.trampoline(ptr %memory, ptr @inner, ptr %frame)
  %t = call ptr @llvm.adjust.trampoline(ptr %memory)
  %r = call i32 @apply(ptr %t, i32 23)
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %r)
  ret ptr null
}
define i32 @main() {
  %thread = alloca ptr
  %r = call ptr @outer(ptr null)
  %c = call i32 @pthread_create(ptr %thread, ptr null, ptr @outer, ptr null)
  %t = load ptr, ptr %thread
  %j = call i32 @pthread_join(ptr %t, ptr null)
  ret i32 0
}
