package irgen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var (
	pairs = []Type{
		Tuple(I64, I64), Tuple(I32, I32), Tuple(F64, F64), Tuple(F64, I64), Tuple(I64, F64), Tuple(Ptr, I32),
		Tuple(F32, F32), Arr(2, I64), Arr(2, F32), Tuple(I8, I16),
	}
	passed = append([]Type{
		I1, I8, I16, I32, I64, Int(24), Int(33), Int(7), I128, Ptr, F32, F64, F80, Vec(4, F32), Vec(2, F64),
		Vec(4, I32), Vec(2, I64), Vec(16, I8),
	}, pairs...)
	returned = append([]Type{
		NoOne, Tuple(I64, I64, I64), Tuple(F32, F32, F32, F32), Tuple(I32, F64, Ptr), Tuple(I64, I64, I64, I64),
		Arr(9, I32), Tuple(Tuple(I8, F32), Arr(2, I16)), Tuple(F80, I32), Tuple(I1, I8), Tuple(I128, I64),
	}, passed...)
)

// extensions are attributes of small integers that oblige callers to extend them.
func extension(t Type, r *rand.Rand) string {
	if t.IsInt() && t.Bits < 32 {
		return []string{"", "zeroext ", "signext "}[r.IntN(3)]
	}
	return ""
}

// Calls are calls with arguments and results of all kinds, of as many as are passed in registers and more.
func Calls() []*Test {
	r := rand.New(rand.NewPCG(1, 2))
	var tests []*Test
	for n := range 600 {
		count := r.IntN(9)
		if n%5 == 0 {
			count = 6 + r.IntN(14)
		}
		var in []Type
		for range count {
			kinds := passed
			if n%4 != 0 {
				kinds = passed[:len(passed)-len(pairs)]
			}
			t := kinds[r.IntN(len(kinds))]
			if r.IntN(3) > 0 { // most arguments are of few types
				t = []Type{I32, I64, Ptr, F64}[r.IntN(4)]
			}
			in = append(in, t)
		}
		out := returned[n%len(returned)]
		if out.Kind != Void {
			in = append(in, out) // what will be returned
		}
		tests = append(tests, callTest(fmt.Sprintf("call.%d.%s", n, out.Mangled()), in, out, r)...)
	}
	return tests
}

// callTest is a call of a function that stores its arguments and returns the last.
func callTest(name string, in []Type, out Type, r *rand.Rand) []*Test {
	var parameters, extensions []string
	convention := []string{"", "", "", "fastcc "}[r.IntN(4)]
	for i, t := range in {
		e := extension(t, r)
		extensions = append(extensions, e)
		parameters = append(parameters, fmt.Sprintf("%v %s%%a%d", t, e, i))
	}
	var callee function
	for i, t := range in {
		callee.output(t, fmt.Sprintf("%%a%d", i))
	}
	if out.Kind == Void {
		callee.do("ret void")
	} else {
		callee.do("ret %v %%a%d", out, len(in)-1)
	}
	result := extension(out, r)
	at := r.IntN(len(in) + 1) // where the address of the outputs is among them
	definition := fmt.Sprintf("define %s%s%v @%s.callee(%s) {\n%s}\n", convention, result, out, name,
		strings.Join(insert(parameters, at, "ptr %out"), ", "), callee.body)
	return withHelper(name, definition, in, func(f *function, x []string) {
		var args []string
		for i, t := range in {
			args = append(args, fmt.Sprintf("%v %s%s", t, extensions[i], x[i]))
		}
		f.layout = append(f.layout, callee.layout...)
		call := fmt.Sprintf("call %s%s%v @%s.callee(%s)", convention, result, out, name,
			strings.Join(insert(args, at, "ptr %out"), ", "))
		if r.IntN(3) == 0 { // through a pointer
			p := f.value("alloca ptr")
			f.do("store volatile ptr @%s.callee, ptr %s", name, p)
			call = strings.Replace(call, "@"+name+".callee(", f.value("load volatile ptr, ptr %s", p)+"(", 1)
		}
		if out.Kind == Void {
			f.do("%s", call)
			return
		}
		f.result(out, f.value("%s", call))
	})
}

func insert(list []string, at int, s string) []string {
	return append(append(append([]string(nil), list[:at]...), s), list[at:]...)
}

// withHelper makes tests of an operation whose operands are in registers, in slots and half of them constants, together
// with the text of a function that it calls.
func withHelper(name, helper string, in []Type, emit func(f *function, x []string)) []*Test {
	o := operation{name: name, in: in, emit: emit}
	var tests []*Test
	for i, letters := range []string{"r", "s", "rs", "rsc"} {
		places := ""
		for k := range in {
			p := letters[k%len(letters)]
			if place(p) == constant && in[k].Parts() > 0 {
				p = byte(inRegister)
			}
			places += string(p)
		}
		short := o
		short.name = fmt.Sprintf("%s.%d", name, i)
		constants := make([]Value, len(in))
		for k, p := range places {
			if place(p) == constant {
				edges := Edges(in[k])
				constants[k] = edges[(k+i)%len(edges)]
			}
		}
		if t := short.one(short.name, places, constants, i%2 == 1); t != nil {
			tests = append(tests, t)
		}
		if len(in) == 0 {
			break
		}
	}
	for i, t := range tests { // each has a helper of its own: one might be compiled here and one there
		own := fmt.Sprintf("%s.callee%d", name, i)
		t.Text = strings.ReplaceAll(t.Text, "@"+name+".callee", "@"+own) +
			strings.ReplaceAll(helper, "@"+name+".callee", "@"+own)
	}
	return tests
}

// InMemory are arguments and results that are passed in memory: byval and sret.
func InMemory() []*Test {
	structs := []Type{
		Tuple(I64), Tuple(I8, I8, I8), Tuple(I64, I64, I64), Arr(13, I32), Tuple(F64, F32, I16), Tuple(I128, I8),
		Arr(50, I64),
	}
	var tests []*Test
	for n, s := range structs {
		for variant := range 3 {
			align := []int{8, 8, 16}[variant]
			name := fmt.Sprintf("memory-argument.%d.%d", n, variant)
			var callee function
			callee.output(I32, "%x")
			v := callee.value("load %v, ptr %%s, align %d", s, align)
			callee.output(s, v)
			callee.output(F64, "%y")
			callee.do("store %v %s, ptr %%r, align 8", s, v)
			callee.do("store %v zeroinitializer, ptr %%s, align %d", s, align) // its own copy
			callee.do("ret void")
			before := []string{"", "i64 %b, i64 %c, ", "i64 %b, i64 %c, double %d, i64 %e, i64 %f, "}[variant]
			helper := fmt.Sprintf("define void @%s.callee(ptr sret(%v) align 8 %%r, i32 %%x, "+
				"%sptr byval(%v) align %d %%s, double %%y, ptr %%out) {\n%s}\n", name, s, before, s, align, callee.body)
			tests = append(tests, withHelper(name, helper, []Type{I32, s, F64}, func(f *function, x []string) {
				p, q := f.value("alloca %v, align 16", s), f.value("alloca %v, align 8", s)
				f.do("store %v %s, ptr %s", s, x[1], p)
				f.layout = append(f.layout, callee.layout...)
				given := []string{"", "i64 1, i64 2, ", "i64 1, i64 2, double 3.0, i64 4, i64 5, "}[variant]
				f.do("call void @%s.callee(ptr sret(%v) align 8 %s, i32 %s, "+
					"%sptr byval(%v) align %d %s, double %s, ptr %%out)", name, s, q, x[0], given, s, align, p, x[2])
				f.result(s, f.value("load %v, ptr %s, align 8", s, p))
				f.result(s, f.value("load %v, ptr %s, align 8", s, q))
			})...)
		}
	}
	return tests
}

// Aggregates are structures and arrays as values.
func Aggregates() []*Test {
	var tests []*Test
	for n, t := range append(append([]Type(nil), returned[1:]...), Tuple(I8, Tuple(I16, F32), Arr(3, I8))) {
		if t.Parts() == 0 || t.IsVec() {
			continue
		}
		add := func(name string, in []Type, emit func(f *function, x []string)) {
			o := operation{name: fmt.Sprintf("%s.%d", name, n), in: in, emit: emit}
			for i, p := range []string{"rrr", "sss"} {
				tests = append(tests, o.test(p[:len(in)], i)...)
			}
		}
		add("aggregate.memory", []Type{t}, func(f *function, x []string) {
			p := f.value("alloca %v", t)
			f.do("store %v %s, ptr %s", t, x[0], p)
			f.result(t, f.value("load %v, ptr %s", t, p))
		})
		add("aggregate.select", []Type{I1, t, t}, func(f *function, x []string) {
			f.result(t, f.value("select i1 %s, %v %s, %v %s", x[0], t, x[1], t, x[2]))
		})
		add("aggregate.phi", []Type{I1, t, t}, func(f *function, x []string) {
			entry, yes, join := f.label(), f.label(), f.label()
			f.do("br label %%%s", entry)
			f.start(entry)
			f.do("br i1 %s, label %%%s, label %%%s", x[0], yes, join)
			f.start(yes)
			f.do("br label %%%s", join)
			f.start(join)
			f.result(t, f.value("phi %v [ %s, %%%s ], [ %s, %%%s ]", t, x[1], yes, x[2], entry))
		})
		part := t.Field(t.Parts() - 1)
		if part.Parts() == 0 {
			add("aggregate.insert", []Type{t, part}, func(f *function, x []string) {
				f.result(t, f.value("insertvalue %v %s, %v %s, %d", t, x[0], part, x[1], t.Parts()-1))
				u := f.value("insertvalue %v zeroinitializer, %v %s, %d", t, part, x[1], t.Parts()-1)
				f.result(t, u)
			})
		}
	}
	return tests
}
