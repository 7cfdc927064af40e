package irgen

import (
	"fmt"
	"math/big"
	"strings"
)

// Random makes up a function with any control flow, and functions that it calls. All of its loops end: each function
// has fuel, of which every way back takes some.
func Random(name string, c *Choices) *Test {
	p := &program{Choices: c, name: name, palette: plain}
	if c.oneIn(3) {
		p.palette = colourful
	}
	for range c.below(4) {
		p.addCallee()
	}
	t := &Test{Name: name}
	root := &maker{program: p}
	var in []Type
	for i := range 2 + c.below(7) {
		in = append(in, p.inputs[(i+c.below(len(p.inputs)))%len(p.inputs)])
	}
	for range 8 {
		for _, k := range in {
			edges := Edges(k)
			t.inputs = append(t.inputs, edges[c.below(len(edges))].cells...)
		}
		t.tuples++
	}
	root.function.start("entry")
	cell := 0
	for _, k := range in {
		root.entry = append(root.entry, operand{k, root.input(cell, k)})
		cell += k.cells()
	}
	root.makeBody(6)
	root.finishRoot()
	t.layout, t.declares = string(root.layout), root.declares
	personality := strings.Replace(root.define(name), ") {", ") personality ptr @__gxx_personality_v0 {", 1)
	t.Text = personality + p.text.String()
	t.declares = append(append(t.declares, p.shared...), throwing...)
	t.Record = c.Record
	return t
}

// throwing are declarations of what is needed to throw and catch.
var throwing = []string{
	"declare i32 @__gxx_personality_v0(...)",
	"declare ptr @__cxa_allocate_exception(i64)",
	"declare void @__cxa_throw(ptr, ptr, ptr)",
	"declare ptr @__cxa_begin_catch(ptr)",
	"declare void @__cxa_end_catch()",
	"@_ZTIi = external constant ptr",
	"@_ZTIl = external constant ptr",
}

// palette is what a program is made of.
type palette struct {
	inputs, values, integers, floats []Type
	statements                       []func(m *maker)
	exceptions                       bool
}

// plain is what every generator of code has to do well; colourful has what is rarer, and more often refused.
var plain, colourful palette

func init() { // statements refer to palettes
	plain = palette{
		inputs:     []Type{I32, I64, F64, I8, I1, I16, F32, Int(33)},
		values:     []Type{I32, I64, I8, F64, I1, I32, I64, I16, F32, Ptr, Int(24), Int(5), Int(58)},
		integers:   []Type{I32, I64, I8, I16, I32, I64, Int(24), Int(5), Int(58), I1, Int(33)},
		floats:     []Type{F64, F32},
		statements: plainStatements,
	}
	colourful = palette{
		inputs:   append([]Type{I128, Vec(4, I32), F80, Vec(16, I8)}, plain.inputs...),
		values:   append([]Type{I128, Vec(4, I32), Vec(2, F64), Vec(16, I8), F80}, plain.values...),
		integers: append([]Type{I128, Int(65)}, plain.integers...),
		floats:   append([]Type{F80}, plain.floats...),
		statements: append([]func(*maker){(*maker).vector, (*maker).vector, (*maker).atomic, (*maker).throw},
			plain.statements...),
		exceptions: true,
	}
}

// program is what the functions of a test share.
type program struct {
	*Choices
	palette
	name    string
	text    strings.Builder
	shared  []string // declarations
	callees []callee
}

// callee is a function that those made after it can call.
type callee struct {
	name   string
	in     []Type
	out    Type
	throws bool
}

// maker makes up one function.
type maker struct {
	*program
	function
	entry   []operand // values of the entry block
	blocks  []*block
	now     *block // that is written
	bytes   string // addresses of memory for integers,
	doubles string // and for floats of 64 bits
	inside  bool   // a callee, which throws what its callees throw
	throws  bool
}

// block is one of a function; the last one returns. It may be written as several: last is the label of the last of
// them.
type block struct {
	label, last string
	to          []int // successors
	idom        *block
	phis        []phi
	values      []operand
	body        []byte
}

type phi struct {
	operand
	incoming []string // a value for each edge
	from     []string // and the label where that begins
}

// of chooses one of some types.
func (p *program) of(types []Type) Type { return types[p.below(len(types))] }

// addCallee makes up a function that can be called.
func (p *program) addCallee() {
	m := &maker{program: p, inside: true}
	f := callee{name: fmt.Sprintf("%s.callee%d", p.name, len(p.callees))}
	var parameters []string
	for i := range p.below(9) {
		t := p.of(p.values)
		if t.Kind == Pointer {
			t = I64
		}
		f.in = append(f.in, t)
		v := fmt.Sprintf("%%a%d", i)
		parameters = append(parameters, t.String()+" "+v)
		m.entry = append(m.entry, operand{t, v})
	}
	f.out = p.of(p.values)
	if f.out.Kind == Pointer {
		f.out = NoOne
	}
	m.throws = p.exceptions && p.oneIn(3)
	f.throws = m.throws
	for _, other := range p.callees {
		f.throws = f.throws || other.throws // it may call it
	}
	m.function.start("entry")
	m.makeBody(3)
	if f.out.Kind == Void {
		m.do("ret void")
	} else {
		m.do("ret %v %s", f.out, m.pick(f.out))
	}
	fmt.Fprintf(&p.text, "define %v @%s(%s) personality ptr @__gxx_personality_v0 {\n%s}\n", f.out, f.name,
		strings.Join(parameters, ", "), m.function.body)
	p.shared = append(p.shared, m.declares...)
	p.callees = append(p.callees, f)
}

// makeBody writes all blocks but the return.
func (m *maker) makeBody(most int) {
	m.bytes, m.doubles = m.value("alloca [64 x i8], align 16"), m.value("alloca [8 x double], align 16")
	fuel := m.value("alloca i32")
	m.do("store i32 %d, ptr %s", 3+m.below(10), fuel)
	m.do("store [64 x i8] zeroinitializer, ptr %s, align 16", m.bytes)
	m.do("store [8 x double] zeroinitializer, ptr %s, align 16", m.doubles)
	m.entry = append(m.entry, operand{Ptr, m.bytes})
	m.skeleton(1 + m.below(most))
	entry := m.function.body
	m.function.body = nil
	for i, b := range m.blocks[:len(m.blocks)-1] {
		m.now = b
		m.function.body = nil
		for range 1 + m.below(8) {
			m.statement()
		}
		m.terminate(i, fuel)
		b.body = m.function.body
	}
	m.function.body = append(entry, "  br label %x0\n"...)
	for _, b := range m.blocks {
		m.function.start(b.label)
		for _, p := range b.phis {
			var list []string
			for k, v := range p.incoming {
				list = append(list, fmt.Sprintf("[ %s, %%%s ]", v, p.from[k]))
			}
			m.do("%s = phi %v %s", p.text, p.t, strings.Join(list, ", "))
		}
		m.function.body = append(m.function.body, b.body...)
	}
	m.now = m.blocks[len(m.blocks)-1]
}

// skeleton decides on blocks and where they lead to: block n is the one that returns.
func (m *maker) skeleton(n int) {
	for i := range n + 1 {
		label := fmt.Sprintf("x%d", i)
		b := &block{label: label, last: label}
		m.blocks = append(m.blocks, b)
		if i == n {
			break
		}
		b.to = []int{i + 1}
		more := []int{0, 1, 1, 2, 4}[m.below(5)]
		for range more {
			b.to = append(b.to, m.below(n+1))
		}
	}
	for i, b := range m.blocks {
		for range m.below(4) {
			p := phi{operand: operand{m.of(m.values), fmt.Sprintf("%%p%d.%d", i, len(b.phis))}}
			b.phis = append(b.phis, p)
			b.values = append(b.values, p.operand)
		}
		if i == 0 { // its edge from the entry
			m.now = &block{last: "entry", values: m.entry}
			m.edge(b)
		}
	}
	m.dominate()
}

// dominate finds the immediate dominators, simply: a dominates b if b cannot be reached without a.
func (m *maker) dominate() {
	dominators := make([][]bool, len(m.blocks)) // by block: which dominate it
	for i := range m.blocks {
		dominators[i] = make([]bool, len(m.blocks))
	}
	for a := range m.blocks {
		reached := make([]bool, len(m.blocks))
		var visit func(i int)
		visit = func(i int) {
			if i == a || reached[i] {
				return
			}
			reached[i] = true
			for _, to := range m.blocks[i].to {
				visit(to)
			}
		}
		visit(0)
		for b := range m.blocks {
			dominators[b][a] = !reached[b] && a != b
		}
	}
	count := func(i int) (n int) {
		for _, d := range dominators[i] {
			if d {
				n++
			}
		}
		return n
	}
	for b := range m.blocks {
		for a := range m.blocks {
			if dominators[b][a] && count(a) == count(b)-1 {
				m.blocks[b].idom = m.blocks[a]
			}
		}
	}
}

// terminate ends a block.
func (m *maker) terminate(i int, fuel string) {
	b := m.now
	var labels []string
	back := false
	for _, to := range b.to {
		back = back || to <= i
		labels = append(labels, m.blocks[to].label)
	}
	if back { // if there is no fuel, the way is forward
		left := m.value("load i32, ptr %s", fuel)
		m.do("store i32 %s, ptr %s", m.value("sub i32 %s, 1", left), fuel)
		on := m.label()
		m.do("br i1 %s, label %%%s, label %%%s", m.value("icmp sgt i32 %s, 0", left), on, labels[0])
		m.edge(m.blocks[b.to[0]])
		m.split(on)
	}
	switch len(b.to) {
	case 1:
		m.do("br label %%%s", labels[0])
	case 2:
		m.do("br i1 %s, label %%%s, label %%%s", m.pick(I1), labels[1], labels[0])
	default:
		t := []Type{I32, I8, I64, Int(24), I16}[m.below(5)]
		m.do("switch %v %s, label %%%s [", t, m.pick(t), labels[0])
		apart := int64(1 + m.below(40))
		for k, label := range labels[1:] {
			m.do("  %v %s, label %%%s", t, IntValue(t, big.NewInt(int64(k)*apart-1)).Text, label)
		}
		m.do("]")
	}
	for _, to := range b.to {
		m.edge(m.blocks[to])
	}
}

// split goes on with the block under another label.
func (m *maker) split(label string) {
	m.function.start(label)
	m.now.last = label
}

// edge gives the phis of a block their values for an edge from where we are: the same for all edges from there.
func (m *maker) edge(to *block) {
	for i := range to.phis {
		p := &to.phis[i]
		v := ""
		for k, from := range p.from {
			if from == m.now.last {
				v = p.incoming[k]
			}
		}
		if v == "" {
			v = m.pick(p.t)
		}
		p.incoming, p.from = append(p.incoming, v), append(p.from, m.now.last)
	}
}

// pick chooses a value of a type, most often one that was computed not long ago, or else a constant.
func (m *maker) pick(t Type) string {
	var list []string
	name := t.String()
	add := func(values []operand) {
		for i := len(values) - 1; i >= 0; i-- {
			if values[i].t.String() == name {
				list = append(list, values[i].text)
			}
		}
	}
	for b := m.now; b != nil; b = b.idom {
		add(b.values)
	}
	add(m.entry)
	if len(list) > 0 && (t.Kind == Pointer || !m.oneIn(5)) {
		if m.oneIn(3) {
			return list[m.below(len(list))]
		}
		return list[m.below(min(3, len(list)))]
	}
	if t.Kind == Pointer {
		return "@scratch"
	}
	edges := Edges(t)
	return edges[m.below(len(edges))].Text
}

// keep makes a value available to what follows.
func (m *maker) keep(t Type, v string) { m.now.values = append(m.now.values, operand{t, v}) }

// finishRoot writes what the outermost function shows: its memory and some values.
func (m *maker) finishRoot() {
	b := m.now
	for _, p := range b.phis {
		m.show(p.t, p.text)
	}
	for range 4 {
		t := m.of(m.values)
		m.show(t, m.pick(t))
	}
	m.block("memcpy", m.reserve(4), m.bytes, I64, "64", 1, "false")
	for i := range 8 {
		p := m.value("getelementptr double, ptr %s, i64 %d", m.doubles, i)
		m.output(F64, m.value("load double, ptr %s", p))
	}
	m.do("ret void")
}

// show outputs a value: of an address, which differs from run to run, whether it is that of the memory.
func (m *maker) show(t Type, v string) {
	if t.Kind == Pointer {
		m.output(I1, m.value("icmp eq ptr %s, %s", v, m.bytes))
		return
	}
	m.output(t, v)
}
