package irgen

import (
	"fmt"
	"strings"
)

// function is the text of a function as it is written, one instruction after the other.
type function struct {
	body     []byte
	next     int // number of the next value or block
	layout   []byte
	results  []operand // not stored yet
	declares []string
}

// do appends an instruction without result.
func (f *function) do(format string, args ...any) {
	f.body = fmt.Appendf(f.body, "  "+format+"\n", args...)
}

// value appends an instruction and returns its result.
func (f *function) value(format string, args ...any) string {
	f.next++
	v := fmt.Sprintf("%%v%d", f.next)
	f.do("%s = %s", v, fmt.Sprintf(format, args...))
	return v
}

// label returns the name of a new block.
func (f *function) label() string {
	f.next++
	return fmt.Sprintf("b%d", f.next)
}

// start begins a block.
func (f *function) start(label string) { f.body = fmt.Appendf(f.body, "%s:\n", label) }

// leave ends a block and begins one that follows, after a call: values from before are not in registers that calls
// change.
func (f *function) leave() {
	next := f.label()
	f.call(NoOne, "clobber")
	f.do("br label %%%s", next)
	f.start(next)
}

// declare notes a declaration that the module needs.
func (f *function) declare(text string) { f.declares = append(f.declares, text) }

// operand is one of a call.
type operand struct {
	t    Type
	text string
}

// call appends a call of a declared function, such as an intrinsic, and returns its result if it has one.
func (f *function) call(t Type, name string, args ...operand) string {
	var types, list []string
	for _, a := range args {
		types = append(types, a.t.String())
		list = append(list, a.t.String()+" "+a.text)
	}
	f.declare(fmt.Sprintf("declare %v @%s(%s)", t, name, strings.Join(types, ", ")))
	call := fmt.Sprintf("call %v @%s(%s)", t, name, strings.Join(list, ", "))
	if t.Kind == Void {
		f.do("%s", call)
		return ""
	}
	return f.value("%s", call)
}

// input loads an operand from a cell of the inputs. The bits that integers have there above their width are rubbish.
func (f *function) input(cell int, t Type) string {
	if t.Kind == Array || t.Kind == Struct {
		v := "undef"
		for i := range t.Parts() {
			v = f.value("insertvalue %v %s, %v %s, %d", t, v, t.Field(i), f.input(cell, t.Field(i)), i)
			cell += t.Field(i).cells()
		}
		return v
	}
	p := f.value("getelementptr i8, ptr %%in, i64 %d", 16*cell)
	switch {
	case t.Kind == Integer && t.Bits < 64:
		return f.value("trunc i64 %s to %v", f.value("load i64, ptr %s, align 16", p), t)
	case t.Kind == Integer && t.Bits > 64 && t.Bits < 128:
		return f.value("trunc i128 %s to %v", f.value("load i128, ptr %s, align 16", p), t)
	case t.Kind == Vector && t.Elem().Kind == Integer && t.Elem().storage()*8 != t.Elem().Bits:
		wide := t.With(Int(8 * t.Elem().storage()))
		return f.value("trunc %v %s to %v", wide, f.value("load %v, ptr %s, align 16", wide, p), t)
	}
	return f.direct(cell, t)
}

// direct loads an operand of a type that memory holds as it is.
func (f *function) direct(cell int, t Type) string {
	p := f.value("getelementptr i8, ptr %%in, i64 %d", 16*cell)
	return f.value("load %v, ptr %s, align 16", t, p)
}

// isDirect says whether memory holds values of a type without padding.
func isDirect(t Type) bool {
	return t.Kind == Float || t.Kind == Pointer || t.Scalar().Bits == 8*t.Scalar().storage()
}

// result notes a result, to be stored by finish.
func (f *function) result(t Type, v string) { f.results = append(f.results, operand{t, v}) }

// finish stores results, in another block if later, and returns.
func (f *function) finish(later bool) {
	if later {
		f.leave()
	}
	for _, r := range f.results {
		f.output(r.t, r.text)
	}
	f.do("ret void")
}

// output stores a value into the next cells of the outputs: an integer in both extensions.
func (f *function) output(t Type, v string) {
	switch {
	case t.Kind == Integer && t.Bits != 64 && t.Bits != 128:
		wide := I64
		if t.Bits > 64 {
			wide = I128
		}
		f.store(wide, "i", f.value("zext %v %s to %v", t, v, wide))
		f.store(wide, "i", f.value("sext %v %s to %v", t, v, wide))
	case t.Kind == Vector && t.Elem().Kind == Integer && !isDirect(t):
		wide := t.With(Int(8 * t.Elem().storage()))
		f.store(wide, strings.Repeat("i", t.cells()), f.value("sext %v %s to %v", t, v, wide))
	case t.Kind == Array || t.Kind == Struct:
		for i := range t.Parts() {
			f.output(t.Field(i), f.value("extractvalue %v %s, %d", t, v, i))
		}
	default:
		f.store(t, strings.Repeat(layoutOf(t), t.cells()), v)
	}
}

func layoutOf(t Type) string {
	if s := t.Scalar(); s.Kind == Float {
		return map[int]string{32: "f", 64: "d", 80: "x"}[s.Bits]
	}
	return "i"
}

func (f *function) store(t Type, layout, v string) {
	p := f.value("getelementptr i8, ptr %%out, i64 %d", 16*len(f.layout))
	f.do("store %v %s, ptr %s, align 16", t, v, p)
	f.layout = append(f.layout, layout...)
}

// define returns the text of the function as a test.
func (f *function) define(name string) string {
	return fmt.Sprintf("define void @%s(ptr %%in, ptr %%out) {\n%s}\n", name, f.body)
}
