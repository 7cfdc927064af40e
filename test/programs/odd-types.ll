; Danger: types that only IR has: odd integers in memory and as arguments, vectors of bits and pointers, empty and packed
; structures, arrays by value, x86_fp80, fp128 constants, address spaces, zero-sized globals, scalable nothing.
target triple = "x86_64-pc-linux-gnu"

%packed = type <{ i8, i32, i16 }>
%empty = type {}
@format = private constant [6 x i8] c"%lld\0A\00"
@packed = internal global %packed <{ i8 1, i32 2, i16 3 }>
@odd = internal global i33 4294967297
@array = internal global [3 x i24] [i24 1, i24 -1, i24 8388607]
@nothing = internal global %empty zeroinitializer
@zero = internal global [0 x i32] zeroinitializer
@nested = internal constant { i8, [2 x { i16, ptr }], <2 x i32> } { i8 5, [2 x { i16, ptr }] [{ i16, ptr } { i16 6, ptr @odd }, { i16, ptr } { i16 7, ptr @nested }], <2 x i32> <i32 8, i32 9> }
@long = internal global x86_fp80 0xK4000C000000000000000

declare i32 @printf(ptr, ...)

define void @print(i64 %x) noinline optnone {
  %p = call i32 (ptr, ...) @printf(ptr @format, i64 %x)
  ret void
}
define i33 @add(i33 %a, i7 %b, [2 x i24] %c, <4 x i1> %d, %empty %e) noinline optnone {
  %c1 = extractvalue [2 x i24] %c, 1
  %bw = sext i7 %b to i33
  %cw = sext i24 %c1 to i33
  %dm = bitcast <4 x i1> %d to i4
  %dw = zext i4 %dm to i33
  %1 = add i33 %a, %bw
  %2 = add i33 %1, %cw
  %3 = add i33 %2, %dw
  ret i33 %3
}
define i32 @main() {
  %slot = getelementptr %packed, ptr @packed, i32 0, i32 1
  %a = load i32, ptr %slot, align 1
  %aw = zext i32 %a to i64
  call void @print(i64 %aw)
  %o = load i33, ptr @odd
  %arr = load [2 x i24], ptr @array
  %s = call i33 @add(i33 %o, i7 -3, [2 x i24] %arr, <4 x i1> <i1 1, i1 0, i1 1, i1 1>, %empty zeroinitializer)
  %sw = sext i33 %s to i64
  call void @print(i64 %sw)
  %ps = getelementptr { i8, [2 x { i16, ptr }], <2 x i32> }, ptr @nested, i32 0, i32 1, i32 1, i32 1
  %self = load volatile ptr, ptr %ps
  %same = icmp eq ptr %self, @nested
  %sz = zext i1 %same to i64
  call void @print(i64 %sz)
  %l = load x86_fp80, ptr @long
  %li = fptosi x86_fp80 %l to i64
  call void @print(i64 %li)
  %z = icmp ne ptr @nothing, null
  %zz = zext i1 %z to i64
  call void @print(i64 %zz)
  ret i32 0
}
