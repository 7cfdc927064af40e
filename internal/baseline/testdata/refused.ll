; Functions that the baseline compiler refuses, each for the reason that its comment gives, for TestRefusals.
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"

declare i32 @setjmp(ptr) returns_twice
declare void @callee(i32)
declare i32 @personality(...)
declare i32 @__gxx_personality_v0(...)
declare i32 @llvm.vp.reduce.add.v4i32(i32, <4 x i32>, <4 x i1>, i32)

; a function for other processors
define void @features() "target-features"="+avx2" { ret void }

; a function that is strictfp
define void @strict() strictfp { ret void }

; a function that is protected by a canary
define void @canary() sspstrong { ret void }

; a function at whose address bytes are read
define void @patchable() "patchable-function-entry"="2" { ret void }

; a calling convention that is not known
define void @convention() { call ghccc void @callee(i32 1) ret void }

; a call that must be a tail call
define void @tail(i32 %n) { musttail call void @callee(i32 %n) ret void }


; a call with operand bundles
define void @bundle() { call void @callee(i32 1) [ "deopt"(i32 2) ] ret void }

; inline assembly
define void @assembly() { call void asm sideeffect "hlt", ""() ret void }

; inline assembly
define void @clobbers() { call void asm sideeffect "", "~{rbx}"() ret void }

; inline assembly
define i64 @register() { %r = call i64 asm sideeffect "", "={rsp}"() ret i64 %r }

; inline assembly
define i32 @wider(i64 %n) { %r = call i32 asm "", "=r,0"(i64 %n) ret i32 %r }

; inline assembly
define void @intel(i32 %n) { call void asm sideeffect inteldialect "", "r"(i32 %n) ret void }

; inline assembly
define i16 @scan(i16 %n) { %r = call i16 asm "bsr $1, $0", "=r,r"(i16 %n) ret i16 %r }

; an argument that is passed in another way
define void @nested(ptr nest %p) { ret void }

; an argument of a type that is not passed here
define void @aggregate({ i32, i32 } %a) { ret void }

; a vector that is passed in another way
define void @long(<8 x i32> %v) { ret void }

; a result that takes more registers than there are
define [4 x i64] @results(ptr %p) { %r = load [4 x i64], ptr %p ret [4 x i64] %r }

; an argument of a type that is not passed here
define void @half(half %h) { ret void }

; a value of a type that is not known
define void @quad(ptr %p) { %q = load fp128, ptr %p ret void }

; a vector of bits in memory
define void @bits(ptr %p, <4 x i32> %v) { %c = icmp eq <4 x i32> %v, zeroinitializer store <4 x i1> %c, ptr %p ret void }

; an intrinsic that is not known
define i32 @intrinsic(<4 x i32> %v) {
  %r = call i32 @llvm.vp.reduce.add.v4i32(i32 0, <4 x i32> %v, <4 x i1> <i1 1, i1 1, i1 1, i1 1>, i32 4)
  ret i32 %r
}

; an exception specification
define void @filter() personality ptr @__gxx_personality_v0 {
  invoke void @callee(i32 1) to label %fine unwind label %pad
fine:
  ret void
pad:
  %e = landingpad { ptr, i32 } filter [0 x ptr] zeroinitializer
  resume { ptr, i32 } %e
}

; a personality routine that is not known
define void @personal() personality ptr @personality {
  invoke void @callee(i32 1) to label %fine unwind label %pad
fine:
  ret void
pad:
  %e = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %e
}

; arithmetic of an odd width of more than 64 bits
define i1 @odd(i100 %a, i100 %b) { %c = icmp ult i100 %a, %b ret i1 %c }

; an atomic operation that is not aligned
define i32 @unaligned(ptr %p) { %l = load atomic i32, ptr %p acquire, align 1 ret i32 %l }

@perhaps = extern_weak thread_local global i32

; a thread-local variable that is not known
define i32 @named() { %n = load i32, ptr @perhaps ret i32 %n }
