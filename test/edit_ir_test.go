package test

// irHistories change what C cannot say, or what clang would spread over several functions.
var irHistories = []history{
	{
		name: "operands",
		files: map[string]string{"main.ll": `target triple = "x86_64-pc-linux-gnu"
%pair = type { i32, i32 }
@text = private constant [4 x i8] c"%d\0A\00"
@large = private constant [9 x i32] [i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9]
@bytes = private constant [16 x i8] c"abcdefghijklmnop"
@flat = global [8 x i32] [i32 10, i32 20, i32 30, i32 40, i32 50, i32 60, i32 70, i32 80], align 16
@real = global double 2.5
declare i32 @printf(ptr, ...)
declare i32 @toupper(i32)
declare i32 @llvm.smax.i32(i32, i32)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare i32 @bcmp(ptr, ptr, i64)
define void @say(i32 %n) noinline {
  call i32 (ptr, ...) @printf(ptr @text, i32 %n)
  ret void
}
define i32 @binary(i32 %a, i32 %b) {
  %r = add i32 %a, %b
  ret i32 %r
}
define i32 @compare(i32 %a, i32 %b) {
  %c = icmp sgt i32 %a, %b
  %r = zext i1 %c to i32
  ret i32 %r
}
define i32 @unsigned(i32 %a) {
  %c = icmp ult i32 %a, -5
  %r = select i1 %c, i32 100, i32 200
  ret i32 %r
}
define i32 @casts(i8 %a) {
  %r = sext i8 %a to i32
  ret i32 %r
}
define i32 @floats(double %a) {
  %s = fmul double %a, 0x3FF8000000000000
  %r = fptosi double %s to i32
  ret i32 %r
}
define i32 @half(i16 %bits) {
  %h = bitcast i16 %bits to half
  %f = fpext half %h to float
  %r = bitcast float %f to i32
  ret i32 %r
}
define i32 @elements(ptr %p) {
  %q = getelementptr %pair, ptr %p, i64 1, i32 1
  %r = load i32, ptr %q
  ret i32 %r
}
define i32 @vectors(<4 x i32> %v) {
  %s = shufflevector <4 x i32> %v, <4 x i32> <i32 100, i32 200, i32 300, i32 400>,
    <4 x i32> <i32 0, i32 5, i32 2, i32 7>
  %m = mul <4 x i32> %s, <i32 1, i32 3, i32 5, i32 7>
  %a = extractelement <4 x i32> %m, i32 3
  %b = extractelement <4 x i32> %m, i32 1
  %r = xor i32 %a, %b
  ret i32 %r
}
define i32 @switches(i32 %a) {
  switch i32 %a, label %other [ i32 0, label %zero
                                i32 7, label %seven
                                i32 8, label %eight ]
zero:
  br label %end
seven:
  br label %end
eight:
  br label %end
other:
  br label %end
end:
  %r = phi i32 [ 10, %zero ], [ 20, %seven ], [ 30, %eight ], [ 40, %other ]
  ret i32 %r
}
define i32 @intrinsic(i32 %a, i32 %b) {
  %r = call i32 @llvm.smax.i32(i32 %a, i32 %b)
  ret i32 %r
}
define i32 @library(i32 %a) {
  %r = call i32 @toupper(i32 %a)
  ret i32 %r
}
define i32 @assembly(i32 %a) {
  %r = call i32 asm "leal 5($1), $0", "=r,r"(i32 %a)
  ret i32 %r
}
define i32 @wide(i128 %a) {
  %s = add i128 %a, 170141183460469231731687303715884105727
  %t = lshr i128 %s, 100
  %r = trunc i128 %t to i32
  ret i32 %r
}
define i32 @atomic() {
  %p = alloca i32, align 4
  store i32 6, ptr %p
  %old = atomicrmw add ptr %p, i32 3 monotonic
  %new = load i32, ptr %p
  %r = add i32 %new, %old
  ret i32 %r
}
define i32 @exchange() {
  %p = alloca i32, align 4
  store i32 6, ptr %p
  %x = cmpxchg ptr %p, i32 6, i32 9 monotonic monotonic
  %r = load i32, ptr %p
  ret i32 %r
}
define i32 @aggregate(i32 %a) {
  %s = insertvalue { i32, [2 x i32] } { i32 1, [2 x i32] [i32 2, i32 3] }, i32 %a, 1, 0
  %r = extractvalue { i32, [2 x i32] } %s, 1, 0
  ret i32 %r
}
define i32 @copied() {
  %p = alloca [16 x i8], align 1
  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr @bytes, i64 16, i1 false)
  %q = getelementptr i8, ptr %p, i64 3
  %b = load i8, ptr %q
  %r = zext i8 %b to i32
  ret i32 %r
}
define i32 @compared(ptr %p) {
  %r = call i32 @bcmp(ptr %p, ptr @bytes, i64 8)
  %c = icmp eq i32 %r, 0
  %z = zext i1 %c to i32
  ret i32 %z
}
define i32 @loaded() {
  %v = load <4 x i32>, ptr @flat, align 4
  %r = extractelement <4 x i32> %v, i32 2
  ret i32 %r
}
define i32 @folded() {
  %q = getelementptr [9 x i32], ptr @large, i64 0, i64 8
  %r = load i32, ptr %q
  ret i32 %r
}
define i32 @constants() {
  %d = load double, ptr @real
  %r = call i32 @floats(double %d)
  ret i32 %r
}
define i8 @narrow(i32 %a) {
  %r = trunc i32 %a to i8
  ret i8 %r
}
define i32 @extended(i32 %a) {
  %n = call signext i8 @narrow(i32 %a)
  %r = sext i8 %n to i32
  ret i32 %r
}
define i32 @variadic(i32 %n, ...) {
  %list = alloca [24 x i8], align 16
  call void @llvm.va_start.p0(ptr %list)
  %a = va_arg ptr %list, i32
  %b = va_arg ptr %list, i32
  call void @llvm.va_end.p0(ptr %list)
  ret i32 %a
}
declare void @llvm.va_start.p0(ptr)
declare void @llvm.va_end.p0(ptr)
define i32 @rounded(double %a) {
  %s = fadd double %a, 1.0e16
  %t = fsub double %s, 1.0e16
  %r = fptosi double %t to i32
  ret i32 %r
}
define void @one() {
  call void @say(i32 1)
  ret void
}
define void @two() {
  call void @say(i32 2)
  ret void
}
define void @calls() {
  call void @one()
  call void @two()
  ret void
}
define i32 @main() {
  %1 = call i32 @binary(i32 7, i32 3)
  call void @say(i32 %1)
  %2 = call i32 @compare(i32 7, i32 7)
  call void @say(i32 %2)
  %3 = call i32 @unsigned(i32 7)
  call void @say(i32 %3)
  %4 = call i32 @casts(i8 200)
  call void @say(i32 %4)
  %5 = call i32 @floats(double 7.0)
  call void @say(i32 %5)
  %6 = call i32 @half(i16 15000)
  call void @say(i32 %6)
  %7 = call i32 @elements(ptr @flat)
  call void @say(i32 %7)
  %8 = call i32 @vectors(<4 x i32> <i32 1, i32 2, i32 3, i32 4>)
  call void @say(i32 %8)
  %9 = call i32 @switches(i32 7)
  call void @say(i32 %9)
  %10 = call i32 @intrinsic(i32 -1, i32 3)
  call void @say(i32 %10)
  %11 = call i32 @library(i32 97)
  call void @say(i32 %11)
  %12 = call i32 @assembly(i32 1)
  call void @say(i32 %12)
  %13 = call i32 @wide(i128 5)
  call void @say(i32 %13)
  %14 = call i32 @atomic()
  call void @say(i32 %14)
  %15 = call i32 @exchange()
  call void @say(i32 %15)
  %16 = call i32 @aggregate(i32 77)
  call void @say(i32 %16)
  %17 = call i32 @copied()
  call void @say(i32 %17)
  %18 = call i32 @compared(ptr @bytes)
  call void @say(i32 %18)
  %19 = call i32 @loaded()
  call void @say(i32 %19)
  %20 = call i32 @folded()
  call void @say(i32 %20)
  %21 = call i32 @constants()
  call void @say(i32 %21)
  %22 = call i32 @extended(i32 200)
  call void @say(i32 %22)
  %23 = call i32 (i32, ...) @variadic(i32 2, i32 5, i32 6)
  call void @say(i32 %23)
  %24 = call i32 @rounded(double 1.0)
  call void @say(i32 %24)
  call void @calls()
  ret i32 0
}
`},
		edits: []edit{
			{what: "add to sub", changes: []change{{"main.ll", "add i32 %a, %b", "sub i32 %a, %b"}}, most: 1},
			{what: "a predicate", changes: []change{{"main.ll", "icmp sgt", "icmp sge"}}, most: 1},
			{what: "a constant operand", changes: []change{{"main.ll", "ult i32 %a, -5", "ult i32 %a, 5"}}, most: 1},
			{what: "operands the other way round",
				changes: []change{{"main.ll", "i32 100, i32 200\n", "i32 200, i32 101\n"}}, most: 1},
			{what: "sext to zext", changes: []change{{"main.ll", "sext i8 %a", "zext i8 %a"}}, most: 1},
			{what: "a real constant", changes: []change{{"main.ll", "0x3FF8000000000000", "0x3FFC000000000000"}},
				most: 1},
			{what: "half to bfloat", changes: []change{{"main.ll", "to half", "to bfloat"},
				{"main.ll", "fpext half", "fpext bfloat"}}, most: 1},
			{what: "a type that a name stands for",
				changes: []change{{"main.ll", "%pair = type { i32, i32 }", "%pair = type { i64, i32 }"}}, most: 1},
			{what: "packed", changes: []change{{"main.ll", "%pair = type { i64, i32 }", "%pair = type <{ i64, i32 }>"}},
				most: 1},
			{what: "an index", changes: []change{{"main.ll", "i64 1, i32 1", "i64 0, i32 1"}}, most: 1},
			{what: "a shuffle", changes: []change{{"main.ll", "i32 0, i32 5, i32 2, i32 7>",
				"i32 0, i32 4, i32 2, i32 6>"}}, most: 1},
			{what: "a vector", changes: []change{{"main.ll", "<i32 1, i32 3, i32 5, i32 7>",
				"<i32 1, i32 3, i32 5, i32 9>"}}, most: 1},
			{what: "case values", changes: []change{{"main.ll", "i32 7, label %seven", "i32 17, label %seven"}},
				most: 1},
			{what: "another target", changes: []change{{"main.ll", "i32 17, label %seven", "i32 7, label %eight"},
				{"main.ll", "i32 8, label %eight", "i32 8, label %seven"}}, most: 1},
			{what: "an incoming value", changes: []change{{"main.ll", "[ 30, %eight ]", "[ 31, %eight ]"}}, most: 1},
			{what: "another intrinsic", changes: []change{{"main.ll", "smax", "smin"}}, most: 1},
			{what: "another function of the library", changes: []change{{"main.ll", "toupper", "isalpha"}}, most: 1},
			{what: "inline assembly", changes: []change{{"main.ll", "leal 5(", "leal 6("}}, most: 1},
			{what: "constraints", changes: []change{{"main.ll", `"=r,r"(i32 %a)`, `"=r,0"(i32 %a)`}},
				same: true, most: 1},
			{what: "a wide integer", changes: []change{{"main.ll", "170141183460469231731687303715884105727",
				"85070591730234615865843651857942052864"}}, most: 1},
			{what: "an atomic operation", changes: []change{{"main.ll", "atomicrmw add", "atomicrmw sub"}}, most: 1},
			{what: "another exchange", changes: []change{{"main.ll", "i32 6, i32 9 monotonic",
				"i32 5, i32 9 monotonic"}}, most: 1},
			{what: "an element of an aggregate", changes: []change{{"main.ll", "%s, 1, 0\n", "%s, 1, 1\n"}}, most: 1},
			{what: "an aggregate", changes: []change{{"main.ll", "[i32 2, i32 3]", "[i32 2, i32 4]"}}, most: 1},
			{what: "copied bytes", changes: []change{{"main.ll", "abcdefghijklmnop", "abcDefghijklmnop"}}, most: none},
			{what: "the last of a large constant", changes: []change{{"main.ll", "i32 8, i32 9]", "i32 8, i32 19]"}},
				most: none},
			{what: "a real variable", changes: []change{{"main.ll", "double 2.5", "double 3.5"}}, most: none},
			{what: "an alignment", changes: []change{{"main.ll", "80], align 16", "80], align 4"},
				{"main.ll", "@flat = global", "@before = global i32 5, align 4\n@flat = global"},
				{"main.ll", "i32 30,", "i32 31,"}}, most: none},
			{what: "an attribute of a result", changes: []change{{"main.ll", "define i8 @narrow",
				"define signext i8 @narrow"}, {"main.ll", "sext i8 %n", "zext i8 %n"}}, most: 2},
			{what: "an attribute of a call", changes: []change{{"main.ll", "call signext i8", "call i8"}}, same: true,
				most: 1},
			{what: "a calling convention", changes: []change{{"main.ll", "define i32 @binary",
				"define fastcc i32 @binary"}, {"main.ll", "call i32 @binary(i32 7, i32 3)",
				"call fastcc i32 @binary(i32 8, i32 3)"}}, most: 2},
			{what: "another argument", changes: []change{{"main.ll", "ret i32 %a\n}\ndeclare void @llvm.va_start",
				"ret i32 %b\n}\ndeclare void @llvm.va_start"}}, most: 1},
			{what: "rounding", changes: []change{{"main.ll", "1.0e16", "1.0e15"}}, most: 1},
			{what: "callees the other way round", changes: []change{{"main.ll", "call void @one()\n  call void @two()",
				"call void @two()\n  call void @one()"}}, most: 1},
			{what: "definitions the other way round",
				changes: []change{{"main.ll", "@one() {\n  call void @say(i32 1)", "@one() {\n  call void @say(i32 3)"},
					{"main.ll", "@two() {\n  call void @say(i32 2)", "@two() {\n  call void @say(i32 1)"}}, most: 2},
			{what: "names the other way round", changes: []change{{"main.ll", "define void @one", "define void @three"},
				{"main.ll", "define void @two", "define void @one"},
				{"main.ll", "define void @three", "define void @two"}}},
			{what: "orcast -O 2", flags: []string{"-O", "2"}, same: true},
			{what: "copied bytes at -O 2", changes: []change{{"main.ll", "abcDefghijklmnop", "abceefghijklmnop"}},
				most: none},
			{what: "the last of a large constant at -O 2",
				changes: []change{{"main.ll", "i32 8, i32 19]", "i32 8, i32 20]"}}, most: none},
			{what: "alignments at -O 2", changes: []change{{"main.ll", "80], align 4", "80], align 16"},
				{"main.ll", "i32 31,", "i32 32,"}}},
			{what: "lower alignments at -O 2", changes: []change{{"main.ll", "80], align 16", "80], align 4"},
				{"main.ll", "@before = global i32 5", "@before = global [3 x i32] [i32 1, i32 2, i32 3]"},
				{"main.ll", "i32 32,", "i32 33,"}}, most: none},
			{what: "add to xor at -O 2", changes: []change{{"main.ll", "%r = sub i32 %a, %b", "%r = xor i32 %a, %b"}},
				most: 1},
		},
	},
	{
		name: "symbols",
		files: map[string]string{"main.ll": `target triple = "x86_64-pc-linux-gnu"
@text = private constant [4 x i8] c"%d\0A\00"
@tab = internal constant [2 x i64] [i64 0, i64 0]
@use = global ptr @tab
@x = global i32 1
@y = global i32 2
@z = global [2 x i32] [i32 3, i32 4]
@data = alias i32, ptr @x
@pointer = global ptr @f
@to_data = global ptr @x
declare i32 @printf(ptr, ...)
declare extern_weak i32 @missing(i32)
define void @say(i32 %n) noinline {
  call i32 (ptr, ...) @printf(ptr @text, i32 %n)
  ret void
}
define i32 @f(i32 %n) {
  %a = icmp sgt i32 %n, 3
  br i1 %a, label %x, label %y
x:
  ret i32 10
y:
  ret i32 20
}
define i32 @g(i32 %n) {
  ret i32 30
}
define i32 @h(i32 %n) {
  %r = call i32 @f(i32 %n)
  ret i32 %r
}
define double @absolute(double %d) {
  ret double 77.0
}
define i32 @calls_absolute() {
  %d = call double @absolute(double -1.0)
  %r = fptosi double %d to i32
  ret i32 %r
}
define i32 @table() {
  %t = load ptr, ptr @use
  %v = load i64, ptr %t
  %c = icmp ne i64 %v, 0
  %r = zext i1 %c to i32
  ret i32 %r
}
define i32 @of_data() {
  %a = load i32, ptr @data
  %p = load ptr, ptr @to_data
  %b = load i32, ptr %p
  %c = mul i32 %b, 10
  %r = add i32 %a, %c
  ret i32 %r
}
define i32 @through_pointer() {
  %p = load ptr, ptr @pointer
  %r = call i32 %p(i32 1)
  ret i32 %r
}
define i32 @perhaps() {
  %c = icmp eq ptr @missing, null
  br i1 %c, label %no, label %yes
no:
  ret i32 -1
yes:
  %r = call i32 @missing(i32 1)
  ret i32 %r
}
define ptr @where() {
  ret ptr blockaddress(@go, %b)
}
define i32 @go(ptr %t) {
  indirectbr ptr %t, [label %a, label %b]
a:
  ret i32 100
b:
  ret i32 200
}
define i32 @main() {
  %1 = call i32 @h(i32 5)
  call void @say(i32 %1)
  %2 = call i32 @calls_absolute()
  call void @say(i32 %2)
  %3 = call i32 @table()
  call void @say(i32 %3)
  %4 = call i32 @of_data()
  call void @say(i32 %4)
  %5 = call i32 @through_pointer()
  call void @say(i32 %5)
  %6 = call i32 @perhaps()
  call void @say(i32 %6)
  %7 = call ptr @where()
  %8 = call i32 @go(ptr %7)
  call void @say(i32 %8)
  ret i32 0
}
`},
		edits: []edit{
			{what: "a table gets a block's address",
				changes: []change{{"main.ll", "[i64 0, i64 0]",
					"[i64 ptrtoint (ptr blockaddress(@f, %x) to i64), i64 0]"}}, most: 3},
			{what: "and loses it",
				changes: []change{{"main.ll", "[i64 ptrtoint (ptr blockaddress(@f, %x) to i64), i64 0]",
					"[i64 0, i64 1]"}}, most: 3},
			{what: "a function whose block another one names",
				changes: []change{{"main.ll", "ret i32 200", "ret i32 201"}}, most: 2},
			{what: "another block", changes: []change{{"main.ll", "blockaddress(@go, %b)", "blockaddress(@go, %a)"}},
				most: 2},
			{what: "nobody's block", changes: []change{{"main.ll", "ret ptr blockaddress(@go, %a)", "ret ptr null"},
				{"main.ll", "indirectbr ptr %t, [label %a, label %b]", "br label %b"}}, most: 2},
			{what: "a name that LLVM knows", changes: []change{{"main.ll", "@absolute(", "@nobody("},
				{"main.ll", "ret double 77.0", "ret double 78.0"}}, most: 2},
			{what: "a pointer to other data", changes: []change{{"main.ll", "@to_data = global ptr @x",
				"@to_data = global ptr @y"}}, most: none},
			{what: "an alias of other data", changes: []change{{"main.ll", "alias i32, ptr @x", "alias i32, ptr @y"}},
				most: none},
			{what: "an alias of a part", changes: []change{{"main.ll", "alias i32, ptr @y",
				"alias i32, getelementptr (i32, ptr @z, i64 1)"}}, most: none},
			{what: "data and no alias",
				changes: []change{{"main.ll", "@data = alias i32, getelementptr (i32, ptr @z, i64 1)",
					"@data = global i32 9"}}},
			{what: "thread-local data", changes: []change{{"main.ll", "@data = global i32 9",
				"@data = thread_local global i32 8"}}},
			{what: "another thread-local model", changes: []change{{"main.ll", "thread_local global i32 8",
				"thread_local(initialexec) global i32 7"}}},
			{what: "a function becomes an alias", changes: []change{{"main.ll", "define i32 @f(", "define i32 @of_f("},
				{"main.ll", "@pointer = global ptr @f", "@f = alias i32 (i32), ptr @g\n@pointer = global ptr @f"}}},
			{what: "another alias", changes: []change{{"main.ll", "@f = alias i32 (i32), ptr @g",
				"@f = alias i32 (i32), ptr @of_f"}}, most: 1},
			{what: "an ifunc", changes: []change{{"main.ll", "@f = alias i32 (i32), ptr @of_f",
				"@f = ifunc i32 (i32), ptr @resolve"},
				{"main.ll", "define i32 @main", "define ptr @resolve() {\n  ret ptr @g\n}\ndefine i32 @main"}}},
			{what: "another function of the ifunc", changes: []change{{"main.ll", "ret ptr @g", "ret ptr @of_f"}},
				most: 2},
			{what: "a function again", changes: []change{{"main.ll", "@f = ifunc i32 (i32), ptr @resolve\n", ""},
				{"main.ll", "define i32 @of_f(", "define i32 @f("}, {"main.ll", "ret ptr @of_f", "ret ptr @f"},
				{"main.ll", "ret i32 10", "ret i32 11"}}},
			{what: "an initialiser with another function",
				changes: []change{{"main.ll", "global ptr @f", "global ptr @g"}}, most: none},
			{what: "weak and defined", changes: []change{{"main.ll", "declare extern_weak i32 @missing(i32)\n", ""},
				{"main.ll", "define i32 @main",
					"define weak i32 @missing(i32 %n) {\n  ret i32 55\n}\ndefine i32 @main"}}, most: 2},
			{what: "internal", changes: []change{{"main.ll", "define weak i32 @missing",
				"define internal i32 @missing"}, {"main.ll", "ret i32 55", "ret i32 56"}}},
			{what: "missing again",
				changes: []change{{"main.ll", "define internal i32 @missing(i32 %n) {\n  ret i32 56\n}\n", ""},
					{"main.ll", "declare i32 @printf(ptr, ...)",
						"declare i32 @printf(ptr, ...)\ndeclare extern_weak i32 @missing(i32)"}}, most: 1},
			{what: "module assembly", changes: []change{{"main.ll", "declare extern_weak i32 @missing(i32)",
				"declare i32 @missing(i32)"}, {"main.ll", "@text =",
				"module asm \".globl missing\"\nmodule asm \"missing: movl $60, %eax; ret\"\n@text ="}}},
			{what: "other module assembly", changes: []change{{"main.ll", "$60", "$61"}}, most: none},
			{what: "a name that module assembly sets",
				changes: []change{{"main.ll", "module asm \"missing: movl $61, %eax; ret\"",
					"module asm \".set missing, g\""}}, most: none},
			{what: "another one", changes: []change{{"main.ll", ".set missing, g", ".set missing, f"}}, most: none},
			{what: "names of two variables the other way round",
				changes: []change{{"main.ll", "@x = global i32 1\n@y = global i32 2",
					"@y = global i32 2\n@x = global i32 1"}, {"main.ll", "add i32 %a, %c", "add i32 %b, %c"}}, most: 1},
			{what: "another variable of that name",
				changes: []change{{"main.ll", "@y = global i32 2\n@x = global i32 1",
					"@x = global i32 2\n@y = global i32 1"}}},
			{what: "an attribute of a variable's use",
				changes: []change{{"main.ll", "load i32, ptr @data", "load i32, ptr @y"},
					{"main.ll", "add i32 %b, %c", "add i32 %a, 5"}}, most: 1},
		},
	},
}
