; Danger: a blockaddress of one function used in another one and in data. The only legal use is to hand it back
; to the function that owns the block, which then must have been emitted by the same compilation.
target triple = "x86_64-pc-linux-gnu"

@format = private constant [4 x i8] c"%d\0A\00"
@table = internal constant [2 x ptr] [ptr blockaddress(@owner, %first), ptr blockaddress(@owner, %second)]
@never = global ptr blockaddress(@unused, %block)

declare i32 @printf(ptr, ...)

define internal i32 @owner(ptr %target, i32 %x) noinline optnone {
entry:
  indirectbr ptr %target, [label %first, label %second]
first:
  %a = add i32 %x, 1
  ret i32 %a
second:
  %b = mul i32 %x, 2
  ret i32 %b
}

define ptr @unused() noinline optnone {
entry:
  br label %block
block:
  ret ptr blockaddress(@unused, %block)
}

define i32 @user() noinline optnone {
  %r = call i32 @owner(ptr blockaddress(@owner, %second), i32 21)
  ret i32 %r
}

define i32 @main() {
  %r1 = call i32 @user()
  %p1 = call i32 (ptr, ...) @printf(ptr @format, i32 %r1)
  %t0 = load ptr, ptr @table
  %r2 = call i32 @owner(ptr %t0, i32 41)
  %p2 = call i32 (ptr, ...) @printf(ptr @format, i32 %r2)
  %slot = getelementptr ptr, ptr @table, i64 1
  %t1 = load ptr, ptr %slot
  %r3 = call i32 @owner(ptr %t1, i32 5)
  %p3 = call i32 (ptr, ...) @printf(ptr @format, i32 %r3)
  %n = load ptr, ptr @never
  %c = icmp ugt ptr %n, inttoptr (i64 4096 to ptr)
  %z = zext i1 %c to i32
  %p4 = call i32 (ptr, ...) @printf(ptr @format, i32 %z)
  ret i32 0
}
