package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// Variable arguments (x86-64 psABI, section 3.5.7): the registers of arguments are saved at once, and a va_list says
// what of them, and of the stack, has been taken.
const (
	vaListSize   = 24
	savedGeneral = 8 * len(argumentRegs)
	savedSize    = savedGeneral + 8*16
)

// saveVarargs saves the registers of arguments: the SSE registers only if AL says that there are some.
func (c *Compiler) saveVarargs(a *x64.Assembler) {
	for k, r := range argumentRegs {
		a.MovMR(x64.S64, x64.At(x64.RBP, c.varargsAt+int32(8*k)), r.gpr())
	}
	a.TestRR(x64.S8, x64.RAX, x64.RAX)
	none := a.Jcc8(x64.CondE)
	for k := range int32(8) {
		a.SseMX(x64.StoreAPS, x64.At(x64.RBP, c.varargsAt+int32(savedGeneral)+16*k), x64.Xmm(k))
	}
	a.Patch8(none, a.Pos())
}

// selectVAStart fills in a va_list.
func (c *Compiler) selectVAStart(list bitcode.ValueID) {
	if !c.varargs {
		refuse("va_start in a function without variable arguments", "")
	}
	m := c.address(list, 0)
	c.asm.MovMI(x64.S32, m, int32(8*c.incoming.general))
	c.asm.MovMI(x64.S32, offset(m, 4), int32(savedGeneral+16*c.incoming.sse))
	c.asm.Lea(x64.S64, scratch.gpr(), x64.At(x64.RBP, passed{stack: c.incoming.stack}.fromFrame()))
	c.asm.MovMR(x64.S64, offset(m, 8), scratch.gpr())
	c.asm.Lea(x64.S64, scratch.gpr(), x64.At(x64.RBP, c.varargsAt))
	c.asm.MovMR(x64.S64, offset(m, 16), scratch.gpr())
}
