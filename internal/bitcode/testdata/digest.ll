; What digests depend on, for TestDigestSeesChanges. Behind a line stand edits of it, each of which makes another module:
;   ;~ A => B   A becomes B: the digest of the definition in which the line stands changes, or those that ;! names
;   ;= A => B   the same, but no digest changes
; No other digest may change.
target triple = "x86_64-pc-linux-gnu"

%pair = type { i32, i64 } ;~ i64 => i32 ;! calls geps ;~ { i32, i64 } => <{ i32, i64 }> ;! calls geps ;= %pair => %twin
%nested = type { %pair, [4 x i8] } ;~ 4 => 5 ;! geps
%opaque = type opaque ;~ type opaque => type { i8 } ;! globals
%other = type { float } ;= float => double

$group = comdat any ;= any => largest

@g = external global i32 ;~ global => constant ;! exceptions geps globals variables.difference variables.pointers ;~ i32 => i16 ;! exceptions geps globals variables.difference variables.pointers ;~ external => external thread_local ;! exceptions geps globals variables.difference variables.pointers ;= external => extern_weak ;= @g = external => @g = external hidden ;= i32 => i32, align 16 ;= i32 => i32, section "s"
@h = global i32 7, comdat($group) ;~ 7 => 8 ;! h ;~ comdat($group) => section "s" ;! h ;~ comdat($group) => align 16 ;! h
@tls = thread_local global i32 0 ;~ thread_local => thread_local(initialexec) ;! tls globals
@odd = external global %opaque
@unrelated = global i32 1 ;~ 1 => 2 ;! unrelated ;= @unrelated => @another

@variables.plain = global i32 1 ;~ i32 1 => i32 2 ;~ global => constant ;~ global => internal constant ;~ i32 1 => i32 1, align 8 ;~ i32 1 => i32 1, section "s" ;~ i32 1 => i64 1 ;~ global => thread_local global ;= global => internal global ;= global => weak global ;~ 1 => undef ;~ 1 => poison ;~ 1 => 0
@variables.string = constant [6 x i8] c"hello\00" ;~ hello => hellp ;~ 00 => 01
@variables.long = constant [40 x i8] c"a string that is longer than a few bytes" ;~ few => fow ;~ a string => b string
@variables.data = constant [5 x i16] [i16 1, i16 2, i16 3, i16 4, i16 5] ;~ i16 3 => i16 9 ;~ i16 1, i16 2 => i16 2, i16 1
@variables.pair = global { i32, i64 } { i32 1, i64 2 } ;~ i64 2 => i64 3 ;~ i32 1 => i32 undef
@variables.pointers = global [2 x ptr] [ptr @h, ptr getelementptr (i8, ptr @g, i64 4)] ;~ @h => @g ;~ i64 4 => i64 8 ;~ getelementptr ( => getelementptr inbounds ( ;~ getelementptr (i8 => getelementptr (i16
@variables.wide = global i128 12345678901234567890123 ;~ 123 => 124
@variables.double = global double 1.5 ;~ 1.5 => 2.5
@variables.null = global [2 x ptr] zeroinitializer ;~ zeroinitializer => undef
@variables.vector = global <2 x i32> <i32 1, i32 2> ;~ i32 2 => i32 3
@variables.difference = global i64 sub (i64 ptrtoint (ptr @h to i64), i64 ptrtoint (ptr @g to i64)) ;~ @h => @tls ;~ sub => add
@variables.equivalent = global ptr dso_local_equivalent @callee ;~ dso_local_equivalent => no_cfi ;~ dso_local_equivalent => 

@alias = alias i32, ptr @h ;~ @h => @unrelated ;! alias alias.of ;~ i32, => i64, ;! alias alias.of ;= = alias => = internal alias
@alias.of = alias i32, ptr @alias ;~ ptr @alias => getelementptr (i8, ptr @alias, i64 1)

declare i32 @callee(i32, ptr) #0 ;~ #0 => #1 ;! callers calls exceptions variables.equivalent ;~ declare => declare fastcc ;! callers calls exceptions variables.equivalent ;~ ptr) => ptr nocapture) ;! callers calls exceptions variables.equivalent ;= @callee => @another
declare void @nothing()
declare i32 @personality(...) ;= @personality => @anotherpersonality
declare i32 @printf(ptr, ...) ;~ declare => declare signext ;! calls
declare i64 @llvm.read_register.i64(metadata)
declare i32 @llvm.umax.i32(i32, i32)
declare i32 @llvm.umin.i32(i32, i32)
declare double @llvm.experimental.constrained.fadd.f64(double, double, metadata, metadata)
declare void @llvm.assume(i1)

define i32 @globals(ptr %p) {
  %a = load i32, ptr @g, align 4 ;~ @g => @h ;~ @g => getelementptr (i8, ptr @g, i64 1) ;= %a => %another
  %b = load i32, ptr @tls, align 4
  store ptr @odd, ptr %p, align 8 ;~ @odd => null ;~ @odd => @nothing ;~ @odd => @globals
  store ptr @nothing, ptr %p, align 8 ;~ @nothing => @callee
  ret i32 %b ;~ %b => 0 ;~ %b => undef ;~ %b => poison
}

define i64 @arithmetic(i64 %x, i64 %y, double %d, double %e, i32 %n, <4 x float> %v) {
  %a = add nsw i64 %x, %y ;~ nsw => nuw ;~ nsw => ;~ add nsw => sub nsw ;~ %x, %y => %y, %x ;~ %y => %x ;~ %y => 5 ;= %a => %name
  %b = udiv exact i64 %a, %y ;~ exact => ;~ udiv => sdiv
  %c = or disjoint i64 %a, %b ;~ disjoint => ;~ or disjoint => xor ;~ %a, %b => %b, %a
  %f = fadd nnan double %d, %e ;~ nnan => ninf ;~ nnan => ;~ nnan => fast ;~ fadd => fmul
  %g = fneg double %f ;~ fneg => fneg nsz ;~ %f => %d
  %t = trunc nuw i64 %c to i32 ;~ nuw => nsw ;~ nuw =>
  %z = zext nneg i32 %n to i64 ;~ nneg => ;~ zext nneg => sext
  %i = fptosi double %g to i64 ;~ fptosi => fptoui
  %p = icmp slt i64 %a, %c ;~ slt => sle ;~ slt => samesign ult ;~ %c => %a
  %q = icmp samesign ult i64 %a, %c ;~ samesign => 
  %o = fcmp nnan olt double %d, %e ;~ olt => ole ;~ nnan =>
  %s = select i1 %p, i64 %a, i64 %z ;~ %a, i64 %z => %z, i64 %a ;~ %p => %o
  %u = select nnan i1 %q, double %d, double %e ;~ nnan => ninf
  %w = freeze i64 %s ;~ freeze i64 %s => add i64 %s, 0 ;~ %s => %a
  %k = shl i64 %w, 12 ;~ 12 => 13 ;~ 12 => -12 ;~ shl => lshr
  %m = fmul <4 x float> %v, splat (float 2.0) ;~ 2.0 => 4.0 ;~ splat (float 2.0) => <float 2.0, float 2.0, float 2.0, float 1.0>
  %l = mul i64 %k, 1234567890123456789 ;~ 789 => 788
  %big = zext i64 %l to i128 ;~ i128 => i127
  %r = xor i64 %l, %i
  ret i64 %r
}

define i32 @geps(ptr %p, i64 %n) {
  %a = getelementptr inbounds %nested, ptr %p, i64 %n, i32 0, i32 1 ;~ inbounds => ;~ inbounds => nusw ;~ inbounds => inbounds nuw ;~ i32 1 => i32 0 ;~ %nested => [9 x %nested] ;~ i64 %n => i64 0
  %b = getelementptr i8, ptr %a, i64 4 ;~ i8 => i16 ;~ i64 4 => i64 5 ;~ i64 4 => i32 4
  %x = load i32, ptr getelementptr inbounds nuw (i8, ptr @g, i64 4), align 4 ;~ nuw => ;~ i64 4 => i64 8 ;~ nuw (i8 => nuw inrange(-4, 4) (i8
  %y = load i32, ptr getelementptr inrange(-8, 8) (i8, ptr @g, i64 8), align 4 ;~ inrange(-8, 8) => inrange(-8, 16) ;~ inrange(-8, 8) => 
  %s = add i32 %x, %y
  ret i32 %s
}

define i32 @memory(ptr %p, i64 %n, i32 %v, ptr %list) {
  %a = alloca i32, align 4 ;~ i32 => i64 ;~ align 4 => align 8 ;~ i32, => i32, i32 2,
  %s = alloca [4 x i32], i64 %n, align 16 ;~ %n => 3 ;~ [4 => [5
  %e = alloca swifterror ptr, align 8 ;~ swifterror => 
  %l = load i32, ptr %p, align 4 ;~ load => load volatile ;~ align 4 => align 1 ;~ load i32, ptr %p => load atomic i32, ptr %p monotonic ;~ i32, => float,
  %m = load atomic i32, ptr %p acquire, align 4 ;~ acquire => seq_cst ;~ acquire => syncscope("singlethread") acquire ;~ acquire => syncscope("scope") acquire ;~ align 4 => align 8
  %k = load atomic i32, ptr %p syncscope("first") acquire, align 4 ;~ first => second ;~ first => singlethread
  store i32 %m, ptr %a, align 4 ;~ store => store volatile ;~ align 4 => align 2 ;~ %m => %v ;~ ptr %a => ptr %p
  store atomic i32 %m, ptr %p release, align 4 ;~ release => seq_cst ;~ release => syncscope("scope") release ;~ align 4 => align 16
  fence acquire ;~ acquire => release ;~ acquire => syncscope("singlethread") acquire ;~ acquire => syncscope("scope") acquire
  %x = cmpxchg weak ptr %p, i32 %m, i32 %v seq_cst monotonic, align 4 ;~ weak => ;~ seq_cst monotonic => acq_rel monotonic ;~ monotonic => acquire ;~ weak => weak volatile ;~ align 4 => align 8 ;~ %m, i32 %v => %v, i32 %m ;~ seq_cst => syncscope("scope") seq_cst
  %y = atomicrmw add ptr %p, i32 1 seq_cst, align 4 ;~ add => xchg ;~ seq_cst => acquire ;~ add => volatile add ;~ align 4 => align 8 ;~ seq_cst => syncscope("scope") seq_cst
  %z = va_arg ptr %list, i32 ;~ i32 => i64 ;~ %list => %p
  %r = extractvalue { i32, i1 } %x, 0
  ret i32 %r
}

define { i32, i64 } @aggregates({ i32, i64 } %a, [2 x i8] %b, <4 x i32> %v, i32 %i) {
  %x = extractvalue { i32, i64 } %a, 0
  %o = extractvalue [2 x i8] %b, 0 ;~ 0 => 1
  %y = insertvalue { i32, i64 } %a, i32 %x, 0 ;~ %x => %i ;~ %a => undef
  %e = extractelement <4 x i32> %v, i32 %i ;~ i32 %i => i32 1 ;~ i32 %i => i64 1
  %f = insertelement <4 x i32> %v, i32 %e, i32 0 ;~ i32 0 => i32 2
  %g = shufflevector <4 x i32> %v, <4 x i32> %f, <4 x i32> <i32 0, i32 4, i32 1, i32 5> ;~ i32 5 => i32 6 ;~ i32 0, i32 4 => i32 4, i32 0 ;~ i32 1 => i32 poison ;~ %f => %v
  %h = shufflevector <4 x i32> %g, <4 x i32> poison, <2 x i32> zeroinitializer ;~ zeroinitializer => <i32 0, i32 1>
  ret { i32, i64 } %y ;~ %y => %a
}

define i32 @flow(i32 %n, i1 %c, float %f) {
entry:
  br i1 %c, label %one, label %two ;~ %one, label %two => %two, label %one ;~ i1 %c, label %one, => i1 true, label %one,
one:
  %p = phi i32 [ 0, %entry ], [ %q, %two ] ;~ 0, %entry => 1, %entry ;~ %q, %two => 0, %two ;~ [ 0, %entry ], [ %q, %two ] => [ %q, %two ], [ 0, %entry ]
  %fp = phi nnan float [ 0.0, %entry ], [ %f, %two ] ;~ nnan => ;~ 0.0 => -0.0
  switch i32 %p, label %three [ ;~ %three => %four ;~ i32 %p => i32 %n
    i32 -1, label %three ;~ -1 => 1 ;~ %three => %four
    i32 7, label %four ;~ 7 => 8
    i32 9, label %four ;~ i32 9, label %four => i32 9, label %four i32 10, label %four
  ]
two:
  %q = add i32 %n, 1
  br label %one
three:
  ret i32 1 ;~ 1 => 2
four:
  ret i32 2
}

define i32 @order(i32 %n) { ; the order of blocks and of instructions
  %a = add i32 %n, 1 ;~ add i32 %n, 1 => mul i32 %n, 3
  %b = mul i32 %n, 3 ;~ mul i32 %n, 3 => add i32 %n, 1
  %c = icmp eq i32 %a, %b
  br i1 %c, label %x, label %y
x:
  ret i32 3 ;~ ret i32 3 => ret i32 4
y: ;~ y: => z: br label %y y:
  ret i32 4
}

define i32 @addresses(i32 %n) {
entry:
  %a = select i1 true, ptr blockaddress(@addresses, %x), ptr blockaddress(@addresses, %y) ;~ @addresses, %x => @addresses, %y ;~ @addresses, %y => @addresses, %x
  indirectbr ptr %a, [label %x, label %y] ;~ %x, label %y => %y, label %x ;~ , label %y =>
x:
  ret i32 1
y:
  ret i32 2
}

define i32 @calls(i32 %n, ptr %p, ptr %f) {
  %a = call i32 @callee(i32 %n, ptr %p) ;~ %n => 1 ;~ call => tail call ;~ call => notail call ;~ call => call fastcc ;~ i32 @callee => signext i32 @callee ;~ i32 %n => i32 noundef %n ;~ ptr %p) => ptr nonnull %p) ;~ %p) => %p) nounwind ;~ %p) => %p) #1 ;~ %p) => %p) [ "bundle"() ] ;~ i32 @callee => zeroext i32 @callee
  %b = call i32 (ptr, ...) @printf(ptr %p, i32 %n) ;~ i32 %n) => i32 1) ;~ i32 %n) => i32 %n, i32 1)
  %c = call i32 %f(i32 %n) ;~ %f(i32 %n) => %f(i32 %n, i32 %n) ;~ %f => %p ;~ %f => @callee
  %d = call i32 @llvm.umax.i32(i32 %a, i32 %n) ;~ umax => umin ;~ call i32 => call range(i32 0, 8) i32 
  %e = call i32 @callee(i32 %n, ptr byval(%pair) align 8 %p) ;~ %pair => %nested ;~ align 8 => align 16
  %s = add i32 %d, %e
  ret i32 %s
}

define i32 @callers(i32 %n, ptr %p) {
  %a = tail call i32 @callee(i32 %n, ptr %p) ;~ tail => musttail ;~ tail => ;~ @callee => @callers
  ret i32 %a
}

define void @bundles(i1 %c, ptr %p, i32 %n) {
  call void @llvm.assume(i1 true) [ "align"(ptr %p, i32 16) ] ;~ i32 16 => i32 32 ;~ "align"(ptr %p, i32 16) => "dereferenceable"(ptr %p, i32 16) ;~ %p => null ;~ i32 16) => i32 16), "cold"()
  call void @nothing() [ "first"(i32 %n), "second"(i32 1) ] ;~ first" => third" ;~ "first"(i32 %n), "second"(i32 1) => "second"(i32 1), "first"(i32 %n) ;~ "first"(i32 %n), "second"(i32 1) => "first"(i32 %n, i32 1), "second"()
  ret void
}

define i32 @exceptions(i32 %n) personality ptr @personality { ;~ @personality => @nothing ;~ personality ptr @personality => personality ptr null
  %a = invoke i32 @callee(i32 %n, ptr null) to label %ok unwind label %bad ;~ invoke => invoke fastcc ;~ ok unwind label %bad => ok unwind label %worse ;~ null) => null) nounwind ;~ null) to => null) [ "bundle"(i32 1) ] to
ok:
  ret i32 %a
bad:
  %e = landingpad { ptr, i32 } cleanup catch ptr @g ;~ cleanup => ;~ @g => null ;~ catch ptr @g => filter [1 x ptr] [ptr @g] ;~ catch ptr @g => catch ptr @g catch ptr null
  resume { ptr, i32 } %e ;~ resume { ptr, i32 } %e => unreachable
worse:
  %f = landingpad { ptr, i32 } cleanup
  unreachable
}

define i32 @assembly(i32 %n) {
  %a = call i32 asm "movl $1, $0", "=r,r"(i32 %n) ;~ movl => addl ;~ =r,r => =r,m ;~ asm => asm sideeffect ;~ asm => asm alignstack ;~ asm => asm inteldialect ;~ asm => asm unwind ;~ =r,r => =&r,r
  callbr void asm sideeffect "jmp ${1:l}", "r,!i"(i32 %a) to label %one [label %two] ;~ to label %one [label %two] => to label %two [label %one] ;~ jmp => jne
one:
  ret i32 1
two:
  ret i32 2
}

define i32 @attributes(i32 %n, ptr %p) #0 { ;~ #0 => #1 ;~ #0 => ;~ #0 => #2 ;~ #0 => #3 ;~ i32 @a => signext i32 @a ;~ i32 %n => i32 inreg %n ;~ ptr %p => ptr noalias %p ;~ ptr %p => ptr byref(%pair) %p ;~ ptr %p => ptr byval(i32) %p ;~ ptr %p => ptr byval(i64) %p ;~ ptr %p => ptr align 8 %p ;~ ptr %p => ptr initializes((0, 4)) %p ;~ ptr %p => ptr initializes((0, 8)) %p ;~ i32 %n => i32 range(i32 0, 4) %n ;~ i32 %n => i32 range(i32 0, 5) %n ;~ #0 => #0 align 32 ;~ define => define fastcc ;~ #0 => unnamed_addr #0 ;~ #0 => #0 prologue i8 1 ;~ #0 => #0 prefix i8 1 ;~ #0 => #0 prefix i8 2 ;= define => define internal ;~ #0 => #0 section "s" ;= #0 => #0 comdat($group) ;= define => define hidden ;~ ptr %p => ptr "text" %p
  ret i32 %n
}

define double @metadata(ptr %p, ptr %f, i32 %n, double %d) !prof !20 { ;~ !20 => !21
entry:
  %a = load i32, ptr %p, align 4, !range !0 ;~ !0 => !1 ;~ !range !0 => !noundef !9 ;~ , !range !0 => ;~ !range !0 => !range !0, !invariant.load !9 ;~ !range !0 => !range !0, !custom !9 ;~ !range !0 => !range !0, !annotation !19
  %b = load ptr, ptr %p, align 8, !nonnull !9, !dereferenceable !10 ;~ !nonnull => !invariant.load ;~ !10 => !11 ;~ !nonnull !9, =>
  %c = load i32, ptr %p, align 4, !tbaa !2, !alias.scope !14, !noalias !15, !first !0 ;~ !2 => !3 ;~ !14, !noalias !15 => !15, !noalias !14 ;~ !first => !second ;~ !first !0 => !first !1
  %x = call i32 %f(i32 %c), !callees !12, !srcloc !0 ;~ !12 => !13 ;= !srcloc !0 => !srcloc !10 ;~ , !srcloc !0 =>
  call void asm sideeffect "nop", ""(), !srcloc !1 ;~ !1 => !0 ;= !1 => !10
  %r = call i64 @llvm.read_register.i64(metadata !16) ;~ !16 => !17
  %s = call double @llvm.experimental.constrained.fadd.f64(double %d, double %d, metadata !"round.dynamic", metadata !"fpexcept.strict") #4 ;~ fpexcept.strict => fpexcept.ignore ;~ round.dynamic => round.upward
  %q = fdiv double %s, %d, !fpmath !18 ;~ !fpmath !18 => !fpmath !22
  %t = icmp eq i32 %n, 0
  br i1 %t, label %loop, label %done, !prof !4 ;~ !4 => !5 ;~ !prof => !other ;~ , !prof !4 => ;~ !prof !4 => !unpredictable !9
loop:
  br i1 %t, label %loop, label %done, !llvm.loop !6 ;~ !6 => !7 ;~ , !llvm.loop !6 => ;~ !6 => !23
done:
  ret double %q
}

attributes #0 = { nounwind } ;~ nounwind => nounwind willreturn ;! attributes callers calls exceptions variables.equivalent
attributes #1 = { nounwind "key"="value" }
attributes #2 = { nounwind uwtable(sync) allockind("alloc") }
attributes #3 = { nounwind "key"="other" "target-cpu"="x86-64" }
attributes #4 = { strictfp }

!0 = !{i32 0, i32 8} ;~ i32 8 => i32 9 ;! metadata
!1 = !{i32 0, i32 16}
!2 = !{!24, !24, i64 0} ;~ i64 0 => i64 0, i64 1 ;! metadata
!3 = !{!31, !31, i64 0}
!4 = !{!"branch_weights", i32 1, i32 2000} ;~ 2000 => 2001 ;! metadata ;~ !"branch_weights" => !"branch_weights", !"expected" ;! metadata
!5 = !{!"branch_weights", i32 2000, i32 1}
!6 = distinct !{!6, !8} ;~ !6, => !8, ;! metadata ;~ !6, => ;! metadata
!7 = distinct !{!7}
!8 = !{!"llvm.loop.unroll.disable"} ;~ disable => enable ;! metadata ;~ !{ => distinct !{ ;! metadata
!9 = !{}
!10 = !{i64 8}
!11 = !{i64 16}
!12 = !{ptr @callers, ptr @order} ;~ ptr @order => ptr @globals ;! metadata
!13 = !{ptr @callers}
!14 = !{!25}
!15 = !{!26} ;~ !26 => !25 ;! metadata
!16 = !{!"rsp"}
!17 = !{!"rbp"}
!18 = !{float 2.5}
!19 = !{!"auto-init"}
!20 = !{!"function_entry_count", i64 100}
!21 = !{!"function_entry_count", i64 101}
!22 = !{float 3.5}
!23 = distinct !{!23, !8, !19}
!24 = !{!"int", !27, i64 0} ;~ int => long ;! metadata
!25 = distinct !{!25, !28, !"first"} ;~ "first" => "third" ;! metadata
!26 = distinct !{!26, !28, !"second"}
!27 = !{!"char"} ;~ char => cher ;! metadata
!31 = !{!"other", !27, i64 0}
!28 = distinct !{!28}

!llvm.module.flags = !{!29}
!29 = !{i32 1, !"wchar_size", i32 4} ;= i32 4 => i32 2
