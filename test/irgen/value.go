package irgen

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
)

// Value is a constant: as text, as bytes of an input, and for saying whether an operation is defined for it.
type Value struct {
	Type  Type
	Text  string
	cells []byte
	int   *big.Int // of an integer or pointer, unsigned
	float float64  // of a float, rounded
	lanes []Value  // of a vector
}

// signed returns the value of an integer as a signed one.
func (v Value) signed() *big.Int {
	if v.int.Bit(v.Type.Bits-1) == 0 {
		return v.int
	}
	return new(big.Int).Sub(v.int, power(v.Type.Bits))
}

func power(bits int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(bits)) }

// IntValue returns the integer that is v modulo 2 to the width.
func IntValue(t Type, v *big.Int) Value {
	v = new(big.Int).Mod(v, power(t.Bits))
	c := make([]byte, 16)
	for i := range c {
		c[i] = 0xa5 // what is above the value should not matter
	}
	for i := range t.Bits {
		at, bit := i/8, byte(1)<<(i%8)
		c[at] &^= bit
		if v.Bit(i) == 1 {
			c[at] |= bit
		}
	}
	text := v.String()
	switch {
	case t.Kind == Pointer && v.Sign() == 0:
		text = "null"
	case t.Kind == Pointer:
		text = "inttoptr (i64 " + text + " to ptr)"
	case t.Bits == 1:
		text = map[bool]string{false: "false", true: "true"}[v.Sign() != 0]
	}
	return Value{Type: t, Text: text, cells: c, int: v}
}

// floatValue returns the float nearest to v.
func floatValue(t Type, v float64) Value {
	c := make([]byte, 16)
	var text string
	switch t.Bits {
	case 32:
		v = float64(float32(v))
		binary.LittleEndian.PutUint32(c, math.Float32bits(float32(v)))
		text = fmt.Sprintf("0x%016X", math.Float64bits(v))
	case 64:
		binary.LittleEndian.PutUint64(c, math.Float64bits(v))
		text = fmt.Sprintf("0x%016X", math.Float64bits(v))
	case 80:
		return float80(v, 0)
	}
	return Value{Type: t, Text: text, cells: c, float: v}
}

// float80 returns v with other low bits of its significand.
func float80(v float64, low uint64) Value {
	bits := math.Float64bits(v)
	sign, exponent, fraction := uint16(bits>>63<<15), int(bits>>52&0x7ff), bits&(1<<52-1)
	switch significand, e := fraction<<11|1<<63|low, uint16(exponent+16383-1023); {
	case exponent == 0x7ff:
		return float80Bits(sign|0x7fff, fraction<<11|1<<63, v)
	case v == 0:
		return float80Bits(sign, low, v)
	case exponent == 0: // a denormal of 64 bits is normal here
		for significand = fraction << 12; significand>>63 == 0; e-- {
			significand <<= 1
		}
		return float80Bits(sign|e, significand, v)
	default:
		return float80Bits(sign|e, significand, v)
	}
}

func float80Bits(signAndExponent uint16, significand uint64, v float64) Value {
	c := make([]byte, 16)
	binary.LittleEndian.PutUint64(c, significand)
	binary.LittleEndian.PutUint16(c[8:], signAndExponent)
	return Value{Type: F80, Text: fmt.Sprintf("0xK%04X%016X", signAndExponent, significand), cells: c, float: v}
}

// vectorValue returns a vector of constants.
func vectorValue(lanes []Value) Value {
	t := Vec(len(lanes), lanes[0].Type)
	v := Value{Type: t, cells: make([]byte, 16*t.cells()), lanes: slices.Clone(lanes)}
	var texts []string
	for i, lane := range lanes {
		size := lane.Type.storage()
		copy(v.cells[i*size:(i+1)*size], lane.cells)
		texts = append(texts, lane.Type.String()+" "+lane.Text)
	}
	v.Text = "<" + strings.Join(texts, ", ") + ">"
	return v
}

// Edges returns constants of a type among which operations meet their limits.
func Edges(t Type) []Value {
	switch t.Kind {
	case Integer, Pointer:
		return intEdges(t)
	case Float:
		return floatEdges(t)
	case Vector:
		return vectorEdges(t)
	case Array, Struct:
		return aggregateEdges(t)
	}
	panic("irgen: no edges of " + t.String())
}

func intEdges(t Type) []Value {
	n := t.Bits
	half := power(n / 2)
	list := []*big.Int{
		big.NewInt(0), big.NewInt(1), big.NewInt(-1), big.NewInt(2), big.NewInt(-2), power(n - 1), // the least
		new(big.Int).Sub(power(n-1), big.NewInt(1)), new(big.Int).Add(power(n-1), big.NewInt(1)), half,
		new(big.Int).Neg(half), new(big.Int).Sub(half, big.NewInt(1)), big.NewInt(5), big.NewInt(-7),
		new(big.Int).Div(power(n), big.NewInt(3)), // 0101...
		big.NewInt(int64(n - 1)), big.NewInt(100),
	}
	if n > 32 {
		list = append(list, big.NewInt(1<<31), big.NewInt(-1<<31), big.NewInt(1<<32+5), big.NewInt(1<<31-1))
	}
	if n > 64 {
		list = append(list, power(63), power(64), new(big.Int).Neg(power(64)),
			new(big.Int).Add(power(64), big.NewInt(7)))
	}
	var values []Value
	seen := map[string]bool{}
	for _, x := range list {
		if v := IntValue(t, x); !seen[v.Text] {
			seen[v.Text] = true
			values = append(values, v)
		}
	}
	return values
}

func floatEdges(t Type) []Value {
	var values []Value
	for _, x := range []float64{
		0, math.Copysign(0, -1), 1, -1, 0.5, 1.5, -2.5, 3.75, -100.25, 0.1, 1e10, -1 << 31, 1 << 31, 1 << 32, 1 << 62,
		1 << 63, -1 << 63, math.Inf(1), math.Inf(-1), math.NaN(), 1e-30, 1e30, math.MaxFloat32,
		math.SmallestNonzeroFloat32, 1e-40, 65535,
	} {
		values = append(values, floatValue(t, x))
	}
	if t.Bits >= 64 {
		for _, x := range []float64{math.MaxFloat64, -math.MaxFloat64, 5e-324, -1e-310, 1<<53 - 1, 1<<31 - 0.5} {
			values = append(values, floatValue(t, x))
		}
	}
	if t.Bits == 80 {
		values = append(values, float80(1, 1), float80(-1<<62, 1), float80Bits(0x7ffe, math.MaxUint64, math.Inf(1)),
			float80Bits(0x8001, 1<<63, 0))
	}
	return values
}

// vectorEdges rotates the edges of elements through the lanes.
func vectorEdges(t Type) []Value {
	elems := Edges(t.Elem())
	var values []Value
	for k := range len(elems) {
		lanes := make([]Value, t.Len)
		for i := range lanes {
			lanes[i] = elems[(k+i*3)%len(elems)]
		}
		values = append(values, vectorValue(lanes))
	}
	same := make([]Value, t.Len)
	for i := range same {
		same[i] = elems[min(3, len(elems)-1)]
	}
	return append(values, vectorValue(same))
}

// aggregateEdges has edges of the parts, each from another place in their list.
func aggregateEdges(t Type) []Value {
	var values []Value
	for k := range 16 {
		v := Value{Type: t}
		var texts []string
		for i := range t.Parts() {
			edges := Edges(t.Field(i))
			part := edges[(k+5*i)%len(edges)]
			v.cells = append(v.cells, part.cells...)
			texts = append(texts, part.Type.String()+" "+part.Text)
		}
		v.Text = "{ " + strings.Join(texts, ", ") + " }"
		if t.Kind == Array {
			v.Text = "[ " + strings.Join(texts, ", ") + " ]"
		}
		values = append(values, v)
	}
	return values
}
