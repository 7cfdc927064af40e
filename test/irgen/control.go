package irgen

import (
	"fmt"
	"math/big"
)

// Switches are switches of all shapes.
func Switches() []*Test {
	shapes := map[string]func(n int) []int64{
		"dense":  func(n int) []int64 { return spaced(n, 0, 1) },
		"offset": func(n int) []int64 { return spaced(n, -3, 1) },
		"holes":  func(n int) []int64 { return spaced(n, 10, 2) },
		"sparse": func(n int) []int64 { return spaced(n, -1000000007, 123456789) },
		"ends":   func(n int) []int64 { return append(spaced(n/2, -1<<63, 1), spaced(n-n/2, 1<<63-1, -1)...) },
	}
	var tests []*Test
	for _, bits := range []int{1, 2, 5, 8, 16, 31, 32, 33, 64, 65, 128} {
		t := Int(bits)
		for shape, cases := range shapes {
			for _, n := range []int{0, 1, 2, 3, 5, 17, 130} {
				if n == 130 && (bits < 9 || shape == "ends") {
					continue
				}
				o := operation{name: fmt.Sprintf("switch.%s.%d.%s", shape, n, t.Mangled()), in: []Type{t}}
				list := distinct(t, cases(n))
				o.edges = []func(Type) []Value{func(t Type) []Value {
					values := Edges(t)
					for _, v := range list {
						for d := range int64(3) {
							values = append(values, IntValue(t, new(big.Int).Add(v.int, big.NewInt(d-1))))
						}
					}
					return values
				}}
				o.emit = func(f *function, x []string) { f.switchOver(t, x[0], list) }
				places := []string{"r", "s"}
				if n == 3 {
					places = append(places, "c")
				}
				for i, p := range places {
					tests = append(tests, o.test(p, i)...)
				}
			}
		}
	}
	sortTests(tests)
	return tests
}

func spaced(n int, from, step int64) []int64 {
	var list []int64
	for range n {
		list = append(list, from)
		from += step
	}
	return list
}

// distinct returns numbers as constants of a type, those that are equal there once.
func distinct(t Type, numbers []int64) []Value {
	var values []Value
	seen := map[string]bool{}
	for _, n := range numbers {
		if v := IntValue(t, big.NewInt(n)); !seen[v.Text] {
			seen[v.Text] = true
			values = append(values, v)
		}
	}
	return values
}

// switchOver writes a switch in which every third case shares a block, and some lead straight to the end.
func (f *function) switchOver(t Type, x string, cases []Value) {
	other, join := f.label(), f.label()
	entry := f.label()
	f.do("br label %%%s", entry)
	f.start(entry)
	incoming := fmt.Sprintf("[ 999, %%%s ]", other)
	f.do("switch %v %s, label %%%s [", t, x, other)
	var blocks []string
	straight := 0
	for i, c := range cases {
		to := join
		switch {
		case i%7 == 6:
			incoming += fmt.Sprintf(", [ 500, %%%s ]", entry)
			straight++
		case i%3 == 2 && len(blocks) > 0:
			to = blocks[len(blocks)-1]
		default:
			to = f.label()
			incoming += fmt.Sprintf(", [ %d, %%%s ]", i, to)
			blocks = append(blocks, to)
		}
		f.do("  %v %s, label %%%s", t, c.Text, to)
	}
	f.do("]")
	for _, b := range append(blocks, other) {
		f.start(b)
		f.do("br label %%%s", join)
	}
	f.start(join)
	f.result(I32, f.value("phi i32 %s", incoming))
}

// Selections are selects, and phis that swap.
func Selections() []*Test {
	var tests []*Test
	types := append(integerTypes(), F32, F64, F80, Ptr, Vec(4, I32), Vec(2, F64), Vec(2, I8))
	for _, t := range types {
		tests = append(tests, operation{
			name: "select." + t.Mangled(), in: []Type{I1, t, t},
			emit: func(f *function, x []string) {
				f.result(t, f.value("select i1 %s, %v %s, %v %s", x[0], t, x[1], t, x[2]))
			}}.tests()...)
		o := operation{name: "phi.swap." + t.Mangled(), in: []Type{t, t, I8}}
		o.emit = func(f *function, x []string) { f.rotate(t, x) }
		for i, p := range []string{"rrr", "sss", "rcr"} {
			tests = append(tests, o.test(p, i)...)
		}
	}
	return tests
}

// rotate writes a loop whose phis change places at every turn.
func (f *function) rotate(t Type, x []string) {
	entry, loop, end := f.label(), f.label(), f.label()
	f.do("br label %%%s", entry)
	f.start(entry)
	n := f.value("and i8 %s, 7", x[2])
	f.do("br label %%%s", loop)
	f.start(loop)
	base := f.next
	name := func(i int) string { return fmt.Sprintf("%%v%d", base+i) }
	f.value("phi %v [ %s, %%%s ], [ %s, %%%s ]", t, x[0], entry, name(2), loop)
	f.value("phi %v [ %s, %%%s ], [ %s, %%%s ]", t, x[1], entry, name(3), loop)
	f.value("phi %v [ %s, %%%s ], [ %s, %%%s ]", t, x[0], entry, name(1), loop)
	f.value("phi i8 [ %s, %%%s ], [ %s, %%%s ]", n, entry, name(5), loop)
	f.value("sub i8 %s, 1", name(4))
	f.do("br i1 %s, label %%%s, label %%%s", f.value("icmp sgt i8 %s, 0", name(4)), loop, end)
	f.start(end)
	for i := range 3 {
		f.result(t, name(i+1))
	}
}
