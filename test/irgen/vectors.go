package irgen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Vectors are the operations of vectors.
func Vectors() []*Test {
	var tests []*Test
	add := func(o operation, places ...string) {
		for i, p := range places {
			tests = append(tests, o.test(p, i)...)
		}
	}
	for _, t := range vectors {
		for _, op := range []string{
			"add", "sub", "mul", "and", "or", "xor", "shl", "lshr", "ashr", "udiv", "sdiv", "urem", "srem",
		} {
			add(two(op, t), "rr", "ss", "rm", "rc", "rd")
		}
		for _, pred := range predicates {
			add(compareLanes("icmp", pred, t), "rr", "rc", "ss")
		}
		for _, name := range []string{"smin", "smax", "umin", "umax", "sadd.sat", "uadd.sat", "ssub.sat", "usub.sat"} {
			add(intrinsic(name, t, t, t), "rr", "sc")
		}
		for _, name := range []string{"ctpop", "bitreverse"} {
			add(intrinsic(name, t, t), "r", "s")
		}
		for _, name := range []string{"fshl", "fshr"} {
			add(intrinsic(name, t, t, t, t), "rrr")
		}
		for name, isIt := range map[string]func(Value) bool{"ctlz": isZero, "cttz": isZero, "abs": isLeast} {
			o := intrinsic(name, t, t, I1)
			o.constants, o.defined = 1, notWhen(isIt)
			add(o, "rc")
		}
		for _, name := range []string{"add", "mul", "and", "or", "xor", "smin", "smax", "umin", "umax"} {
			add(reduction(name, t), "r")
		}
		for _, to := range vectors {
			if to.Len != t.Len || to.Elem().Bits == t.Elem().Bits {
				continue
			}
			if to.Elem().Bits < t.Elem().Bits {
				add(cast("trunc", t, to), "r", "s")
			} else {
				add(cast("zext", t, to), "r", "s")
				add(cast("sext", t, to), "r", "s")
			}
		}
		for _, to := range append(vectors, fvectors...) {
			if to.Len*to.Elem().Bits == t.Len*t.Elem().Bits && to.String() != t.String() && t.Len != 3 {
				add(cast("bitcast", t, to), "r", "s")
			}
		}
		if bits := t.Len * t.Elem().Bits; bits <= 128 && bits != 96 {
			add(cast("bitcast", t, Int(bits)), "r", "s")
			add(cast("bitcast", Int(bits), t), "r", "s")
		}
	}
	for _, t := range fvectors {
		for _, op := range []string{"fadd", "fsub", "fmul", "fdiv"} {
			add(two(op, t), "rr", "ss", "rm", "rc", "rd")
		}
		for _, pred := range fpredicates {
			add(compareLanes("fcmp", pred, t), "rr", "rc")
		}
		for _, name := range []string{"fabs", "sqrt", "floor", "trunc"} {
			add(intrinsic(name, t, t), "r")
		}
		for _, name := range []string{"minnum", "maxnum", "copysign"} {
			o := intrinsic(name, t, t, t)
			o.defined = notZeros
			add(o, "rr")
		}
		add(intrinsic("fmuladd", t, t, t, t), "rrr")
		add(operation{name: "fneg." + t.Mangled(), in: []Type{t}, emit: func(f *function, x []string) {
			f.result(t, f.value("fneg %v %s", t, x[0]))
		}}, "r", "s")
		for _, i := range vectors {
			if i.Len == t.Len {
				add(cast("sitofp", i, t), "r")
				add(cast("uitofp", i, t), "r")
			}
		}
	}
	for _, t := range append(append([]Type(nil), vectors...), fvectors...) {
		lanes(t, add)
	}
	sortTests(tests)
	return tests
}

// compareLanes compares, and uses the lanes of the result as numbers and for a choice.
func compareLanes(op, pred string, t Type) operation {
	return operation{name: fmt.Sprintf("%s.%s.%s", op, pred, t.Mangled()), in: []Type{t, t},
		emit: func(f *function, x []string) {
			c := f.value("%s %s %v %s, %s", op, pred, t, x[0], x[1])
			mask := t.With(Int(t.Elem().Bits))
			f.result(mask, f.value("sext %v %s to %v", t.With(I1), c, mask))
			f.result(t, f.value("select %v %s, %v %s, %v %s", t.With(I1), c, t, x[1], t, x[0]))
			f.result(Int(t.Len), f.value("bitcast %v %s to i%d", t.With(I1), c, t.Len))
		}}
}

func reduction(name string, t Type) operation {
	return operation{name: "reduce." + name + "." + t.Mangled(), in: []Type{t}, emit: func(f *function, x []string) {
		f.result(t.Elem(), f.call(t.Elem(), "llvm.vector.reduce."+name+"."+t.Mangled(), operand{t, x[0]}))
	}}
}

// lanes are the operations that move lanes.
func lanes(t Type, add func(operation, ...string)) {
	elem := t.Elem()
	name := func(op string, n int) string { return fmt.Sprintf("%s.%d.%s", op, n, t.Mangled()) }
	for i := range t.Len {
		add(operation{name: name("extract", i), in: []Type{t}, emit: func(f *function, x []string) {
			f.result(elem, f.value("extractelement %v %s, i32 %d", t, x[0], i))
		}}, "r", "s")
		add(operation{name: name("insert", i), in: []Type{t, elem}, emit: func(f *function, x []string) {
			f.result(t, f.value("insertelement %v %s, %v %s, i64 %d", t, x[0], elem, x[1], i))
		}}, "rr", "ss", "rc")
	}
	index := func(f *function, x string) string { return f.value("urem i32 %s, %d", x, t.Len) }
	add(operation{name: name("extract.at", 0), in: []Type{t, I32}, emit: func(f *function, x []string) {
		f.result(elem, f.value("extractelement %v %s, i32 %s", t, x[0], index(f, x[1])))
	}}, "rr", "ss")
	add(operation{name: name("insert.at", 0), in: []Type{t, elem, I32}, emit: func(f *function, x []string) {
		f.result(t, f.value("insertelement %v %s, %v %s, i32 %s", t, x[0], elem, x[1], index(f, x[2])))
	}}, "rrr", "sss")
	r := rand.New(rand.NewPCG(uint64(t.Len), uint64(elem.Bits)))
	for n := range 8 {
		length := t.Len
		if n >= 6 {
			length = []int{2, 4, 8, 16}[r.IntN(4)]
		}
		var mask []string
		for i := range length {
			lane := r.IntN(2 * t.Len)
			switch n {
			case 0:
				lane = 0
			case 1:
				lane = t.Len - 1 - i
			case 2:
				lane = i/2 + i%2*t.Len // interleaved
			case 3:
				lane = (i + 1) % t.Len
			}
			mask = append(mask, fmt.Sprintf("i32 %d", lane))
		}
		to := Vec(length, elem)
		add(operation{name: name("shuffle", n), in: []Type{t, t}, emit: func(f *function, x []string) {
			f.result(to, f.value("shufflevector %v %s, %v %s, <%d x i32> <%s>", t, x[0], t, x[1], length,
				strings.Join(mask, ", ")))
		}}, "rr", "ss", "rd")
	}
	add(operation{name: name("splat", 0), in: []Type{elem}, emit: func(f *function, x []string) {
		v := f.value("insertelement %v poison, %v %s, i64 0", t, elem, x[0])
		f.result(t, f.value("shufflevector %v %s, %v poison, <%d x i32> zeroinitializer", t, v, t, t.Len))
	}}, "r", "s")
	add(operation{name: name("select", 0), in: []Type{I1, t, t}, emit: func(f *function, x []string) {
		f.result(t, f.value("select i1 %s, %v %s, %v %s", x[0], t, x[1], t, x[2]))
	}}, "rrr", "sss")
}
