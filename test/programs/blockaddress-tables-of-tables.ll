; Danger: static data names a table of a function's blocks, so that function is linked with static data, and it uses a
; table of another function's blocks, which uses a third one's.
target triple = "x86_64-pc-linux-gnu"

@first = internal constant [2 x ptr] [ptr blockaddress(@one, %a), ptr blockaddress(@one, %b)]
@second = internal constant [2 x ptr] [ptr blockaddress(@two, %a), ptr blockaddress(@two, %b)]
@third = internal constant [2 x ptr] [ptr blockaddress(@three, %a), ptr blockaddress(@three, %b)]
@named = global ptr @first
@format = private constant [13 x i8] c"%d %d %d %d\0A\00"

declare i32 @printf(ptr, ...)

define i32 @one(i64 %i) noinline {
entry:
  %slot = getelementptr [2 x ptr], ptr @first, i64 0, i64 %i
  %to = load ptr, ptr %slot
  indirectbr ptr %to, [label %a, label %b]
a:
  %same = icmp eq ptr @second, @first
  %n = zext i1 %same to i32
  %x = load ptr, ptr @second
  %nonnull = icmp ne ptr %x, null
  %m = zext i1 %nonnull to i32
  %r = add i32 %n, %m
  ret i32 %r
b:
  ret i32 20
}
define i32 @two(i64 %i) noinline {
entry:
  %slot = getelementptr [2 x ptr], ptr @second, i64 0, i64 %i
  %to = load ptr, ptr %slot
  indirectbr ptr %to, [label %a, label %b]
a:
  %x = load ptr, ptr getelementptr ([2 x ptr], ptr @third, i64 0, i64 1)
  %nonnull = icmp ne ptr %x, null
  %m = select i1 %nonnull, i32 3, i32 4
  ret i32 %m
b:
  ret i32 40
}
define i32 @three(i64 %i) noinline {
entry:
  %slot = getelementptr [2 x ptr], ptr @third, i64 0, i64 %i
  %to = load ptr, ptr %slot
  indirectbr ptr %to, [label %a, label %b]
a:
  ret i32 5
b:
  ret i32 60
}
define i32 @main() {
  %a = call i32 @one(i64 0)
  %b = call i32 @one(i64 1)
  %c = call i32 @two(i64 0)
  %d = call i32 @three(i64 1)
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 %b, i32 %c, i32 %d)
  %n = load volatile ptr, ptr @named
  ret i32 0
}
