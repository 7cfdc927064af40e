package irgen

import (
	"fmt"
	"math"
)

var floatTypes = []Type{F32, F64, F80}

var fpredicates = []string{"oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult", "ule", "une",
	"uno"}

// notZeros leaves out two zeros, of which min and max may return either, and NaN where a signalling one differs.
func notZeros(x []Value) bool { return x[0].float != 0 || x[1].float != 0 }

// Floats are the operations of floats.
func Floats() []*Test {
	var tests []*Test
	add := func(o operation) { tests = append(tests, o.tests()...) }
	for _, t := range floatTypes {
		for _, op := range []string{"fadd", "fsub", "fmul", "fdiv", "frem"} {
			add(two(op, t))
		}
		add(operation{name: "fneg." + t.Mangled(), in: []Type{t}, emit: func(f *function, x []string) {
			f.result(t, f.value("fneg %v %s", t, x[0]))
		}})
		for _, pred := range append([]string{"true", "false"}, fpredicates...) {
			for _, use := range []string{"value", "branch", "select", "both"} {
				o := operation{name: fmt.Sprintf("fcmp.%s.%s.%s", pred, t.Mangled(), use), in: []Type{t, t}}
				o.emit = func(f *function, x []string) {
					uses[use](f, f.value("fcmp %s %v %s, %s", pred, t, x[0], x[1]))
				}
				for i, p := range []string{"rr", "rc", "ss", "rm", "rd"} {
					tests = append(tests, o.test(p, i)...)
				}
			}
		}
		for _, name := range []string{
			"fabs", "sqrt", "floor", "ceil", "trunc", "rint", "nearbyint", "round", "roundeven", "exp2", "log10", "sin",
		} {
			add(intrinsic(name, t, t))
		}
		for _, name := range []string{"minnum", "maxnum", "copysign"} {
			o := intrinsic(name, t, t, t)
			if name != "copysign" {
				o.defined = notZeros
			}
			add(o)
		}
		for _, name := range []string{"fma", "fmuladd"} {
			if t.Bits != 80 || name == "fmuladd" {
				add(intrinsic(name, t, t, t, t))
			}
		}
		powi := operation{name: "powi." + t.Mangled(), in: []Type{t, I32}, emit: func(f *function, x []string) {
			f.result(t, f.call(t, "llvm.powi."+t.Mangled()+".i32", operand{t, x[0]}, operand{I32, x[1]}))
		}, edges: []func(Type) []Value{nil, amounts}}
		add(powi)
		for _, class := range []int{1, 2, 3, 4, 8, 16, 32, 64, 96, 128, 256, 264, 504, 512, 516, 0x3ff} {
			add(operation{name: fmt.Sprintf("class%d.%s", class, t.Mangled()), in: []Type{t},
				emit: func(f *function, x []string) {
					of, tested := operand{t, x[0]}, operand{I32, fmt.Sprint(class)}
					f.result(I1, f.call(I1, "llvm.is.fpclass."+t.Mangled(), of, tested))
				}})
		}
		for _, i := range []Type{I8, I16, I32, I64} {
			for _, op := range []string{"fptosi.sat", "fptoui.sat"} {
				o := operation{name: fmt.Sprintf("%s.%s.%s", op, i.Mangled(), t.Mangled()), in: []Type{t}}
				o.emit = func(f *function, x []string) {
					f.result(i, f.call(i, "llvm."+op+"."+i.Mangled()+"."+t.Mangled(), operand{t, x[0]}))
				}
				o.edges = []func(Type) []Value{between(i, op == "fptosi.sat")}
				add(o)
			}
		}
		for _, name := range []string{"lround", "llround", "lrint", "llrint"} {
			o := operation{name: name + "." + t.Mangled(), in: []Type{t}, defined: func(x []Value) bool {
				return math.Abs(x[0].float) < 1<<62
			}}
			o.emit = func(f *function, x []string) {
				f.result(I64, f.call(I64, "llvm."+name+".i64."+t.Mangled(), operand{t, x[0]}))
			}
			add(o)
		}
	}
	return tests
}

// intrinsic is one of LLVM's that is named for the type of its result.
func intrinsic(name string, t Type, in ...Type) operation {
	return operation{name: name + "." + t.Mangled(), in: in, emit: func(f *function, x []string) {
		var args []operand
		for i, x := range x {
			args = append(args, operand{in[i], x})
		}
		f.result(t, f.call(t, "llvm."+name+"."+t.Mangled(), args...))
	}}
}
