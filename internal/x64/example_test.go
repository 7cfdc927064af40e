package x64_test

import (
	"fmt"

	"github.com/orcast/orcast/internal/x64"
)

// The sum of the numbers from 1 to the argument: a loop backwards, and a branch forwards over it.
func Example() {
	var a x64.Assembler
	a.AluRR(x64.XOR, x64.S32, x64.RAX, x64.RAX)
	a.TestRR(x64.S64, x64.RDI, x64.RDI)
	end := a.Jcc8(x64.CondE)
	loop := a.Pos()
	a.AluRR(x64.ADD, x64.S64, x64.RAX, x64.RDI)
	a.UnaryR(x64.DEC, x64.S64, x64.RDI)
	a.Jcc(x64.CondNE, loop)
	a.Patch8(end, a.Pos())
	a.Ret()
	fmt.Printf("% x\n", a.Code())
	// Output: 31 c0 48 85 ff 74 08 48 01 f8 48 ff cf 75 f8 c3
}

// A load through an operand relative to RIP, whose place a relocation needs.
func ExampleAssembler_Field() {
	var a x64.Assembler
	a.AluMI(x64.ADD, x64.S32, x64.Rel(0), 1000)
	pos, tail := a.Field()
	fmt.Printf("% x: field at %d, %d bytes before the end\n", a.Code(), pos, tail)
	// Output: 81 05 00 00 00 00 e8 03 00 00: field at 2, 8 bytes before the end
}
