package irgen

import (
	"fmt"
	"math/big"
	"strings"
)

// reserve returns a pointer to cells of the outputs that are compared byte by byte.
func (f *function) reserve(cells int) string {
	p := f.value("getelementptr i8, ptr %%out, i64 %d", 16*len(f.layout))
	f.layout = append(f.layout, strings.Repeat("i", cells)...)
	return p
}

// hidden reserves cells that are not compared, for bytes that are not defined.
func (f *function) hidden(cells int) string {
	return f.value("alloca [%d x i8], align 16", 16*cells)
}

var memoryTypes = []Type{
	I1, Int(7), I8, I16, Int(17), Int(24), I32, Int(33), Int(40), Int(48), Int(56), Int(58), I64, Int(65), Int(96),
	I128, F32, F64, F80, Ptr, Vec(4, I32), Vec(2, F64), Vec(16, I8), Vec(2, F32), Vec(4, I8), Vec(2, I8), Vec(8, I32),
	Vec(3, F32),
}

// comparable says whether a store of t defines all bytes that it writes.
func comparable(t Type) bool {
	return t.Bits != 80 && t.Scalar().Bits%8 == 0 && (t.Kind != Vector || isDirect(t))
}

// addresses are ways to come by the address of memory, displaced by some bytes.
var addresses = map[string]func(f *function, displacement int, shown bool) string{
	"pointer": func(f *function, displacement int, shown bool) string {
		return f.value("getelementptr i8, ptr %s, i64 %d", f.room(shown), displacement)
	},
	"slot": func(f *function, displacement int, shown bool) string {
		p := f.room(shown)
		f.leave()
		return f.value("getelementptr i8, ptr %s, i64 %d", p, displacement)
	},
	"index": func(f *function, displacement int, shown bool) string {
		i := f.value("sub i64 %s, 0", f.input(0, I64)) // an operand that is not folded
		i = f.value("mul i64 %s, 0", i)
		i = f.value("add i64 %s, %d", i, displacement)
		return f.value("getelementptr i8, ptr %s, i64 %s", f.room(shown), i)
	},
	"alloca": func(f *function, displacement int, _ bool) string {
		return f.value("getelementptr i8, ptr %s, i64 %d", f.value("alloca [96 x i8], align 16"), displacement)
	},
	"global": func(f *function, displacement int, _ bool) string {
		return fmt.Sprintf("getelementptr (i8, ptr @scratch, i64 %d)", displacement)
	},
}

func (f *function) room(shown bool) string {
	if shown {
		return f.reserve(4)
	}
	return f.hidden(4)
}

// Memory are loads and stores of all types, by all kinds of addresses and with all alignments.
func Memory() []*Test {
	var tests []*Test
	for _, t := range memoryTypes {
		for name, address := range addresses {
			for _, align := range []int{1, 2, 4, 8, 16} {
				for _, volatile := range []string{"", "volatile "} {
					o := operation{name: fmt.Sprintf("memory.%s.%d.%s%s", name, align, volatile, t.Mangled()),
						in: []Type{t}}
					o.name = strings.ReplaceAll(o.name, " ", ".")
					o.emit = func(f *function, x []string) {
						p := address(f, align, comparable(t))
						f.do("store %s%v %s, ptr %s, align %d", volatile, t, x[0], p, align)
						f.result(t, f.value("load %s%v, ptr %s, align %d", volatile, t, p, align))
					}
					places := o.places()
					if volatile != "" || align != 1 && align != 16 {
						places = places[:1]
					}
					for i, p := range append(places, "c") {
						tests = append(tests, o.test(p, i)...)
					}
				}
			}
		}
	}
	sortTests(tests)
	return tests
}

// Widening are loads that are extended at once, and stores of what is truncated at once.
func Widening() []*Test {
	var tests []*Test
	for _, t := range []Type{I8, I16, I32} {
		for _, to := range []Type{I16, I32, I64, I128} {
			if to.Bits <= t.Bits {
				continue
			}
			for _, op := range []string{"zext", "sext"} {
				tests = append(tests, operation{
					name: fmt.Sprintf("load.%s.%s.%s", op, t.Mangled(), to.Mangled()), in: []Type{t},
					emit: func(f *function, x []string) {
						p := f.reserve(1)
						f.do("store %v %s, ptr %s", t, x[0], p)
						f.result(to, f.value("%s %v %s to %v", op, t, f.value("load %v, ptr %s", t, p), to))
					}}.tests()...)
			}
			tests = append(tests, operation{
				name: fmt.Sprintf("store.trunc.%s.%s", to.Mangled(), t.Mangled()), in: []Type{to},
				emit: func(f *function, x []string) {
					f.do("store %v %s, ptr %s", t, f.value("trunc %v %s to %v", to, x[0], t), f.reserve(1))
				}}.tests()...)
		}
	}
	for _, t := range []Type{I8, I16, I32, I64} { // load, change, store at one place
		for _, op := range []string{"add", "sub", "and", "or", "xor", "shl", "lshr", "ashr"} {
			o := operation{name: fmt.Sprintf("change.%s.%s", op, t.Mangled()), in: []Type{t, t}}
			o.emit = func(f *function, x []string) {
				p := f.reserve(1)
				f.do("store %v %s, ptr %s", t, x[0], p)
				changed := f.value("%s %v %s, %s", op, t, f.value("load %v, ptr %s", t, p), x[1])
				f.do("store %v %s, ptr %s", t, changed, p)
			}
			if strings.Contains(op, "sh") {
				o.defined, o.edges = shifts, []func(Type) []Value{nil, amounts}
			}
			for i, p := range []string{"rr", "rc", "ss"} {
				tests = append(tests, o.test(p, i)...)
			}
		}
	}
	return tests
}

// steps are edges of indices.
func steps(t Type) []Value {
	var values []Value
	for _, n := range []int64{0, 1, -1, 2, 7, -8, 63, -64} {
		values = append(values, IntValue(t, big.NewInt(n)))
	}
	return values
}

// Addresses is address arithmetic over types of all sizes, with indices of all widths.
func Addresses() []*Test {
	var tests []*Test
	sources := map[string]string{
		"i8": "i8", "i16": "i16", "i24": "i24", "3": "[3 x i8]", "i32": "i32", "5": "[5 x i8]", "double": "double",
		"ptr": "ptr", "12": "[3 x i32]", "fp80": "x86_fp80", "i128": "i128", "24": "{ i64, [2 x ptr] }",
		"packed": "<{ i8, i32, i16 }>", "40": "[5 x double]", "1000": "[250 x float]", "0": "{}", "i1": "i1",
		"vector": "<4 x i32>", "v3": "<3 x i32>",
	}
	for name, source := range sources {
		for _, index := range []Type{I8, I16, I32, I64, I128, Int(33)} {
			o := operation{name: fmt.Sprintf("address.%s.%s", name, index.Mangled()), in: []Type{index}}
			o.edges = []func(Type) []Value{steps}
			o.emit = func(f *function, x []string) {
				f.address(fmt.Sprintf("%s, ptr %%out, %v %s", source, index, x[0]))
			}
			for i, p := range append(o.places(), "c") {
				tests = append(tests, o.test(p, i)...)
			}
		}
	}
	for name, path := range map[string]string{
		"a": "{ i8, { i16, [4 x i32], double }, ptr }, ptr %%out, i64 %s, i32 1, i32 1, i64 %s",
		"b": "[7 x { i32, [3 x i16] }], ptr %%out, i64 0, i64 %s, i32 1, i64 %s",
		"c": "<{ i8, [10 x { i8, i64 }] }>, ptr %%out, i32 1, i32 1, i64 %s, i32 1",
		"d": "[3 x [5 x [7 x i8]]], ptr %%out, i64 %s, i64 1, i64 %s, i64 -3",
	} {
		o := operation{name: "address.path." + name, in: []Type{I64, I64}, edges: []func(Type) []Value{steps, steps}}
		o.emit = func(f *function, x []string) {
			if strings.Count(path, "%s") == 1 {
				x = x[:1]
			}
			args := make([]any, len(x))
			for i := range x {
				args[i] = x[i]
			}
			f.address(fmt.Sprintf(path, args...))
		}
		tests = append(tests, o.tests()...)
	}
	for _, t := range []Type{I8, I16, I32, I64, F32, F64} { // folded into loads: base, index, scale and displacement
		for _, size := range []string{"i8", "i16", "i32", "i64", "[3 x i32]", "[16 x i8]"} {
			o := operation{name: fmt.Sprintf("load.indexed.%s.%d.%s", strings.Trim(size, "[]i")[:1], len(size),
				t.Mangled()),
				in: []Type{I64}, edges: []func(Type) []Value{func(t Type) []Value { return amounts(I8) }}}
			o.edges = []func(Type) []Value{func(t Type) []Value {
				var values []Value
				for n := range int64(8) {
					values = append(values, IntValue(t, big.NewInt(n)))
				}
				return values
			}}
			o.emit = func(f *function, x []string) {
				p := f.value("getelementptr %s, ptr @numbers, i64 %s", size, x[0])
				f.result(t, f.value("load %v, ptr %s, align 1", t, p))
				p = f.value("getelementptr i8, ptr %s, i64 5", p)
				f.result(t, f.value("load %v, ptr %s, align 1", t, p))
			}
			tests = append(tests, o.tests()...)
		}
	}
	sortTests(tests)
	return tests
}

// address computes an address from %out and notes how far from it that is.
func (f *function) address(text string) {
	p := f.value("getelementptr %s", text)
	a := f.value("ptrtoint ptr %s to i64", p)
	f.result(I64, f.value("sub i64 %s, %s", a, f.value("ptrtoint ptr %%out to i64")))
}
