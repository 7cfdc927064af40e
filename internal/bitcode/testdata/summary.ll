; What a summary can say, for TestSummary: a profile with calls of every hotness, calls by a pointer, an alias, references.
source_filename = "summary.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

@number = global i32 7
@table = internal constant [2 x ptr] [ptr @hot, ptr @local]
@other_name = alias i32 (i32), ptr @none

declare void @outside()
declare void @never_called()
declare void @exit_now() noreturn
declare void @llvm.assume(i1)

define void @start(ptr %f, i32 %n) !prof !20 {
entry:
  %odd = icmp eq i32 %n, 7
  call void @llvm.assume(i1 %odd)
  %a = call i32 @other_name(i32 %n)
  br i1 %odd, label %rarely, label %loop, !prof !21
rarely:
  call void @cold()
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ 0, %rarely ], [ %next, %loop ]
  %next = add i32 %i, 1
  %b = call i32 @hot(i32 %i)
  %more = icmp slt i32 %next, 1000
  br i1 %more, label %loop, label %done, !prof !22
done:
  store i32 %b, ptr @number
  call void %f(ptr @table), !prof !23
  tail call void @outside()
  ret void
}

define i32 @hot(i32 %x) !prof !24 {
  ret i32 %x
}

define i32 @none(i32 %x) !prof !20 {
  ret i32 %x
}

define void @cold() cold !prof !25 {
  call void @exit_now()
  unreachable
}

define internal void @local(ptr %p) {
  %f = load ptr, ptr %p
  call void %f()
  ret void
}

!llvm.module.flags = !{!0}
!0 = !{i32 1, !"ProfileSummary", !1}
!1 = !{!2, !3, !4, !5, !6, !7, !8, !9}
!2 = !{!"ProfileFormat", !"InstrProf"}
!3 = !{!"TotalCount", i64 100000}
!4 = !{!"MaxCount", i64 90000}
!5 = !{!"MaxInternalCount", i64 90000}
!6 = !{!"MaxFunctionCount", i64 90000}
!7 = !{!"NumCounts", i64 5}
!8 = !{!"NumFunctions", i64 5}
!9 = !{!"DetailedSummary", !10}
!10 = !{!11, !12, !13}
!11 = !{i32 10000, i64 90000, i32 1}
!12 = !{i32 990000, i64 50000, i32 1}
!13 = !{i32 999999, i64 2, i32 4}
!20 = !{!"function_entry_count", i64 90}
!21 = !{!"branch_weights", i32 1, i32 89}
!22 = !{!"branch_weights", i32 999, i32 1}
; The GUIDs of never_called, summary.c:local (as before LLVM 18), and a function that is not here.
!23 = !{!"VP", i32 0, i64 90, i64 -3712003090427691363, i64 60, i64 6723737610525468033, i64 20, i64 -1242478916608891842, i64 10}
!24 = !{!"function_entry_count", i64 90000}
!25 = !{!"function_entry_count", i64 0}
