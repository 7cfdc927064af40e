; Danger: functions use each other's tables of addresses of their blocks, each of which is in the object with its
; function, and a third one uses a table, too: objects cannot be linked one after the other, and threads that compile
; them cannot wait for each other. All have to see one table.
target triple = "x86_64-pc-linux-gnu"

@first.table = internal constant [2 x ptr] [ptr blockaddress(@first, %a), ptr blockaddress(@first, %b)]
@second.table = internal constant [2 x ptr] [ptr blockaddress(@second, %a), ptr blockaddress(@second, %b)]
@seen = global [3 x [2 x ptr]] zeroinitializer
@format = private constant [19 x i8] c"%d: %d %d, %d, %d\0A\00"

declare i32 @printf(ptr, ...)

define internal void @see(i64 %who, ptr %one, ptr %other) noinline optnone {
  %p = getelementptr [3 x [2 x ptr]], ptr @seen, i64 0, i64 %who, i64 0
  store ptr %one, ptr %p
  %q = getelementptr [3 x [2 x ptr]], ptr @seen, i64 0, i64 %who, i64 1
  store ptr %other, ptr %q
  ret void
}

define void @user() noinline optnone {
  call void @see(i64 0, ptr @first.table, ptr @second.table)
  ret void
}

define i32 @first(i64 %x) noinline optnone {
  call void @see(i64 1, ptr @first.table, ptr @second.table)
  %p = getelementptr [2 x ptr], ptr @first.table, i64 0, i64 %x
  %target = load ptr, ptr %p
  indirectbr ptr %target, [label %a, label %b]
a:
  ret i32 10
b:
  ret i32 11
}

define i32 @second(i64 %x) noinline optnone {
  call void @see(i64 2, ptr @first.table, ptr @second.table)
  %p = getelementptr [2 x ptr], ptr @second.table, i64 0, i64 %x
  %target = load ptr, ptr %p
  indirectbr ptr %target, [label %a, label %b]
a:
  ret i32 20
b:
  ret i32 21
}

define internal void @tell(i64 %who, i32 %one, i32 %other) noinline optnone {
  %p0 = load ptr, ptr @seen
  %q0 = load ptr, ptr getelementptr ([3 x [2 x ptr]], ptr @seen, i64 0, i64 0, i64 1)
  %pp = getelementptr [3 x [2 x ptr]], ptr @seen, i64 0, i64 %who, i64 0
  %p = load ptr, ptr %pp
  %qp = getelementptr [3 x [2 x ptr]], ptr @seen, i64 0, i64 %who, i64 1
  %q = load ptr, ptr %qp
  %same.p = icmp eq ptr %p, %p0
  %same.q = icmp eq ptr %q, %q0
  %same.p.int = zext i1 %same.p to i32
  %same.q.int = zext i1 %same.q to i32
  %n = trunc i64 %who to i32
  call i32 (ptr, ...) @printf(ptr @format, i32 %n, i32 %same.p.int, i32 %same.q.int, i32 %one, i32 %other)
  ret void
}

define i32 @main() {
  call void @user()
  call void @tell(i64 0, i32 0, i32 0)
  %a = call i32 @first(i64 0)
  %b = call i32 @first(i64 1)
  call void @tell(i64 1, i32 %a, i32 %b)
  %c = call i32 @second(i64 0)
  %d = call i32 @second(i64 1)
  call void @tell(i64 2, i32 %c, i32 %d)
  ret i32 0
}
