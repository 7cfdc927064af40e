; Danger: globals and functions without any name, which only their number tells apart.
target triple = "x86_64-pc-linux-gnu"

@0 = private constant [4 x i8] c"%d\0A\00"
@1 = internal global i32 5
@2 = global i32 6
@3 = private constant [2 x ptr] [ptr @4, ptr @5]

declare i32 @printf(ptr, ...)

define internal i32 @4(i32 %x) noinline optnone {
  %v = load i32, ptr @1
  %r = add i32 %v, %x
  store i32 %r, ptr @1
  ret i32 %r
}

define internal i32 @5(i32 %x) noinline optnone {
  %v = load i32, ptr @2
  %r = mul i32 %v, %x
  %s = call i32 @4(i32 %r)
  ret i32 %s
}

define i32 @6(i32 %i, i32 %x) noinline optnone {
  %slot = getelementptr ptr, ptr @3, i32 %i
  %f = load ptr, ptr %slot
  %r = call i32 %f(i32 %x)
  ret i32 %r
}

define i32 @main() {
  %a = call i32 @6(i32 0, i32 1)
  %p1 = call i32 (ptr, ...) @printf(ptr @0, i32 %a)
  %b = call i32 @6(i32 1, i32 7)
  %p2 = call i32 (ptr, ...) @printf(ptr @0, i32 %b)
  ret i32 0
}
