package irgen

import (
	"fmt"
	"hash/fnv"
)

// operation is what is tested with operands of all kinds.
type operation struct {
	name string
	in   []Type
	// defined says whether the result for these operands is defined, lane by lane if they are vectors; nil is always.
	defined func(x []Value) bool
	// edges are the values for operands; nil is those of the type.
	edges []func(Type) []Value
	// emit writes the operation and its results.
	emit func(f *function, x []string)
	// fixed is how many operands at the end are only constants.
	constants int
}

// place is where an operand is when it is used.
type place byte

const (
	inRegister place = 'r' // computed just before
	inSlot     place = 's' // computed in an earlier block, before a call
	inMemory   place = 'm' // loaded just before, and used once
	constant   place = 'c'
	same       place = 'd' // the first operand again
)

// most is the number of cells of inputs that a test gets.
const most = 640

// tests returns the operation as tests, one for every choice of places.
func (o operation) tests() []*Test {
	var tests []*Test
	for i, places := range o.places() {
		tests = append(tests, o.test(places, i)...)
	}
	return tests
}

// places returns the choices of places for the operands.
func (o operation) places() []string {
	free := len(o.in) - o.constants
	fixed := ""
	for range o.constants {
		fixed += string(constant)
	}
	var list []string
	switch free {
	case 0:
		list = []string{""}
	case 1:
		list = []string{"r", "s", "m"}
	case 2:
		list = []string{"rr", "sr", "rs", "ss", "rm", "mr", "rc", "sc", "cr", "cs"}
		if o.in[0].String() == o.in[1].String() {
			list = append(list, "rd", "sd")
		}
	case 3:
		list = []string{"rrr", "sss", "srr", "rsr", "rrs", "mmm", "crr", "rcr", "rrc", "scs", "rcc"}
	default:
		all := ""
		for range free {
			all += "r"
		}
		list = []string{all}
	}
	var choices []string
	for _, l := range list {
		direct := true
		for i, p := range l {
			direct = direct && (place(p) != inMemory || isDirect(o.in[i]))
		}
		if direct {
			choices = append(choices, l+fixed)
		}
	}
	return choices
}

// test returns the tests for a choice of places: several if constants can be chosen.
func (o operation) test(places string, turn int) []*Test {
	choices := [][]Value{make([]Value, len(o.in))}
	for i, p := range places {
		if place(p) != constant {
			continue
		}
		values := o.values(i)
		if i < len(o.in)-o.constants { // all of them for the types that are most frequent
			h := fnv.New32a()
			fmt.Fprint(h, o.name, places)
			if t := o.in[i]; !(t.Kind == Integer && (t.Bits == 32 || t.Bits == 64)) || len(places) > 2 {
				k := int(h.Sum32()) % len(values)
				values = []Value{values[k], values[(k+turn+1)%len(values)]}
			}
		}
		var longer [][]Value
		for _, c := range choices {
			for _, v := range values {
				d := append([]Value(nil), c...)
				d[i] = v
				longer = append(longer, d)
			}
		}
		choices = longer
	}
	var tests []*Test
	for n, constants := range choices {
		name := fmt.Sprintf("%s.%s", o.name, places)
		if len(choices) > 1 {
			name += fmt.Sprintf(".%d", n)
		}
		if t := o.one(name, places, constants, (turn+n)%2 == 1); t != nil {
			tests = append(tests, t)
		}
	}
	return tests
}

func (o operation) values(i int) []Value {
	if i < len(o.edges) && o.edges[i] != nil {
		return o.edges[i](o.in[i])
	}
	return Edges(o.in[i])
}

// one returns a test, or nil if the operation is defined for no inputs with these constants.
func (o operation) one(name, places string, constants []Value, later bool) *Test {
	t := &Test{Name: name}
	o.addInputs(t, places, constants)
	if t.tuples == 0 {
		return nil
	}
	var f function
	x := make([]string, len(o.in))
	cell, left := 0, false
	for pass, wanted := range []string{"s", "rm"} {
		if pass == 1 && left {
			f.leave()
		}
		cell = 0
		for i, p := range places {
			switch place(p) {
			case constant:
				x[i] = constants[i].Text
				continue
			case same:
				x[i] = x[0]
				continue
			}
			if wanted == "s" && place(p) == inSlot || wanted != "s" && place(p) == inRegister {
				x[i] = f.input(cell, o.in[i])
				left = left || wanted == "s"
			} else if wanted != "s" && place(p) == inMemory {
				x[i] = f.direct(cell, o.in[i])
			}
			cell += o.in[i].cells()
		}
	}
	o.emit(&f, x)
	f.finish(later)
	t.Text, t.layout, t.declares = f.define(name), string(f.layout), f.declares
	return t
}

// addInputs gives a test the tuples of edge values for which the operation is defined: all, or a part spread over them.
func (o operation) addInputs(t *Test, places string, constants []Value) {
	var lists [][]Value
	total, cells := 1, 1
	for i, p := range places {
		var list []Value
		switch place(p) {
		case constant:
			list = constants[i : i+1]
		case same:
			list = nil
		default:
			list = o.values(i)
			cells += o.in[i].cells()
		}
		lists = append(lists, list)
		total = min(total*max(1, len(list)), 1<<30)
	}
	tuple := make([]Value, len(places))
	tuples := max(16, most/cells)
	step := max(1, total/tuples) | 1
	for n := 0; n < total && t.tuples < tuples; n += step {
		k := n
		for i, list := range lists {
			if list == nil {
				tuple[i] = tuple[0]
				continue
			}
			tuple[i] = list[k%len(list)]
			k /= len(list)
		}
		if !o.isDefined(tuple) {
			continue
		}
		for i, p := range places {
			if place(p) != constant && place(p) != same {
				t.inputs = append(t.inputs, tuple[i].cells...)
			}
		}
		t.tuples++
	}
}

func (o operation) isDefined(x []Value) bool {
	if o.defined == nil {
		return true
	}
	lanes := 0
	for _, v := range x {
		lanes = max(lanes, len(v.lanes))
	}
	if lanes == 0 {
		return o.defined(x)
	}
	lane := make([]Value, len(x))
	for i := range lanes {
		for k, v := range x {
			lane[k] = v
			if len(v.lanes) > 0 {
				lane[k] = v.lanes[i]
			}
		}
		if !o.defined(lane) {
			return false
		}
	}
	return true
}
