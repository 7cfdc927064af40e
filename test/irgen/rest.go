package irgen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Varargs are calls with a variable number of arguments: of functions that take them apart, and of one of libc.
func Varargs() []*Test {
	r := rand.New(rand.NewPCG(5, 6))
	var tests []*Test
	for n := range 60 {
		var in []Type
		for range r.IntN(14) {
			in = append(in, []Type{I32, I64, Ptr, F64, F64, F80}[r.IntN(6)])
		}
		fixed := r.IntN(3)
		name := fmt.Sprintf("varargs.%d", n)
		var callee function
		list := callee.value("alloca [24 x i8], align 16")
		callee.call(NoOne, "llvm.va_start.p0", operand{Ptr, list})
		if n%3 == 1 {
			other := callee.value("alloca [24 x i8], align 16")
			callee.call(NoOne, "llvm.va_copy.p0.p0", operand{Ptr, other}, operand{Ptr, list})
			list = other
		}
		var parameters []string
		for i := range fixed {
			parameters = append(parameters, fmt.Sprintf("i64 %%a%d", i))
			callee.output(I64, fmt.Sprintf("%%a%d", i))
		}
		for _, t := range in {
			callee.output(t, callee.argument(list, t))
		}
		callee.call(NoOne, "llvm.va_end.p0", operand{Ptr, list})
		callee.do("ret void")
		helper := fmt.Sprintf("define void @%s.callee(%s...) {\n%s}\n", name, join("ptr %out", parameters), callee.body)
		types := join("ptr", []string{"i64", "i64"}[:fixed])
		tests = append(tests, withHelper(name, helper, in, func(f *function, x []string) {
			args := []string{"ptr %out"}
			for i := range fixed {
				args = append(args, fmt.Sprintf("i64 %d", i+70))
			}
			for i, t := range in {
				args = append(args, t.String()+" "+x[i])
			}
			f.layout = append(f.layout, callee.layout...)
			f.declares = append(f.declares, callee.declares...)
			f.do("call void (%s...) @%s.callee(%s)", types, name, strings.Join(args, ", "))
		})...)
	}
	for n, format := range []string{"%d %ld %g", "%g %g %g %g %g %g %g %g %g %g", "%d %d %d %d %d %d %d",
		"%.3f|%5d|%Lg", ""} {
		var in []Type
		for _, verb := range strings.Split(format, "%")[1:] {
			switch {
			case strings.HasPrefix(verb, "d"), strings.HasPrefix(verb, "5"):
				in = append(in, I32)
			case strings.HasPrefix(verb, "ld"):
				in = append(in, I64)
			case strings.HasPrefix(verb, "Lg"):
				in = append(in, F80)
			default:
				in = append(in, F64)
			}
		}
		o := operation{name: fmt.Sprintf("snprintf.%d", n), in: in}
		o.emit = func(f *function, x []string) {
			p := f.value("alloca [400 x i8]")
			text := f.value("alloca [%d x i8]", len(format)+1)
			f.do("store [%d x i8] c\"%s\\00\", ptr %s", len(format)+1, format, text)
			args := []string{"ptr " + p, "i64 400", "ptr " + text}
			for i, t := range in {
				args = append(args, t.String()+" "+x[i])
			}
			f.declare("declare i32 @snprintf(ptr, i64, ptr, ...)")
			f.result(I32, f.value("call i32 (ptr, i64, ptr, ...) @snprintf(%s)", strings.Join(args, ", ")))
			length := f.call(I64, "strlen", operand{Ptr, p})
			f.block("memcpy", f.reserve(25), p, I64, length, 1, "false")
		}
		for i, letter := range []string{"r", "s"} {
			if len(in) > 0 {
				tests = append(tests, o.test(strings.Repeat(letter, len(in)), i)...)
			}
		}
	}
	return tests
}

func join(first string, rest []string) string {
	return strings.Join(append([]string{first}, rest...), ", ") + ", "
}

// argument takes an argument from a list as the ABI for x86-64 has it (3.5.7), the way clang does.
func (f *function) argument(list string, t Type) string {
	if t.Bits == 80 {
		return f.value("load x86_fp80, ptr %s", f.overflowed(list, 16, 16))
	}
	offset, limit, step := 0, 40, 8
	if t.IsFloat() {
		offset, limit, step = 4, 160, 16
	}
	p := f.value("getelementptr i8, ptr %s, i64 %d", list, offset)
	at := f.value("load i32, ptr %s", p)
	here, there, join := f.label(), f.label(), f.label()
	f.do("br i1 %s, label %%%s, label %%%s", f.value("icmp ule i32 %s, %d", at, limit), here, there)
	f.start(here)
	area := f.value("load ptr, ptr %s", f.value("getelementptr i8, ptr %s, i64 16", list))
	a := f.value("getelementptr i8, ptr %s, i32 %s", area, at)
	f.do("store i32 %s, ptr %s", f.value("add i32 %s, %d", at, step), p)
	f.do("br label %%%s", join)
	f.start(there)
	b := f.overflowed(list, 8, 8)
	f.do("br label %%%s", join)
	f.start(join)
	return f.value("load %v, ptr %s", t, f.value("phi ptr [ %s, %%%s ], [ %s, %%%s ]", a, here, b, there))
}

// overflowed returns the address of the next argument among those in memory.
func (f *function) overflowed(list string, size, align int) string {
	p := f.value("getelementptr i8, ptr %s, i64 8", list)
	a := f.value("load ptr, ptr %s", p)
	if align > 8 {
		a = f.value("getelementptr i8, ptr %s, i64 15", a)
		a = f.call(Ptr, "llvm.ptrmask.p0.i64", operand{Ptr, a}, operand{I64, "-16"})
	}
	f.do("store ptr %s, ptr %s", f.value("getelementptr i8, ptr %s, i64 %d", a, size), p)
	return a
}

// Rest is what fits nowhere else: computed goto, thread-local variables, exceptions, large and dynamic frames, poison.
func Rest() []*Test {
	var tests []*Test
	add := func(name string, in []Type, emit func(f *function, x []string)) {
		tests = append(tests, operation{name: name, in: in, emit: emit}.tests()...)
	}
	o := operation{name: "goto", in: []Type{I32}}
	for i, place := range []string{"r", "s"} {
		name := fmt.Sprintf("goto.%d", i)
		o.emit = func(f *function, x []string) {
			entry, a, b, c := f.label(), f.label(), f.label(), f.label()
			f.do("br label %%%s", entry)
			f.start(entry)
			at := f.value("and i32 %s, 3", x[0])
			p := f.value("getelementptr [4 x ptr], ptr @%s.table, i64 0, i32 %s", name, at)
			f.do("indirectbr ptr %s, [label %%%s, label %%%s, label %%%s]", f.value("load ptr, ptr %s", p), a, b, c)
			f.start(a)
			f.do("br label %%%s", b)
			f.start(b)
			v := f.value("phi i32 [ 1, %%%s ], [ 2, %%%s ]", entry, a)
			f.do("br label %%%s", c)
			f.start(c)
			f.result(I32, f.value("phi i32 [ 0, %%%s ], [ %s, %%%s ]", entry, v, b))
			f.declare(fmt.Sprintf("@%s.table = internal constant [4 x ptr] [ptr blockaddress(@%s, %%%s), "+
				"ptr blockaddress(@%s, %%%s), "+
				"ptr blockaddress(@%s, %%%s), ptr blockaddress(@%s, %%%s)]", name, name, a, name, b, name, c, name, a))
		}
		tests = append(tests, o.one(name, place, make([]Value, 1), i == 1))
	}
	for _, model := range []string{"", "(localdynamic)", "(initialexec)"} {
		for _, linkage := range []string{"internal ", ""} {
			name := strings.Trim("local"+strings.Trim(model, "()")+strings.TrimSpace(linkage), ".")
			f := func(f *function, x []string) {
				f.declare(fmt.Sprintf("@%s = %sthread_local%s global i64 81, align 8", name, linkage, model))
				p := f.call(Ptr, "llvm.threadlocal.address.p0", operand{Ptr, "@" + name})
				old := f.value("load i64, ptr %s", p)
				f.do("store i64 %s, ptr %s", f.value("xor i64 %s, %s", old, x[0]), p)
				f.result(I64, old)
				f.result(I64, f.value("load i64, ptr %s",
					f.call(Ptr, "llvm.threadlocal.address.p0", operand{Ptr, "@" + name})))
			}
			add("thread."+name, []Type{I64}, f)
		}
	}
	for _, size := range []int{8, 4000, 5000, 70000, 1 << 20} {
		for _, align := range []int{1, 16, 32, 64, 4096} {
			add(fmt.Sprintf("frame.%d.%d", size, align), []Type{I64, I8}, func(f *function, x []string) {
				p := f.value("alloca [%d x i8], align %d", size, align)
				q := f.value("getelementptr i8, ptr %s, i64 %d", p, size-8)
				f.do("store volatile i64 %s, ptr %s, align 1", x[0], q)
				f.do("store volatile i8 %s, ptr %s", x[1], p)
				f.call(NoOne, "clobber")
				f.result(I64, f.value("load volatile i64, ptr %s, align 1", q))
				f.result(I64, f.value("and i64 %s, %d", f.value("ptrtoint ptr %s to i64", p), align-1))
				f.result(I8, x[1])
			})
		}
	}
	for _, align := range []int{1, 16, 64} {
		add(fmt.Sprintf("dynamic.%d", align), []Type{I8, I64}, func(f *function, x []string) {
			n := f.value("add i64 %s, 100", f.value("zext i8 %s to i64", x[0]))
			p := f.value("alloca i8, i64 %s, align %d", n, align)
			q := f.value("alloca i32, i64 %s, align %d", n, max(4, align))
			f.do("store i64 %s, ptr %s, align 1", x[1], p)
			f.do("store i64 7, ptr %s, align 4", q)
			f.call(NoOne, "clobber")
			f.result(I64, f.value("load i64, ptr %s, align 1", p))
			f.result(I64, f.value("and i64 %s, %d", f.value("ptrtoint ptr %s to i64", p), align-1))
			f.result(I64, x[1])
		})
	}
	for _, t := range []Type{I8, I32, I64, F64, Ptr, Vec(4, I32)} {
		add("undefined."+t.Mangled(), []Type{I1, t}, func(f *function, x []string) { // not chosen
			v := f.value("select i1 %s, %v %s, %v %s", x[0], t, x[1], t, x[1])
			f.result(t, f.value("select i1 true, %v %s, %v poison", t, v, t))
		})
	}
	return append(tests, Exceptions()...)
}

// Exceptions are calls that throw, and are caught or pass.
func Exceptions() []*Test {
	const throws = `define void @%[1]s.callee(i32 %%x, ptr %%out) personality ptr @__gxx_personality_v0 {
  %%c = and i32 %%x, 1
  %%odd = icmp eq i32 %%c, 1
  br i1 %%odd, label %%throw, label %%done
throw:
  %%e = call ptr @__cxa_allocate_exception(i64 16)
  store i32 %%x, ptr %%e
  call void @__cxa_throw(ptr %%e, ptr %[2]s, ptr null)
  unreachable
done:
  ret void
}
`
	var tests []*Test
	for n, thrown := range []string{"@_ZTIi", "@_ZTIl"} {
		for k, clauses := range []string{
			"catch ptr @_ZTIi", "catch ptr null", "cleanup catch ptr @_ZTIl catch ptr @_ZTIi",
			"filter [1 x ptr] [ptr @_ZTIi]",
		} {
			if n == 1 && k == 0 || n == 0 && k == 3 {
				continue // nobody would catch it
			}
			name := fmt.Sprintf("exception.%d.%d", n, k)
			tests = append(tests, withHelper(name, fmt.Sprintf(throws, name, thrown), []Type{I32, I64, F64},
				func(f *function, x []string) {
					f.declares = append(f.declares, throwing...)
					entry, next, pad, join := f.label(), f.label(), f.label(), f.label()
					f.do("br label %%%s", entry)
					f.start(entry)
					kept := f.value("add i64 %s, 3", x[1])
					f.do("invoke void @%s.callee(i32 %s, ptr %%out) to label %%%s unwind label %%%s", name, x[0],
						next, pad)
					f.start(next)
					f.do("br label %%%s", join)
					f.start(pad)
					e := f.value("landingpad { ptr, i32 } %s", clauses)
					selector := f.value("extractvalue { ptr, i32 } %s, 1", e)
					which := f.call(I32, "llvm.eh.typeid.for.p0", operand{Ptr, thrown})
					is := f.value("zext i1 %s to i32", f.value("icmp eq i32 %s, %s", selector, which))
					caught := f.call(Ptr, "__cxa_begin_catch",
						operand{Ptr, f.value("extractvalue { ptr, i32 } %s, 0", e)})
					number := f.value("add i32 %s, %s", f.value("load i32, ptr %s", caught), is)
					f.call(NoOne, "__cxa_end_catch")
					f.do("br label %%%s", join)
					f.start(join)
					f.result(I32, f.value("phi i32 [ -1, %%%s ], [ %s, %%%s ]", next, number, pad))
					f.result(I64, kept)
					f.result(F64, x[2])
				})...)
		}
	}
	for _, t := range tests {
		t.Text = strings.Replace(t.Text, "(ptr %in, ptr %out) {",
			"(ptr %in, ptr %out) personality ptr @__gxx_personality_v0 {", 1)
	}
	return tests
}
