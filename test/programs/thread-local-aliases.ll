; Danger: aliases of thread-local variables: of the whole, into the middle, of an alias, weak, of zeros, in two threads.
target triple = "x86_64-pc-linux-gnu"

@data = thread_local global [4 x i32] [i32 10, i32 20, i32 30, i32 40], align 16
@zero = internal thread_local global [3 x i32] zeroinitializer
@whole = thread_local alias [4 x i32], ptr @data
@third = thread_local alias i32, getelementptr (i8, ptr @data, i64 8)
@fourth = weak thread_local alias i32, getelementptr (i8, ptr @third, i64 4)
@second_zero = internal thread_local(initialexec) alias i32, getelementptr (i8, ptr @zero, i64 4)
@format = private constant [16 x i8] c"%d %d %d %d %d\0A\00"

declare i32 @printf(ptr, ...)
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(ptr, ptr)
declare ptr @llvm.threadlocal.address.p0(ptr)

define ptr @show(ptr %unused) noinline optnone {
  %pw = call ptr @llvm.threadlocal.address.p0(ptr @whole)
  %p3 = call ptr @llvm.threadlocal.address.p0(ptr @third)
  %p4 = call ptr @llvm.threadlocal.address.p0(ptr @fourth)
  %pz = call ptr @llvm.threadlocal.address.p0(ptr @second_zero)
  %pd = call ptr @llvm.threadlocal.address.p0(ptr @data)
  %a = load i32, ptr %pw
  %b = load i32, ptr %p3
  %c = load i32, ptr %p4
  %d = load i32, ptr %pz
  %same = icmp eq ptr %pd, %pw
  %e = zext i1 %same to i32
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 %b, i32 %c, i32 %d, i32 %e)
  store i32 99, ptr %p3
  store i32 98, ptr %pz
  ret ptr null
}
define i32 @main() noinline optnone {
  %thread = alloca ptr
  %a = call ptr @show(ptr null)
  %c = call i32 @pthread_create(ptr %thread, ptr null, ptr @show, ptr null)
  %t = load ptr, ptr %thread
  %j = call i32 @pthread_join(ptr %t, ptr null)
  %b = call ptr @show(ptr null)
  ret i32 0
}
