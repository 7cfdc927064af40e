// Package irgen makes up programs in LLVM IR whose behaviour is defined, to compare generators of code: one small
// function for every operation, type and kind of operand, and random functions. Rule: a program that it makes gives the
// same results however it is compiled, as far as LLVM's language reference has its word.
package irgen

import (
	"fmt"
	"strings"
)

// Kind is that of a [Type].
type Kind uint8

const (
	Integer Kind = iota
	Float
	Pointer
	Vector
	Array
	Struct
	Void
)

// Type is a type of LLVM's.
type Type struct {
	Kind   Kind
	Bits   int    // of an integer or float
	Len    int    // of a vector or array
	Fields []Type // of a struct; the one element type of a vector or array
}

// Types that are wanted by name.
var (
	I1    = Int(1)
	I8    = Int(8)
	I16   = Int(16)
	I32   = Int(32)
	I64   = Int(64)
	I128  = Int(128)
	F32   = Type{Kind: Float, Bits: 32}
	F64   = Type{Kind: Float, Bits: 64}
	F80   = Type{Kind: Float, Bits: 80}
	Ptr   = Type{Kind: Pointer, Bits: 64}
	NoOne = Type{Kind: Void}
)

// Int returns an integer type.
func Int(bits int) Type { return Type{Kind: Integer, Bits: bits} }

// Vec returns a vector type.
func Vec(n int, elem Type) Type { return Type{Kind: Vector, Len: n, Fields: []Type{elem}} }

// Arr returns an array type.
func Arr(n int, elem Type) Type { return Type{Kind: Array, Len: n, Fields: []Type{elem}} }

// Tuple returns a struct type.
func Tuple(fields ...Type) Type { return Type{Kind: Struct, Fields: fields} }

// Elem returns the type of the elements of a vector or array.
func (t Type) Elem() Type { return t.Fields[0] }

// Field returns the type of a part of an aggregate or vector.
func (t Type) Field(i int) Type {
	if t.Kind == Struct {
		return t.Fields[i]
	}
	return t.Fields[0]
}

// Parts returns the number of parts of an aggregate or vector, and 0 for others.
func (t Type) Parts() int {
	if t.Kind == Struct {
		return len(t.Fields)
	}
	return t.Len
}

// IsInt says whether t is an integer.
func (t Type) IsInt() bool { return t.Kind == Integer }

// IsFloat says whether t is a float.
func (t Type) IsFloat() bool { return t.Kind == Float }

// IsVec says whether t is a vector.
func (t Type) IsVec() bool { return t.Kind == Vector }

// Scalar returns the type of the elements of a vector, and other types themselves.
func (t Type) Scalar() Type {
	if t.Kind == Vector {
		return t.Fields[0]
	}
	return t
}

// With returns t with another scalar: a vector of as many if t is one.
func (t Type) With(scalar Type) Type {
	if t.Kind == Vector {
		return Vec(t.Len, scalar)
	}
	return scalar
}

func (t Type) String() string {
	switch t.Kind {
	case Integer:
		return fmt.Sprintf("i%d", t.Bits)
	case Float:
		return map[int]string{32: "float", 64: "double", 80: "x86_fp80"}[t.Bits]
	case Pointer:
		return "ptr"
	case Vector:
		return fmt.Sprintf("<%d x %v>", t.Len, t.Fields[0])
	case Array:
		return fmt.Sprintf("[%d x %v]", t.Len, t.Fields[0])
	case Struct:
		var fields []string
		for _, f := range t.Fields {
			fields = append(fields, f.String())
		}
		return "{ " + strings.Join(fields, ", ") + " }"
	}
	return "void"
}

// Mangled is the type as it stands in names: of intrinsics, if it has one there.
func (t Type) Mangled() string {
	switch t.Kind {
	case Integer:
		return fmt.Sprintf("i%d", t.Bits)
	case Float:
		return fmt.Sprintf("f%d", t.Bits)
	case Pointer:
		return "p0"
	case Vector:
		return fmt.Sprintf("v%d%s", t.Len, t.Fields[0].Mangled())
	case Array:
		return fmt.Sprintf("a%d%s", t.Len, t.Fields[0].Mangled())
	case Struct:
		var name strings.Builder
		name.WriteByte('s')
		for _, f := range t.Fields {
			name.WriteString(f.Mangled())
		}
		return name.String()
	}
	return "void"
}

// cells is the number of cells of 16 bytes that hold a value of type t among inputs and outputs, each part of an
// aggregate and each 16 bytes of a vector in its own.
func (t Type) cells() int {
	switch t.Kind {
	case Vector:
		return (t.Len*t.Fields[0].storage() + 15) / 16
	case Array, Struct:
		n := 0
		for i := range t.Parts() {
			n += t.Field(i).cells()
		}
		return n
	}
	return 1
}

// storage is the number of bytes that a scalar takes as an element in the cells of a vector.
func (t Type) storage() int {
	switch n := (t.Bits + 7) / 8; {
	case n <= 2:
		return n
	case n <= 4:
		return 4
	case n <= 8:
		return 8
	}
	return 16
}
