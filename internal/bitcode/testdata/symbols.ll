; Symbols of every kind, for TestSymbols.
source_filename = "symbols.c"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

module asm ".globl from_asm"
module asm "from_asm: ret"

%pair = type { i32, i64 }
%packed = type <{ i8, i32, [3 x i16] }>

$group = comdat any
$apart = comdat nodeduplicate

@number = global i32 7, align 4
@table = internal constant [3 x ptr] [ptr @callee, ptr null, ptr getelementptr (i8, ptr @zeros, i64 8)]
@twice = global { ptr, ptr, [2 x ptr] } { ptr @callee, ptr @callee, [2 x ptr] [ptr @number, ptr @callee] }
@zeros = common global [100 x i64] zeroinitializer, align 16
@undefined = private unnamed_addr global %pair undef
@grouped = linkonce_odr global %packed zeroinitializer, comdat($group)
@apart = weak_odr hidden constant i8 1, comdat, section "odd section"
@thread = thread_local(initialexec) global i128 0
@outside = external local_unnamed_addr global ptr
@maybe = extern_weak global i8
@available = available_externally constant x86_fp80 0xK3FFF8000000000000000
@"odd \22name\22\01" = protected global <4 x float> zeroinitializer
@labels = internal constant [2 x ptr] [ptr blockaddress(@jumper, %one), ptr blockaddress(@jumper, %two)]
@distance = global i64 sub (i64 ptrtoint (ptr @number to i64), i64 ptrtoint (ptr @callee to i64))
@llvm.global_ctors = appending global [2 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @callee, ptr null }, { i32, ptr, ptr } { i32 101, ptr @jumper, ptr @grouped }]
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 5, ptr null, ptr null }]

@straight = alias void (), ptr @callee
@inside = weak hidden alias i64, getelementptr inbounds ([100 x i64], ptr @zeros, i64 0, i64 3)
@computed = alias i8, inttoptr (i64 add (i64 ptrtoint (ptr @zeros to i64), i64 16) to ptr)
@again = internal alias void (), ptr @straight
@chosen = ifunc void (), ptr @resolver

define void @callee() #0 {
  ret void
}

define internal ptr @resolver() prefix i32 5 prologue ptr @table personality ptr @personality {
  ret ptr @callee
}

define hidden fastcc void @jumper(ptr %where) section ".text.cold" align 32 {
  indirectbr ptr %where, [label %one, label %two]
one:
  ret void
two:
  ret void
}

declare extern_weak i32 @personality(...)
declare void @used(ptr)

attributes #0 = { cold noreturn "orcast-likely"="0.9" "plain" }
