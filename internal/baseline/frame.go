package baseline

import (
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

// frame is the function's part of the stack. From the top: return address, caller's rbp, to which rbp points, slots and
// variables, arguments of calls on the stack, to which rsp points.
type frame struct {
	size     uint32 // of slots and variables
	out      uint32 // of arguments of calls
	saved    uint32 // registers that are saved for the caller
	saveAt   [16]int32
	returns  []int32 // jumps to the epilogue
	prologue x64.Assembler
	cfi      code.FrameWriter
	// dynamic says that some alloca moves rsp; varargs that the registers of arguments are saved, at varargsAt.
	dynamic, varargs bool
	outAlign         uint32 // that of out, for allocas that move rsp
	outFields        []int  // positions of displacements that are to be out
	varargsAt        int32
	incoming         passing  // of the function's arguments
	args             []passed // the same, one by one
	structResult     int      // the argument that says where to put the result, and which is returned; -1 if none
	parts            []part
	returning        bool // there is a return
	probe            bool
	marks            [4]uint32 // positions of the prologue: behind push, mov, and the saving of registers
	left             uint32    // position behind the leave of the epilogue, 0 if there is none
}

const (
	frameAlign = 16
	maxFrame   = 1 << 26
	pageSize   = 4096
)

// allocate takes room in the frame and returns its place from rbp.
func (c *Compiler) allocate(size, align uint32) int32 {
	c.frame.size = (c.frame.size + size + align - 1) &^ (align - 1)
	if c.frame.size > maxFrame {
		refuse("a frame that is too large", "")
	}
	return -int32(c.frame.size)
}

// allocateOut makes room for arguments of a call.
func (c *Compiler) allocateOut(size uint32) {
	if c.out = max(c.out, size); c.out > maxFrame {
		refuse("a frame that is too large", "")
	}
}

// frameSize is how far rsp is below rbp.
func (c *Compiler) frameSize() uint32 {
	return (c.frame.size + c.out + frameAlign - 1) &^ (frameAlign - 1)
}

// writePrologue encodes what comes before the body. Every page of a large frame is touched in turn, so that none of
// them is below the guard page when the stack has an end.
func (c *Compiler) writePrologue() []byte {
	a := &c.prologue
	a.Reset()
	a.PushR(x64.RBP)
	c.marks[0] = uint32(a.Pos())
	a.MovRR(x64.S64, x64.RBP, x64.RSP)
	c.marks[1] = uint32(a.Pos())
	c.out = (c.out + c.outAlign - 1) &^ (c.outAlign - 1)
	for _, at := range c.outFields {
		c.asm.Put32(at, c.out)
	}
	size := c.frameSize()
	if size >= pageSize && c.probe {
		c.writeProbes(a, size)
	} else if size > 0 {
		a.AluRI(x64.SUB, x64.S64, x64.RSP, int32(size))
	}
	for _, r := range keptRegs {
		if c.saved>>r&1 != 0 {
			a.MovMR(x64.S64, x64.At(x64.RBP, c.saveAt[r]), r.gpr())
		}
	}
	c.marks[2] = uint32(a.Pos())
	if c.varargs {
		c.saveVarargs(a)
	}
	if len(c.named) > 0 {
		c.askForThreadLocals(a)
	}
	return a.Code()
}

// writeProbes makes room page by page.
func (c *Compiler) writeProbes(a *x64.Assembler, size uint32) {
	const unrolled = 4
	pages := size / pageSize
	if pages <= unrolled {
		for range pages {
			a.AluRI(x64.SUB, x64.S64, x64.RSP, pageSize)
			a.AluMI(x64.OR, x64.S64, x64.At(x64.RSP, 0), 0)
		}
	} else {
		a.Lea(x64.S64, scratch.gpr(), x64.At(x64.RSP, -int32(pages*pageSize)))
		loop := a.Pos()
		a.AluRI(x64.SUB, x64.S64, x64.RSP, pageSize)
		a.AluMI(x64.OR, x64.S64, x64.At(x64.RSP, 0), 0)
		a.AluRR(x64.CMP, x64.S64, x64.RSP, scratch.gpr())
		a.Jcc(x64.CondNE, loop)
	}
	if rest := size % pageSize; rest > 0 {
		a.AluRI(x64.SUB, x64.S64, x64.RSP, int32(rest))
	}
}

// leave encodes the epilogue, if there is a return.
func (c *Compiler) leave() {
	c.left = 0
	if !c.returning {
		return
	}
	for _, r := range keptRegs {
		if c.saved>>r&1 != 0 {
			c.asm.MovRM(x64.S64, r.gpr(), x64.At(x64.RBP, c.saveAt[r]))
		}
	}
	c.asm.Leave()
	c.left = uint32(c.asm.Pos())
	c.asm.Ret()
}

// writeFrame adds the unwinding table, which holds at every instruction.
func (c *Compiler) writeFrame(body, epilogue uint32) {
	w := &c.cfi
	w.Start(0)
	w.Advance(c.marks[0])
	w.PushedRBP()
	w.Advance(c.marks[1])
	w.FramedByRBP()
	if c.saved != 0 {
		w.Advance(c.marks[2])
		for _, r := range keptRegs {
			if c.saved>>r&1 != 0 {
				w.Saved(uint8(r), uint32((16-c.saveAt[r])/8))
			}
		}
	}
	if c.left != 0 {
		w.Advance(body + c.left)
		w.Left()
		for _, r := range keptRegs {
			if c.saved>>r&1 != 0 {
				w.Restored(uint8(r))
			}
		}
	}
	f := code.Frame{Start: 0, End: uint32(len(c.unit.Text)), Instructions: w.Bytes}
	c.writeLSDA(&f, body)
	c.unit.AddFrame(f)
}
