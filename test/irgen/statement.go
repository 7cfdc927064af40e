package irgen

import (
	"fmt"
	"math/big"
	"strings"
)

// plainStatements are what blocks consist of, each as often as it stands here.
var plainStatements = []func(m *maker){
	(*maker).arithmetic, (*maker).arithmetic, (*maker).arithmetic, (*maker).shift, (*maker).divide, (*maker).compare,
	(*maker).compare, (*maker).choose, (*maker).convert, (*maker).convert, (*maker).float, (*maker).float,
	(*maker).toInteger, (*maker).memory, (*maker).memory, (*maker).memory, (*maker).floatMemory, (*maker).address,
	(*maker).bits, (*maker).overflows, (*maker).callOther, (*maker).callOther, (*maker).callOther,
}

func (m *maker) statement() { m.statements[m.below(len(m.statements))](m) }

func (m *maker) compute(t Type, format string, args ...any) { m.keep(t, m.value(format, args...)) }

func (m *maker) arithmetic() {
	t := m.of(m.integers)
	op := []string{"add", "sub", "mul", "and", "or", "xor"}[m.below(6)]
	m.compute(t, "%s %v %s, %s", op, t, m.pick(t), m.pick(t))
}

// shift keeps the amount below the width.
func (m *maker) shift() {
	t := m.of(m.integers)
	op := []string{"shl", "lshr", "ashr"}[m.below(3)]
	amount := IntValue(t, big.NewInt(int64(m.below(t.Bits)))).Text
	if !m.oneIn(2) {
		amount = m.value("urem %v %s, %s", t, m.pick(t), IntValue(t, big.NewInt(int64(max(1, t.Bits-1)))).Text)
	}
	m.compute(t, "%s %v %s, %s", op, t, m.pick(t), amount)
}

// divide makes the divisor odd and not negative.
func (m *maker) divide() {
	t := m.of(m.integers)
	if t.Bits == 1 {
		t = I32
	}
	op := []string{"udiv", "sdiv", "urem", "srem"}[m.below(4)]
	most := new(big.Int).Sub(power(t.Bits-1), big.NewInt(1))
	by := m.value("and %v %s, %s", t, m.pick(t), IntValue(t, most).Text)
	m.compute(t, "%s %v %s, %s", op, t, m.pick(t), m.value("or %v %s, 1", t, by))
}

func (m *maker) compare() {
	if m.oneIn(4) {
		t := m.of(m.floats)
		m.compute(I1, "fcmp %s %v %s, %s", fpredicates[m.below(len(fpredicates))], t, m.pick(t), m.pick(t))
		return
	}
	t := m.of(m.integers)
	m.compute(I1, "icmp %s %v %s, %s", predicates[m.below(len(predicates))], t, m.pick(t), m.pick(t))
}

func (m *maker) choose() {
	t := m.of(m.values)
	m.compute(t, "select i1 %s, %v %s, %v %s", m.pick(I1), t, m.pick(t), t, m.pick(t))
}

func (m *maker) convert() {
	from, to := m.of(m.integers), m.of(m.integers)
	switch {
	case m.oneIn(4):
		to = m.of(m.floats)
		m.compute(to, "%s %v %s to %v", []string{"sitofp", "uitofp"}[m.below(2)], from, m.pick(from), to)
	case from.Bits < to.Bits:
		m.compute(to, "%s %v %s to %v", []string{"zext", "sext"}[m.below(2)], from, m.pick(from), to)
	case from.Bits > to.Bits:
		m.compute(to, "trunc %v %s to %v", from, m.pick(from), to)
	default:
		m.compute(to, "freeze %v %s", to, m.pick(to))
	}
}

func (m *maker) float() {
	t := m.of(m.floats)
	switch m.below(5) {
	case 0:
		m.compute(t, "fneg %v %s", t, m.pick(t))
	case 1:
		from := m.of(m.floats)
		if from.Bits < t.Bits {
			m.compute(t, "fpext %v %s to %v", from, m.pick(from), t)
		} else if from.Bits > t.Bits {
			m.compute(t, "fptrunc %v %s to %v", from, m.pick(from), t)
		} else {
			m.keep(t, m.call(t, "llvm.fabs."+t.Mangled(), operand{t, m.pick(t)}))
		}
	default:
		op := []string{"fadd", "fsub", "fmul", "fdiv"}[m.below(4)]
		m.compute(t, "%s %v %s, %s", op, t, m.pick(t), m.pick(t))
	}
}

// toInteger converts floats that fit, and 0 in place of others.
func (m *maker) toInteger() {
	t := m.of(m.floats)
	to := []Type{I32, I64, I8, Int(33), Int(24)}[m.below(5)]
	v := m.pick(t)
	low := m.value("fcmp oge %v %s, %s", t, v, floatValue(t, 0).Text)
	high := m.value("fcmp olt %v %s, %s", t, v, floatValue(t, float64(uint64(1)<<(to.Bits-1))).Text)
	fits := m.value("and i1 %s, %s", low, high)
	v = m.value("select i1 %s, %v %s, %v %s", fits, t, v, t, floatValue(t, 0).Text)
	m.compute(to, "%s %v %s to %v", []string{"fptosi", "fptoui"}[m.below(2)], t, v, to)
}

// place returns an address in the memory for integers, of which 32 bytes follow.
func (m *maker) place() string {
	if m.oneIn(2) {
		return m.value("getelementptr i8, ptr %s, i64 %d", m.bytes, m.below(32))
	}
	i := m.value("and i64 %s, %d", m.pick(I64), []int{31, 7, 3}[m.below(3)])
	if m.oneIn(2) {
		return m.value("getelementptr i8, ptr %s, i64 %s", m.bytes, i)
	}
	return m.value("getelementptr i32, ptr %s, i64 %s", m.bytes, m.value("and i64 %s, 7", i))
}

func (m *maker) memory() {
	t := m.of(m.values)
	if t.Scalar().Kind != Integer || t.Scalar().Bits%8 != 0 {
		t = []Type{I64, Int(24), Int(40)}[m.below(3)]
	}
	volatile := []string{"", "volatile "}[m.below(4)/3]
	if m.oneIn(2) {
		m.do("store %s%v %s, ptr %s, align 1", volatile, t, m.pick(t), m.place())
		return
	}
	m.compute(t, "load %s%v, ptr %s, align 1", volatile, t, m.place())
}

func (m *maker) floatMemory() {
	p := m.value("getelementptr double, ptr %s, i64 %s", m.doubles, m.value("and i64 %s, 7", m.pick(I64)))
	if m.oneIn(2) {
		m.do("store double %s, ptr %s", m.pick(F64), p)
		return
	}
	m.compute(F64, "load double, ptr %s", p)
}

// address compares addresses, and moves them within the memory for integers.
func (m *maker) address() {
	if m.oneIn(2) {
		m.compute(I1, "icmp eq ptr %s, %s", m.pick(Ptr), m.place())
		return
	}
	m.keep(Ptr, m.place())
}

func (m *maker) bits() {
	t := m.of(m.integers)
	switch m.below(6) {
	case 0:
		m.keep(t, m.call(t, "llvm.ctpop."+t.Mangled(), operand{t, m.pick(t)}))
	case 1:
		t = []Type{I16, I32, I64, Int(48)}[m.below(4)]
		m.keep(t, m.call(t, "llvm.bswap."+t.Mangled(), operand{t, m.pick(t)}))
	case 2:
		name := []string{"ctlz", "cttz"}[m.below(2)]
		m.keep(t, m.call(t, "llvm."+name+"."+t.Mangled(), operand{t, m.pick(t)}, operand{I1, "false"}))
	case 3:
		name := []string{"fshl", "fshr"}[m.below(2)]
		v := m.pick(t)
		w := v
		if m.oneIn(2) {
			w = m.pick(t)
		}
		m.keep(t, m.call(t, "llvm."+name+"."+t.Mangled(), operand{t, v}, operand{t, w}, operand{t, m.pick(t)}))
	case 4:
		m.keep(t, m.call(t, "llvm.abs."+t.Mangled(), operand{t, m.pick(t)}, operand{I1, "false"}))
	default:
		name := []string{"smin", "smax", "umin", "umax", "sadd.sat", "uadd.sat", "ssub.sat", "usub.sat"}[m.below(8)]
		m.keep(t, m.call(t, "llvm."+name+"."+t.Mangled(), operand{t, m.pick(t)}, operand{t, m.pick(t)}))
	}
}

func (m *maker) overflows() {
	t := []Type{I32, I64, I8, I16}[m.below(4)]
	name := []string{"sadd", "uadd", "ssub", "usub", "smul", "umul"}[m.below(6)]
	pair := Tuple(t, I1)
	r := m.call(pair, "llvm."+name+".with.overflow."+t.Mangled(), operand{t, m.pick(t)}, operand{t, m.pick(t)})
	m.compute(t, "extractvalue %v %s, 0", pair, r)
	m.compute(I1, "extractvalue %v %s, 1", pair, r)
}

func (m *maker) vector() {
	t := []Type{Vec(4, I32), Vec(16, I8)}[m.below(2)]
	switch m.below(6) {
	case 0:
		m.compute(t.Elem(), "extractelement %v %s, i32 %d", t, m.pick(t), m.below(t.Len))
	case 1:
		m.compute(t, "insertelement %v %s, %v %s, i32 %d", t, m.pick(t), t.Elem(), m.pick(t.Elem()), m.below(t.Len))
	case 2:
		var mask []string
		for range t.Len {
			mask = append(mask, fmt.Sprintf("i32 %d", m.below(2*t.Len)))
		}
		m.compute(t, "shufflevector %v %s, %v %s, <%d x i32> <%s>", t, m.pick(t), t, m.pick(t), t.Len,
			strings.Join(mask, ", "))
	case 3:
		c := m.value("icmp %s %v %s, %s", predicates[m.below(len(predicates))], t, m.pick(t), m.pick(t))
		m.compute(t, "select %v %s, %v %s, %v %s", t.With(I1), c, t, m.pick(t), t, m.pick(t))
	case 4:
		f := Vec(2, F64)
		m.compute(f, "%s %v %s, %s", []string{"fadd", "fsub", "fmul"}[m.below(3)], f, m.pick(f), m.pick(f))
		m.compute(F64, "extractelement %v %s, i32 %d", f, m.pick(f), m.below(2))
	default:
		op := []string{"add", "sub", "mul", "and", "or", "xor"}[m.below(6)]
		m.compute(t, "%s %v %s, %s", op, t, m.pick(t), m.pick(t))
	}
}

func (m *maker) atomic() {
	t := []Type{I32, I64, I8, I16}[m.below(4)]
	p := m.value("getelementptr i64, ptr %s, i64 %d", m.bytes, m.below(8))
	if m.oneIn(3) {
		r := m.value("cmpxchg ptr %s, %v %s, %v %s seq_cst seq_cst", p, t, m.pick(t), t, m.pick(t))
		m.compute(t, "extractvalue %v %s, 0", Tuple(t, I1), r)
		m.compute(I1, "extractvalue %v %s, 1", Tuple(t, I1), r)
		return
	}
	op := []string{"add", "xchg", "sub", "and", "or", "xor", "umax", "min"}[m.below(8)]
	m.compute(t, "atomicrmw %s ptr %s, %v %s seq_cst", op, p, t, m.pick(t))
}

// callOther calls a function that was made before. What may throw is caught here, or passed on.
func (m *maker) callOther() {
	if len(m.callees) == 0 {
		m.arithmetic()
		return
	}
	f := m.callees[m.below(len(m.callees))]
	var args []string
	for _, t := range f.in {
		args = append(args, fmt.Sprintf("%v %s", t, m.pick(t)))
	}
	call := fmt.Sprintf("%v @%s(%s)", f.out, f.name, strings.Join(args, ", "))
	assign, keep := "", func() {}
	if f.out.Kind != Void {
		m.next++
		result := fmt.Sprintf("%%v%d", m.next)
		assign, keep = result+" = ", func() { m.keep(f.out, result) }
	}
	if !f.throws || m.inside && m.oneIn(2) {
		m.do("%scall %s", assign, call)
		keep()
		return
	}
	next, pad := m.label(), m.label()
	m.do("%sinvoke %s to label %%%s unwind label %%%s", assign, call, next, pad)
	if m.inside && m.oneIn(2) { // clean up and pass on
		m.function.start(pad)
		e := m.value("landingpad { ptr, i32 } cleanup")
		m.call(NoOne, "clobber")
		m.do("store i8 77, ptr %s", m.bytes)
		m.do("resume { ptr, i32 } %s", e)
		m.split(next)
		keep()
		return
	}
	join := m.label() // where the result is not known: the call may have thrown
	m.function.start(next)
	m.do("br label %%%s", join)
	m.function.start(pad)
	e := m.value("landingpad { ptr, i32 } catch ptr null")
	caught := m.value("load i32, ptr %s", m.call(Ptr, "__cxa_begin_catch",
		operand{Ptr, m.value("extractvalue { ptr, i32 } %s, 0", e)}))
	m.call(NoOne, "__cxa_end_catch")
	m.do("br label %%%s", join)
	m.split(join)
	m.compute(I32, "phi i32 [ %s, %%%s ], [ %s, %%%s ]", "1", next, caught, pad)
}

// throw throws a number, if a condition holds, in functions that may.
func (m *maker) throw() {
	if !m.throws {
		m.arithmetic()
		return
	}
	yes, no := m.label(), m.label()
	v := m.pick(I32)
	m.do("br i1 %s, label %%%s, label %%%s", m.pick(I1), yes, no)
	m.function.start(yes)
	e := m.call(Ptr, "__cxa_allocate_exception", operand{I64, "16"})
	m.do("store i32 %s, ptr %s", v, e)
	m.call(NoOne, "__cxa_throw", operand{Ptr, e}, operand{Ptr, "@_ZTIi"}, operand{Ptr, "null"})
	m.do("unreachable")
	m.split(no)
}
