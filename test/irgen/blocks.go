package irgen

import (
	"fmt"
	"math/big"
)

// Blocks are copies and fills of memory, of constant and of other sizes.
func Blocks() []*Test {
	var tests []*Test
	sizes := []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 200}
	lengths := func(t Type) []Value {
		var values []Value
		for _, n := range sizes {
			values = append(values, IntValue(t, big.NewInt(int64(n))))
		}
		return values
	}
	for _, size := range append([]int{-1, -2}, sizes...) { // of a size that is not constant, of 64 or 32 bits
		length, in := I64, []Type(nil)
		switch size {
		case -1:
			in = []Type{I64}
		case -2:
			length, in = I32, []Type{I32}
		}
		n := func(x []string) string {
			if size < 0 {
				return x[0]
			}
			return fmt.Sprint(size)
		}
		add := func(name string, more []Type, emit func(f *function, to string, x []string, n string)) {
			o := operation{name: fmt.Sprintf("%s.%d", name, size), in: append(append([]Type(nil), in...), more...)}
			if len(in) > 0 {
				o.edges = []func(Type) []Value{lengths}
			}
			o.emit = func(f *function, x []string) {
				to := f.reserve(14)
				emit(f, to, x[len(in):], n(x))
			}
			if len(o.in) == 0 {
				t := o.one(o.name, "", nil, false)
				tests = append(tests, t)
				return
			}
			for i, p := range o.places() {
				tests = append(tests, o.test(p, i)...)
			}
		}
		for _, align := range []int{1, 16} {
			for _, volatile := range []string{"false", "true"} {
				for _, op := range []string{"memcpy", "memmove"} {
					add(fmt.Sprintf("%s.%d.%s", op, align, volatile), nil,
						func(f *function, to string, x []string, n string) {
							f.block(op, to, "@numbers", length, n, align, volatile)
						})
				}
				add(fmt.Sprintf("memset.%d.%s", align, volatile), []Type{I8},
					func(f *function, to string, x []string, n string) {
						f.declare(fmt.Sprintf("declare void @llvm.memset.p0.%v(ptr, i8, %v, i1)", length, length))
						f.do("call void @llvm.memset.p0.%v(ptr align %d %s, i8 %s, %v %s, i1 %s)", length, align, to,
							x[0], length, n, volatile)
					})
			}
		}
		for _, distance := range []int{-3, 1, 8} { // over itself
			add(fmt.Sprintf("memmove.over.%d", distance), nil, func(f *function, to string, x []string, n string) {
				f.block("memcpy", to, "@numbers", I64, "224", 1, "false")
				p := f.value("getelementptr i8, ptr %s, i64 8", to)
				f.block("memmove", f.value("getelementptr i8, ptr %s, i64 %d", p, distance), p, length, n, 1, "false")
			})
		}
		if size >= 0 {
			add("memcpy.inline", nil, func(f *function, to string, x []string, n string) {
				f.block("memcpy.inline", to, "@numbers", I64, n, 1, "false")
			})
		}
	}
	return tests
}

func (f *function) block(op, to, from string, length Type, n string, align int, volatile string) {
	f.declare(fmt.Sprintf("declare void @llvm.%s.p0.p0.%v(ptr, ptr, %v, i1)", op, length, length))
	f.do("call void @llvm.%s.p0.p0.%v(ptr align %d %s, ptr align %d %s, %v %s, i1 %s)", op, length, align, to, align,
		from, length, n, volatile)
}
