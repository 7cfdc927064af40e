package irgen

import (
	"fmt"
	"math"
	"math/big"
)

func cast(op string, from, to Type) operation {
	return operation{
		name: fmt.Sprintf("%s.%s.%s", op, from.Mangled(), to.Mangled()),
		in:   []Type{from},
		emit: func(f *function, x []string) { f.result(to, f.value("%s %v %s to %v", op, from, x[0], to)) },
	}
}

// fits says whether a float, truncated, is an integer of a type.
func fits(to Type, signed bool) func([]Value) bool {
	return func(x []Value) bool {
		if math.IsNaN(x[0].float) || math.IsInf(x[0].float, 0) {
			return false
		}
		n, _ := new(big.Float).SetPrec(200).SetFloat64(math.Trunc(x[0].float)).Int(nil)
		bits := to.Scalar().Bits
		if !signed {
			return n.Sign() >= 0 && n.BitLen() <= bits
		}
		half := power(bits - 1)
		return n.Cmp(half) < 0 && n.Cmp(new(big.Int).Neg(half)) >= 0
	}
}

// between returns edges of floats and what lies at the limits of an integer type.
func between(to Type, signed bool) func(Type) []Value {
	return func(t Type) []Value {
		values := Edges(t)
		if t.IsVec() {
			return values
		}
		bits := to.Bits
		if signed {
			bits--
		}
		limit := math.Ldexp(1, bits)
		for _, x := range []float64{limit, limit - 1, limit / 2, -limit, -limit + 1, limit - 0.5, -0.75,
			math.Nextafter(limit, 0)} {
			values = append(values, floatValue(t, x))
		}
		return values
	}
}

// Casts are the conversions of scalars.
func Casts() []*Test {
	var tests []*Test
	add := func(o operation) { tests = append(tests, o.tests()...) }
	for _, from := range integerTypes() {
		for _, to := range integerTypes() {
			if from.Bits > to.Bits {
				add(cast("trunc", from, to))
			} else if from.Bits < to.Bits {
				add(cast("zext", from, to))
				add(cast("sext", from, to))
			}
		}
	}
	floats := []Type{F32, F64, F80}
	for _, f := range floats {
		for _, n := range append([]int{1, 7, 24, 33, 58, 128}, usual...) {
			i := Int(n)
			add(cast("sitofp", i, f))
			add(cast("uitofp", i, f))
			for op, signed := range map[string]bool{"fptosi": true, "fptoui": false} {
				o := cast(op, f, i)
				o.defined = fits(i, signed)
				o.edges = []func(Type) []Value{between(i, signed)}
				add(o)
			}
		}
		for _, to := range floats {
			if f.Bits > to.Bits {
				add(cast("fptrunc", f, to))
			} else if f.Bits < to.Bits {
				add(cast("fpext", f, to))
			}
		}
	}
	for _, i := range integerTypes() {
		add(cast("inttoptr", i, Ptr))
		add(cast("ptrtoint", Ptr, i))
	}
	add(cast("bitcast", I32, F32))
	add(cast("bitcast", I64, F64))
	for _, f := range []Type{F32, F64} { // the bits of a NaN are not defined after arithmetic, but loaded ones are
		add(cast("bitcast", f, Int(f.Bits)))
	}
	sortTests(tests)
	return tests
}
