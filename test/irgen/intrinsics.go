package irgen

import "fmt"

// notWhen says of an operation whether its first operand differs from what it must not be if the last one, a constant,
// is true.
func notWhen(isIt func(Value) bool) func([]Value) bool {
	return func(x []Value) bool { return isZero(x[len(x)-1]) || !isIt(x[0]) }
}

func isLeast(v Value) bool { return v.int.Cmp(power(v.Type.Bits-1)) == 0 }

// IntegerIntrinsics are those of LLVM's intrinsics that compute with integers.
func IntegerIntrinsics() []*Test {
	var tests []*Test
	add := func(o operation) { tests = append(tests, o.tests()...) }
	for _, t := range integerTypes() {
		for _, name := range []string{"ctpop", "bitreverse"} {
			add(intrinsic(name, t, t))
		}
		if t.Bits%16 == 0 {
			add(intrinsic("bswap", t, t))
		}
		for name, isIt := range map[string]func(Value) bool{"ctlz": isZero, "cttz": isZero, "abs": isLeast} {
			o := intrinsic(name, t, t, I1)
			o.constants, o.defined = 1, notWhen(isIt)
			add(o)
		}
		for _, name := range []string{"smin", "smax", "umin", "umax", "sadd.sat", "uadd.sat", "ssub.sat", "usub.sat"} {
			add(intrinsic(name, t, t, t))
		}
		for _, name := range []string{"sshl.sat", "ushl.sat"} {
			o := intrinsic(name, t, t, t)
			o.defined, o.edges = shifts, []func(Type) []Value{nil, amounts}
			add(o)
		}
		for _, name := range []string{"fshl", "fshr"} {
			o := intrinsic(name, t, t, t, t)
			if t.Bits == 32 || t.Bits == 64 {
				add(rotation(name, t))
			}
			add(o)
		}
		for _, name := range []string{"sadd", "uadd", "ssub", "usub", "smul", "umul"} {
			add(overflow(name, t))
		}
		for _, name := range []string{"scmp", "ucmp"} {
			if t.Bits > 1 {
				add(operation{name: name + "." + t.Mangled(), in: []Type{t, t}, emit: func(f *function, x []string) {
					f.result(I8, f.call(I8, "llvm."+name+".i8."+t.Mangled(), operand{t, x[0]}, operand{t, x[1]}))
				}})
			}
		}
	}
	sortTests(tests)
	return tests
}

func rotation(name string, t Type) operation {
	return operation{name: name + ".rotate." + t.Mangled(), in: []Type{t, t}, emit: func(f *function, x []string) {
		f.result(t, f.call(t, "llvm."+name+"."+t.Mangled(), operand{t, x[0]}, operand{t, x[0]}, operand{t, x[1]}))
	}}
}

// overflow is an operation that says whether it overflowed. Both results are used, or the second decides a branch.
func overflow(name string, t Type) operation {
	pair := Tuple(t, I1)
	return operation{name: name + ".with.overflow." + t.Mangled(), in: []Type{t, t},
		emit: func(f *function, x []string) {
			r := f.call(pair, "llvm."+name+".with.overflow."+t.Mangled(), operand{t, x[0]}, operand{t, x[1]})
			v, o := f.value("extractvalue %v %s, 0", pair, r), f.value("extractvalue %v %s, 1", pair, r)
			f.result(t, v)
			f.result(I1, o)
			uses["branch"](f, o)
		}}
}

// Hints are intrinsics that say something and do nothing, or next to nothing.
func Hints() []*Test {
	emit := func(name string, in []Type, emit func(f *function, x []string)) []*Test {
		return operation{name: name, in: in, emit: emit}.tests()
	}
	var tests []*Test
	for _, t := range []Type{I1, I8, I32, I64} {
		tests = append(tests, emit("expect."+t.Mangled(), []Type{t, t}, func(f *function, x []string) {
			f.result(t, f.call(t, "llvm.expect."+t.Mangled(), operand{t, x[0]}, operand{t, x[1]}))
		})...)
		tests = append(tests, emit("isconstant."+t.Mangled(), []Type{t}, func(f *function, x []string) {
			f.call(I1, "llvm.is.constant."+t.Mangled(), operand{t, x[0]})
			f.result(t, x[0])
		})...)
		tests = append(tests, emit("freeze."+t.Mangled(), []Type{t}, func(f *function, x []string) {
			f.result(t, f.value("freeze %v %s", t, x[0]))
			u := f.value("freeze %v undef", t)
			f.result(t, f.value("xor %v %s, %s", t, u, u))
		})...)
	}
	tests = append(tests, emit("assume", []Type{I32}, func(f *function, x []string) {
		f.call(NoOne, "llvm.assume", operand{I1, f.value("icmp eq i32 %s, %s", x[0], x[0])})
		f.call(NoOne, "llvm.donothing")
		f.call(NoOne, "llvm.sideeffect")
		f.result(I32, x[0])
	})...)
	tests = append(tests, emit("lifetime", []Type{I64}, func(f *function, x []string) {
		p := f.value("alloca i64")
		f.call(NoOne, "llvm.lifetime.start.p0", operand{Ptr, p})
		f.do("store i64 %s, ptr %s", x[0], p)
		f.result(I64, f.value("load i64, ptr %s", p))
		f.call(NoOne, "llvm.lifetime.end.p0", operand{Ptr, p})
	})...)
	tests = append(tests, emit("pointers", []Type{Ptr, I64}, func(f *function, x []string) {
		f.result(Ptr, f.call(Ptr, "llvm.ptrmask.p0.i64", operand{Ptr, x[0]}, operand{I64, x[1]}))
		f.result(Ptr, f.call(Ptr, "llvm.launder.invariant.group.p0", operand{Ptr, x[0]}))
		f.result(Ptr, f.call(Ptr, "llvm.strip.invariant.group.p0", operand{Ptr, x[0]}))
	})...)
	for hint := range 4 {
		tests = append(tests, emit(fmt.Sprintf("prefetch.%d", hint), []Type{I32}, func(f *function, x []string) {
			f.call(NoOne, "llvm.prefetch.p0", operand{Ptr, "%out"}, operand{I32, fmt.Sprint(hint / 2)},
				operand{I32, fmt.Sprint(hint)}, operand{I32, "1"})
			f.result(I32, x[0])
		})...)
	}
	for _, unknown := range []string{"false", "true"} {
		tests = append(tests, emit("objectsize."+unknown, []Type{I32}, func(f *function, x []string) {
			p := f.value("getelementptr i8, ptr %%in, i32 %s", x[0])
			s := f.call(I64, "llvm.objectsize.i64.p0", operand{Ptr, p}, operand{I1, unknown}, operand{I1, "true"},
				operand{I1, "false"})
			f.result(I1, f.value("icmp ugt i64 %s, 9", s))
		})...)
	}
	tests = append(tests, emit("stack", []Type{I8}, func(f *function, x []string) {
		saved := f.call(Ptr, "llvm.stacksave.p0")
		n := f.value("zext i8 %s to i64", x[0])
		p := f.value("alloca i8, i64 %s, align 32", n)
		f.do("store volatile i8 %s, ptr %%out", x[0])
		f.result(I64, f.value("and i64 %s, 31", f.value("ptrtoint ptr %s to i64", p)))
		f.call(NoOne, "llvm.stackrestore.p0", operand{Ptr, saved})
		f.result(I1, f.value("icmp eq ptr %s, %s", saved, f.call(Ptr, "llvm.stacksave.p0")))
	})...)
	for _, trap := range []string{"trap", "debugtrap"} {
		tests = append(tests, emit(trap, []Type{I1}, func(f *function, x []string) {
			yes, no := f.label(), f.label()
			f.do("br i1 %s, label %%%s, label %%%s", x[0], yes, no)
			f.start(yes)
			f.call(NoOne, "llvm."+trap)
			f.do("br label %%%s", no)
			f.start(no)
			f.result(I1, x[0])
		})...)
	}
	return tests
}
