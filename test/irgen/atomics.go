package irgen

import (
	"fmt"
	"strings"
)

// Atomics are the atomic accesses of memory.
func Atomics() []*Test {
	var tests []*Test
	add := func(o operation, places ...string) {
		for i, p := range places {
			tests = append(tests, o.test(p, i)...)
		}
	}
	types := []Type{I8, I16, I32, I64}
	for _, t := range append(types, Ptr, F32, F64) {
		for _, order := range []string{"unordered", "monotonic", "acquire", "release", "seq_cst"} {
			o := operation{name: fmt.Sprintf("atomic.%s.%s", order, t.Mangled()), in: []Type{t}}
			o.emit = func(f *function, x []string) {
				p := f.reserve(1)
				load, store := order, order
				if order == "acquire" {
					store = "release"
				} else if order == "release" {
					load = "acquire"
				}
				f.do("store atomic %v %s, ptr %s %s, align 8", t, x[0], p, store)
				fence := strings.Replace(order, "unordered", "acq_rel", 1)
				f.do("fence %s", strings.Replace(fence, "monotonic", "seq_cst", 1))
				f.result(t, f.value("load atomic volatile %v, ptr %s %s, align 8", t, p, load))
			}
			add(o, "r", "s", "c")
		}
		for _, weak := range []string{"", "weak "} {
			if t.IsFloat() {
				continue
			}
			o := operation{name: strings.TrimRight(fmt.Sprintf("cmpxchg.%s.%s", t.Mangled(), weak), ". "),
				in: []Type{t, t, t}}
			pair := Tuple(t, I1)
			o.emit = func(f *function, x []string) {
				p := f.reserve(1)
				f.do("store %v %s, ptr %s", t, x[0], p)
				r := f.value("cmpxchg %sptr %s, %v %s, %v %s seq_cst monotonic", weak, p, t, x[1], t, x[2])
				f.result(t, f.value("extractvalue %v %s, 0", pair, r))
				ok := f.value("extractvalue %v %s, 1", pair, r)
				f.result(I1, ok)
				uses["branch"](f, ok)
			}
			add(o, "rrr", "sss", "rrc", "rcr", "crs")
			o.name += ".equal"
			o.in = o.in[:2]
			emit := o.emit
			o.emit = func(f *function, x []string) { emit(f, []string{x[0], x[0], x[1]}) }
			add(o, "rr", "ss")
		}
	}
	for _, op := range []string{
		"xchg", "add", "sub", "and", "nand", "or", "xor", "max", "min", "umax", "umin", "uinc_wrap", "udec_wrap",
		"usub_cond", "usub_sat",
	} {
		for _, t := range types {
			for _, used := range []bool{true, false} {
				o := operation{name: fmt.Sprintf("atomicrmw.%s.%s.%v", op, t.Mangled(), used), in: []Type{t, t}}
				o.emit = func(f *function, x []string) {
					p := f.reserve(1)
					f.do("store %v %s, ptr %s", t, x[0], p)
					old := f.value("atomicrmw %s ptr %s, %v %s seq_cst", op, p, t, x[1])
					if used {
						f.result(t, old)
					}
				}
				add(o, "rr", "ss", "rc", "cr")
			}
		}
	}
	for _, op := range []string{"xchg", "fadd", "fsub", "fmax", "fmin"} {
		for _, t := range []Type{F32, F64} {
			o := operation{name: fmt.Sprintf("atomicrmw.%s.%s", op, t.Mangled()), in: []Type{t, t}}
			o.emit = func(f *function, x []string) {
				p := f.hidden(1)
				f.do("store %v %s, ptr %s", t, x[0], p)
				f.result(t, f.value("atomicrmw %s ptr %s, %v %s seq_cst", op, p, t, x[1]))
				f.result(t, f.value("load %v, ptr %s", t, p))
			}
			if op == "fmax" || op == "fmin" {
				o.defined = notZeros
			}
			add(o, "rr", "ss", "rc")
		}
	}
	return tests
}
