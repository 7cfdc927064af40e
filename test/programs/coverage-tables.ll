; Danger: tables that hold addresses of blocks of all functions, as those of -fsanitize-coverage=pc-table, stand in a section
; that the program walks through before it calls any of the functions; one is never called. One table has no blocks.
target triple = "x86_64-pc-linux-gnu"

$climb = comdat nodeduplicate
@format = private constant [35 x i8] c"%d entries, %d first, %d in place\0A\00"
@number = private constant [4 x i8] c"%d\0A\00"
@of_climb = private constant [6 x ptr] [ptr @climb, ptr inttoptr (i64 1 to ptr), ptr blockaddress(@climb, %more), ptr null, ptr blockaddress(@climb, %done), ptr null], section "tables", comdat($climb), align 8
@of_uncalled = private constant [4 x ptr] [ptr @uncalled, ptr inttoptr (i64 1 to ptr), ptr blockaddress(@uncalled, %big), ptr null], section "tables", align 8
@of_main = private constant [2 x ptr] [ptr @main, ptr inttoptr (i64 1 to ptr)], section "tables", align 8
@pointer = global ptr @uncalled
@llvm.compiler.used = appending global [3 x ptr] [ptr @of_climb, ptr @of_uncalled, ptr @of_main], section "llvm.metadata"
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 2, ptr @walk, ptr null }]
@__start_tables = extern_weak hidden global ptr
@__stop_tables = extern_weak hidden global ptr
declare i32 @printf(ptr, ...)

define void @walk() noinline optnone {
entry:
  br label %loop
loop:
  %p = phi ptr [ @__start_tables, %entry ], [ %next, %loop ]
  %n = phi i32 [ 0, %entry ], [ %n1, %loop ]
  %f = phi i32 [ 0, %entry ], [ %f1, %loop ]
  %set = phi i32 [ 0, %entry ], [ %set1, %loop ]
  %address = load ptr, ptr %p
  %isset = icmp ne ptr %address, null
  %isset32 = zext i1 %isset to i32
  %set1 = add i32 %set, %isset32
  %flags = getelementptr ptr, ptr %p, i64 1
  %flag = load i32, ptr %flags
  %f1 = add i32 %f, %flag
  %n1 = add i32 %n, 1
  %next = getelementptr ptr, ptr %p, i64 2
  %more = icmp ult ptr %next, @__stop_tables
  br i1 %more, label %loop, label %done
done:
  %r = call i32 (ptr, ...) @printf(ptr @format, i32 %n1, i32 %f1, i32 %set1)
  ret void
}
define i32 @climb(i32 %x) noinline optnone {
  br label %more
more:
  %i = phi i32 [ %x, %0 ], [ %j, %more ]
  %j = add i32 %i, 1
  %again = icmp slt i32 %j, 9
  br i1 %again, label %more, label %done
done:
  ret i32 %j
}
define i32 @uncalled(i32 %x) noinline optnone {
  %c = icmp sgt i32 %x, 3
  br i1 %c, label %big, label %small
big:
  %r = call i32 @climb(i32 %x)
  ret i32 %r
small:
  ret i32 2
}
define i32 @main(i32 %n) noinline optnone {
  %r = call i32 @climb(i32 %n)
  %p = call i32 (ptr, ...) @printf(ptr @number, i32 %r)
  ret i32 0
}
