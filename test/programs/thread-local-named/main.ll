; Danger: thread-local variables that the IR names where it uses them, as C++'s guards and optimised code do: as every
; kind of operand, in functions whose arguments take every register, with odd alignments, of another module and of a
; library, in two threads.
; native-ldflags: -pthread
target triple = "x86_64-pc-linux-gnu"

%odd = type { i8, i40, x86_fp80 }

@number = thread_local global i32 7
@zero = internal thread_local global i64 0
@array = internal thread_local global [4 x i32] [i32 1, i32 2, i32 3, i32 4]
@huge = thread_local global i8 5, align 512
@constant = internal thread_local constant [3 x i8] c"abc"
@packed = internal thread_local global <{ i8, i64 }> <{ i8 1, i64 2 }>
@odd = internal thread_local global %odd { i8 3, i40 4, x86_fp80 0xK3FFF8000000000000000 }
@empty = internal thread_local global {} zeroinitializer
@pointer = internal thread_local global ptr @plain
@plain = internal global i32 1000
@second = internal thread_local alias i32, getelementptr (i8, ptr @array, i64 4)
@third = internal thread_local alias i32, getelementptr (i8, ptr @second, i64 4)
@elsewhere = external thread_local global i64
@shared = external thread_local global i32
@format = private constant [15 x i8] c"%d %ld %ld %f\0A\00"

declare i32 @printf(ptr, ...)
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(ptr, ptr)
declare void @llvm.va_start.p0(ptr)
declare void @llvm.va_end.p0(ptr)

define i64 @operands(i1 %c, ptr %other) noinline optnone {
  %a = load i32, ptr @number
  %a1 = add i32 %a, 1
  store i32 %a1, ptr @number
  %old = atomicrmw add ptr @zero, i64 5 seq_cst
  %pair = cmpxchg ptr @zero, i64 10, i64 20 seq_cst seq_cst
  %b = load i32, ptr getelementptr inbounds ([4 x i32], ptr @array, i64 0, i64 3)
  store i32 9, ptr getelementptr inbounds ([4 x i32], ptr @array, i64 0, i64 3)
  %chosen = select i1 %c, ptr @number, ptr @second
  %d = load i32, ptr %chosen
  %t = load i32, ptr @third
  %low = ptrtoint ptr @huge to i64
  %misaligned = and i64 %low, 511
  %isother = icmp eq ptr %other, @number
  br i1 %isother, label %yes, label %no
yes:
  br label %end
no:
  br label %end
end:
  %p = phi ptr [ @elsewhere, %yes ], [ @zero, %no ]
  %e = load i64, ptr %p
  store i64 %e, ptr @elsewhere
  %f = load i32, ptr @shared
  %f1 = add i32 %f, 1
  store i32 %f1, ptr @shared
  %at = load ptr, ptr @pointer
  %g = load i32, ptr %at
  %h = load i8, ptr getelementptr ([3 x i8], ptr @constant, i64 0, i64 2)
  %i = load i64, ptr getelementptr (i8, ptr @packed, i64 1)
  %j = load i40, ptr getelementptr (%odd, ptr @odd, i32 0, i32 1)
  %k = load i8, ptr @huge
  %sum0 = add i32 %a, %b
  %sum1 = mul i32 %sum0, %d
  %sum2 = add i32 %sum1, %t
  %sum3 = add i32 %sum2, %f
  %sum4 = add i32 %sum3, %g
  %wide = sext i32 %sum4 to i64
  %hw = zext i8 %h to i64
  %jw = zext i40 %j to i64
  %kw = zext i8 %k to i64
  %s0 = mul i64 %wide, 31
  %s1 = add i64 %s0, %e
  %s2 = mul i64 %s1, 31
  %s3 = add i64 %s2, %hw
  %s4 = mul i64 %s3, 31
  %s5 = add i64 %s4, %jw
  %s6 = mul i64 %s5, 31
  %s7 = add i64 %s6, %kw
  %s8 = add i64 %s7, %misaligned
  %s9 = add i64 %s8, %i
  ret i64 %s9
}

; All registers of arguments are taken, and some lie on the stack.
define double @arguments(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %g, double %h, double %i, double %j,
    double %k, double %l, double %m, double %n, <4 x float> %o, double %p) noinline optnone {
  %t = load i32, ptr @third
  %tw = sitofp i32 %t to double
  %i0 = mul i64 %a, %b
  %i1 = sub i64 %i0, %c
  %i2 = mul i64 %i1, %d
  %i3 = sub i64 %i2, %e
  %i4 = mul i64 %i3, %f
  %i5 = sub i64 %i4, %g
  %ix = sitofp i64 %i5 to double
  %f0 = fmul double %h, %i
  %f1 = fsub double %f0, %j
  %f2 = fmul double %f1, %k
  %f3 = fsub double %f2, %l
  %f4 = fmul double %f3, %m
  %f5 = fsub double %f4, %n
  %v = extractelement <4 x float> %o, i32 3
  %vx = fpext float %v to double
  %f6 = fsub double %f5, %vx
  %f7 = fmul double %f6, %p
  %f8 = fadd double %f7, %ix
  %f9 = fadd double %f8, %tw
  ret double %f9
}

define i64 @variable(i32 %n, double %x, ...) noinline optnone {
  %list = alloca [24 x i8], align 16
  call void @llvm.va_start.p0(ptr %list)
  %field = getelementptr i8, ptr %list, i64 16
  %saved = load ptr, ptr %field
  %second = getelementptr i8, ptr %saved, i64 8
  %a = load i64, ptr %second
  %second_float = getelementptr i8, ptr %saved, i64 64
  %b = load double, ptr %second_float
  %c = load i32, ptr @number
  call void @llvm.va_end.p0(ptr %list)
  %bi = fptosi double %b to i64
  %xi = fptosi double %x to i64
  %cw = sext i32 %c to i64
  %nw = sext i32 %n to i64
  %s0 = add i64 %a, %bi
  %s1 = add i64 %s0, %xi
  %s2 = add i64 %s1, %cw
  %s3 = add i64 %s2, %nw
  ret i64 %s3
}

define ptr @run(ptr %unused) noinline optnone {
  %a = call i64 @operands(i1 true, ptr @number)
  %b = call i64 @operands(i1 false, ptr @zero)
  %x = call double @arguments(i64 1, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7, double 1.5, double 2.5, double 3.5,
    double 4.5, double 5.5, double 6.5, double 7.5, <4 x float> <float 1.0, float 2.0, float 3.0, float 4.0>,
    double 8.5)
  %c = call i64 (i32, double, ...) @variable(i32 1, double 2.0, i64 3, double 4.0)
  %ci = trunc i64 %c to i32
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %ci, i64 %a, i64 %b, double %x)
  ret ptr @empty
}

define i32 @main() noinline optnone {
  %thread = alloca ptr
  %a = call ptr @run(ptr null)
  %c = call i32 @pthread_create(ptr %thread, ptr null, ptr @run, ptr null)
  %t = load ptr, ptr %thread
  %j = call i32 @pthread_join(ptr %t, ptr null)
  %b = call ptr @run(ptr null)
  ret i32 0
}
