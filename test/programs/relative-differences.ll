; Danger: constants that are differences of addresses: of two data, of a function and the table itself, of two functions,
; truncated to 32 bits.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [4 x i8] c"%d\0A\00"
@data = internal global [8 x i32] [i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8]
@difference = constant i64 sub (i64 ptrtoint (ptr getelementptr (i32, ptr @data, i64 5) to i64), i64 ptrtoint (ptr @data to i64))
@relative = internal constant [2 x i32] [
  i32 trunc (i64 sub (i64 ptrtoint (ptr @one to i64), i64 ptrtoint (ptr @relative to i64)) to i32),
  i32 trunc (i64 sub (i64 ptrtoint (ptr dso_local_equivalent @two to i64), i64 ptrtoint (ptr @relative to i64)) to i32)]
@to_data = internal constant i32 trunc (i64 sub (i64 ptrtoint (ptr @data to i64), i64 ptrtoint (ptr @to_data to i64)) to i32)

declare i32 @printf(ptr, ...)

define internal i32 @one(i32 %x) noinline optnone {
  %r = add i32 %x, 10
  ret i32 %r
}
define i32 @two(i32 %x) noinline optnone {
  %r = add i32 %x, 20
  ret i32 %r
}
define i32 @through(i64 %i) noinline optnone {
  %slot = getelementptr [2 x i32], ptr @relative, i64 0, i64 %i
  %offset = load i32, ptr %slot
  %wide = sext i32 %offset to i64
  %f = getelementptr i8, ptr @relative, i64 %wide
  %r = call i32 %f(i32 1)
  ret i32 %r
}
define i32 @main() {
  %d = load i64, ptr @difference
  %t = trunc i64 %d to i32
  %p0 = call i32 (ptr, ...) @printf(ptr @format, i32 %t)
  %a = call i32 @through(i64 0)
  %p1 = call i32 (ptr, ...) @printf(ptr @format, i32 %a)
  %b = call i32 @through(i64 1)
  %p2 = call i32 (ptr, ...) @printf(ptr @format, i32 %b)
  %o = load volatile i32, ptr @to_data
  %w = sext i32 %o to i64
  %base = ptrtoint ptr @to_data to i64
  %sum = add i64 %base, %w
  %p = inttoptr i64 %sum to ptr
  %v = load i32, ptr %p
  %p3 = call i32 (ptr, ...) @printf(ptr @format, i32 %v)
  ret i32 0
}
