; Danger: aliases to functions, to data, to an alias, into the middle of data and by arithmetic; called, read,
; compared and stored in tables.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [4 x i8] c"%d\0A\00"
@data = internal global [4 x i32] [i32 10, i32 20, i32 30, i32 40]
@second = alias i32, getelementptr inbounds ([4 x i32], ptr @data, i64 0, i64 1)
@third = internal alias i32, getelementptr (i8, ptr @second, i64 4)
@fourth = hidden alias i32, inttoptr (i64 add (i64 ptrtoint (ptr @data to i64), i64 12) to ptr)
@whole = alias [4 x i32], ptr @data

@f_alias = alias i32 (i32), ptr @f
@f_alias_alias = internal alias i32 (i32), ptr @f_alias
@weak_alias = weak alias i32 (i32), ptr @internal_only

@table = constant [4 x ptr] [ptr @f, ptr @f_alias, ptr @f_alias_alias, ptr @weak_alias]
@pointers = global [3 x ptr] [ptr @second, ptr @third, ptr @fourth]

declare i32 @printf(ptr, ...)

define i32 @f(i32 %x) noinline optnone {
  %r = add i32 %x, 1
  ret i32 %r
}
define internal i32 @internal_only(i32 %x) noinline optnone {
  %r = mul i32 %x, 10
  ret i32 %r
}

define void @print(i32 %x) noinline optnone {
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %x)
  ret void
}

define i32 @main() noinline optnone {
  %a = load i32, ptr @second
  call void @print(i32 %a)
  %b = load i32, ptr @third
  call void @print(i32 %b)
  %c = load i32, ptr @fourth
  call void @print(i32 %c)
  store i32 99, ptr @third
  %slot = getelementptr [4 x i32], ptr @whole, i64 0, i64 2
  %d = load i32, ptr %slot
  call void @print(i32 %d)
  %e = call i32 @weak_alias(i32 4)
  call void @print(i32 %e)
  %f = call i32 @f_alias_alias(i32 4)
  call void @print(i32 %f)
  %g = call i32 @f_alias(i32 5)
  call void @print(i32 %g)
  %t0 = load ptr, ptr @table
  %s1 = getelementptr ptr, ptr @table, i64 1
  %t1 = load ptr, ptr %s1
  %s2 = getelementptr ptr, ptr @table, i64 2
  %t2 = load ptr, ptr %s2
  %s3 = getelementptr ptr, ptr @table, i64 3
  %t3 = load ptr, ptr %s3
  %e1 = icmp eq ptr %t0, %t1
  %z1 = zext i1 %e1 to i32
  call void @print(i32 %z1)
  %e2 = icmp eq ptr %t1, %t2
  %z2 = zext i1 %e2 to i32
  call void @print(i32 %z2)
  %h = call i32 %t3(i32 7)
  call void @print(i32 %h)
  %ps = getelementptr ptr, ptr @pointers, i64 2
  %pp = load ptr, ptr %ps
  %i = load i32, ptr %pp
  call void @print(i32 %i)
  ret i32 0
}
