package baseline

import "github.com/orcast/orcast/internal/bitcode"

// decide finds values that need no register of their own: addresses in the frame, and what is computed where it is
// used.
func (c *Compiler) decide() {
	b := c.body
	for at, block := range c.order {
		of := &b.Blocks[block]
		for i := of.First; i < of.End; i++ {
			inst := &b.Insts[i]
			switch inst.Op {
			case bitcode.OpAlloca:
				if at == 0 {
					c.decideAlloca(int(i), inst)
				}
			case bitcode.OpGEP:
				c.decideGEP(int(i), inst)
			case bitcode.OpCmp:
				c.decideCompare(int(i), inst)
			}
		}
	}
}

// decideAlloca gives an alloca of the entry block its place, unless its size is not known or it wants more alignment
// than frames have: then it is done as others are.
func (c *Compiler) decideAlloca(i int, inst *bitcode.Inst) {
	size, align, ok := c.allocaSize(i)
	if ok && align <= frameAlign {
		l := &c.values[inst.Value-c.first]
		l.kind, l.slot = kindFrame, c.allocate(size, align)
	}
}

// allocaSize is the size of an alloca of constant size.
func (c *Compiler) allocaSize(i int) (size, align uint32, ok bool) {
	d := &c.body.Details[i]
	if d.Flags&(bitcode.InAlloca|bitcode.SwiftError) != 0 {
		refuse("an alloca for another convention", "")
	}
	layout := c.layout(d.Type)
	n, ok := c.constantInt(c.body.Operands(i)[0])
	align = uint32(max(d.Align(), 1))
	if d.Align() == 0 {
		align = uint32(layout.Align)
	}
	if !ok || n < 0 || n > maxFrame || layout.Size > maxFrame || uint64(n)*layout.Size > maxFrame || d.Align() > 1<<20 {
		return 0, align, false
	}
	return uint32(uint64(n) * layout.Size), align, true
}

// layout is that of a type that has a size.
func (c *Compiler) layout(t bitcode.TypeID) *bitcode.TypeLayout {
	if uint64(t) >= uint64(len(c.body.Tables.Layout)) || c.body.Tables.Layout[t].Align == 0 {
		refuse("a type whose size is not known", "")
	}
	return &c.body.Tables.Layout[t]
}

// decideGEP leaves address arithmetic to who uses it, if what it is of can be had there and an operand in memory can
// express it: a base, at most one index times 1, 2, 4 or 8, and a constant.
func (c *Compiler) decideGEP(i int, inst *bitcode.Inst) {
	l := &c.values[inst.Value-c.first]
	if l.class != classInt {
		return
	}
	base := c.body.Operands(i)[0]
	of := c.local(base)
	a, ok := c.parseGEP(i)
	if !ok {
		return
	}
	if of != nil && of.kind == kindFrame && a.index == bitcode.NoValue && a.offset == int64(int32(a.offset)) {
		if at := int64(of.slot) + a.offset; at == int64(int32(at)) {
			l.kind, l.slot = kindFrame, int32(at)
			return
		}
	}
	if l.cross || l.ofPhi || l.uses == 0 || a.offset != int64(int32(a.offset)) {
		return
	}
	depth := uint8(0)
	if of != nil && of.kind == kindDeferred {
		// A chain adds its constants; a second index needs a register.
		if a.index != bitcode.NoValue || of.depth >= maxChain {
			return
		}
		depth = of.depth + 1
	}
	if a.index != bitcode.NoValue && (a.scale != 1 && a.scale != 2 && a.scale != 4 && a.scale != 8) {
		return
	}
	l.kind, l.depth = kindDeferred, depth
}

// maxChain bounds how many addresses may be computed from each other where the last one is used.
const maxChain = 4

// decideCompare leaves a comparison to the branches and selects that use it, if nothing else does.
func (c *Compiler) decideCompare(i int, inst *bitcode.Inst) {
	l := &c.values[inst.Value-c.first]
	if l.cross || l.ofPhi || l.class != classInt || l.uses == 0 || l.uses != int32(l.conditions) {
		return
	}
	switch c.typeOf(c.body.Operands(i)[0]).class {
	case classInt, classFloat, classDouble:
		l.kind = kindDeferred
	}
}
