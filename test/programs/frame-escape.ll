; Danger: functions look into frames of their callers, whose layout only the object with the caller's body knows
; (llvm.localescape); two callers share a function, and one function looks into two frames.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [10 x i8] c"%d %d %d\0A\00"
declare void @llvm.localescape(...)
declare ptr @llvm.localrecover(ptr, ptr, i32)
declare ptr @llvm.frameaddress.p0(i32)
declare i32 @printf(ptr, ...)

define internal void @inner(ptr %first, ptr %second) noinline {
  %a = call ptr @llvm.localrecover(ptr @parent, ptr %first, i32 0)
  %b = call ptr @llvm.localrecover(ptr @parent, ptr %first, i32 1)
  %c = call ptr @llvm.localrecover(ptr @other, ptr %second, i32 0)
  %x = load i32, ptr %a
  %y = load i32, ptr %b
  %z = load i32, ptr %c
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %x, i32 %y, i32 %z)
  store i32 99, ptr %a
  store i32 98, ptr %c
  ret void
}
define i32 @other(ptr %first) noinline {
  %pad = alloca [20 x i32]
  %c = alloca i32
  call void (...) @llvm.localescape(ptr %c)
  store i32 7, ptr %c
  %frame = call ptr @llvm.frameaddress.p0(i32 0)
  call void @inner(ptr %first, ptr %frame)
  %r = load i32, ptr %c
  ret i32 %r
}
define i32 @parent(i32 %n) noinline {
  %a = alloca i32
  %b = alloca i32
  call void (...) @llvm.localescape(ptr %a, ptr %b)
  store i32 %n, ptr %a
  store i32 5, ptr %b
  %frame = call ptr @llvm.frameaddress.p0(i32 0)
  %o = call i32 @other(ptr %frame)
  %r = load i32, ptr %a
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %r, i32 %o, i32 0)
  ret i32 0
}
define i32 @unrelated(i32 %n) noinline {
  ret i32 %n
}
define i32 @main() {
  %f = call i32 @unrelated(i32 3)
  %r = call i32 @parent(i32 %f)
  ret i32 %r
}
