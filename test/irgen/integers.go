package irgen

import (
	"fmt"
	"math/big"
)

var (
	widths  = []int{1, 2, 4, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 48, 58, 63, 64, 65, 96, 127, 128}
	usual   = []int{8, 16, 32, 64}
	vectors = []Type{
		Vec(4, I32), Vec(2, I64), Vec(8, I16), Vec(16, I8), Vec(2, I32), Vec(4, I16), Vec(8, I8), Vec(2, I8),
		Vec(3, I32), Vec(8, I32), Vec(4, I8), Vec(1, I64), Vec(4, I64),
	}
	fvectors = []Type{Vec(4, F32), Vec(2, F64), Vec(2, F32), Vec(3, F32), Vec(8, F32), Vec(4, F64)}
)

func isZero(v Value) bool { return v.int.Sign() == 0 }

// divides says whether a division, signed or not, is defined.
func divides(signed bool) func([]Value) bool {
	return func(x []Value) bool {
		least := x[0].int.Cmp(power(x[0].Type.Bits-1)) == 0
		minusOne := x[1].signed().Cmp(big.NewInt(-1)) == 0
		return !isZero(x[1]) && !(signed && least && minusOne)
	}
}

// shifts says whether the amount of a shift is below the width.
func shifts(x []Value) bool { return x[1].int.Cmp(big.NewInt(int64(x[1].Type.Bits))) < 0 }

// amounts are edges of amounts of shifts, below the width.
func amounts(t Type) []Value {
	if t.IsVec() {
		lanes := amounts(t.Elem())
		var values []Value
		for k := range lanes {
			v := make([]Value, t.Len)
			for i := range v {
				v[i] = lanes[(k+i)%len(lanes)]
			}
			values = append(values, vectorValue(v))
			for i := range v {
				v[i] = lanes[k]
			}
			values = append(values, vectorValue(v))
		}
		return values
	}
	var values []Value
	seen := map[int]bool{}
	for _, n := range []int{0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, t.Bits / 2, t.Bits - 1} {
		if n < t.Bits && !seen[n] {
			seen[n] = true
			values = append(values, IntValue(t, big.NewInt(int64(n))))
		}
	}
	return values
}

// two is an instruction of two operands of a type.
func two(op string, t Type) operation {
	o := operation{name: fmt.Sprintf("%s.%s", op, t.Mangled()), in: []Type{t, t}}
	o.emit = func(f *function, x []string) { f.result(t, f.value("%s %v %s, %s", op, t, x[0], x[1])) }
	switch op {
	case "udiv", "urem":
		o.defined = divides(false)
	case "sdiv", "srem":
		o.defined = divides(true)
	case "shl", "lshr", "ashr":
		o.defined = shifts
		o.edges = []func(Type) []Value{nil, amounts}
	}
	return o
}

func integerTypes() []Type {
	var types []Type
	for _, n := range widths {
		types = append(types, Int(n))
	}
	return types
}

// Integers are the operations of integers.
func Integers() []*Test {
	var tests []*Test
	for _, op := range []string{
		"add", "sub", "mul", "and", "or", "xor", "shl", "lshr", "ashr", "udiv", "sdiv", "urem", "srem",
	} {
		for _, t := range integerTypes() {
			tests = append(tests, two(op, t).tests()...)
		}
	}
	return tests
}

var predicates = []string{"eq", "ne", "ugt", "uge", "ult", "ule", "sgt", "sge", "slt", "sle"}

// uses are what is done with the result of a comparison.
var uses = map[string]func(f *function, cond string){
	"value": func(f *function, cond string) { f.result(I1, cond) },
	"branch": func(f *function, cond string) {
		yes, no, join := f.label(), f.label(), f.label()
		f.do("br i1 %s, label %%%s, label %%%s", cond, yes, no)
		for _, l := range []string{yes, no} {
			f.start(l)
			f.do("br label %%%s", join)
		}
		f.start(join)
		f.result(I32, f.value("phi i32 [ 17, %%%s ], [ 4, %%%s ]", yes, no))
	},
	"select": func(f *function, cond string) {
		f.result(I64, f.value("select i1 %s, i64 -3, i64 81985529216486895", cond))
	},
	"both": func(f *function, cond string) { // a branch, and a use after it
		yes, join := f.label(), f.label()
		f.do("br i1 %s, label %%%s, label %%%s", cond, yes, join)
		f.start(yes)
		f.call(NoOne, "clobber")
		f.do("br label %%%s", join)
		f.start(join)
		f.result(I1, f.value("xor i1 %s, true", cond))
	},
}

// Comparisons are those of integers and pointers, with what is done with the result.
func Comparisons() []*Test {
	var tests []*Test
	for _, t := range append(integerTypes(), Ptr) {
		for _, pred := range predicates {
			for _, use := range []string{"value", "branch", "select", "both"} {
				o := operation{name: fmt.Sprintf("icmp.%s.%s.%s", pred, t.Mangled(), use), in: []Type{t, t}}
				o.emit = func(f *function, x []string) {
					uses[use](f, f.value("icmp %s %v %s, %s", pred, t, x[0], x[1]))
				}
				list := o.places()
				if use != "value" { // these differ by how the operands are compared no more
					list = []string{"rr", "rc", "ss"}
				}
				for i, p := range list {
					tests = append(tests, o.test(p, i)...)
				}
			}
		}
	}
	return tests
}
