package baseline

import (
	"math/bits"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// state is what registers and slots hold while code is generated.
type state struct {
	candidates []int32
	taken      []uint64 // by register: bits of the positions where it holds a fixed value

	at     int32     // the position of the present block
	inst   int       // the present instruction
	avail  uint32    // registers of the block's cache
	pinned uint32    // registers that the present instruction uses
	holds  [32]int32 // by register of the cache: the value it holds plus one, or 0
	turn   uint8     // where to look next for a register to be freed

	stubs    []stub
	words    []word
	labels   []int32 // by position: where the block's code begins, or -1
	jumps    []jump  // to blocks whose code is not there yet
	expiring []int32 // by position: the first value whose slot is free when the block ends, plus one
	moves    []move
	free8    []int32 // slots that are free
	free16   []int32
	// keepsSlots says that no slot is ever another value's. A call that returns a second time, as setjmp does, finds
	// registers as they were, but slots as the code behind it left them.
	keepsSlots bool
}

// jump is a branch with a displacement of 32 bits to be written.
type jump struct {
	at int32
	to int32 // position of the block
}

const gprMask, xmmMask = 0xffff, 0xffff << xmm0

// alloc finds a register among those of a mask, frees it if need be, and pins it.
func (c *Compiler) alloc(mask uint32) reg {
	mask &= c.avail &^ c.pinned
	for m := mask; m != 0; m &= m - 1 {
		if r := reg(bits.TrailingZeros32(m)); c.holds[r] == 0 {
			c.pinned |= 1 << r
			return r
		}
	}
	if mask == 0 {
		refuse("not enough registers", "")
	}
	// One whose value is in its slot already is freed for nothing; else the next in turn.
	best := noReg
	for range 32 {
		c.turn = (c.turn + 1) & 31
		if mask>>c.turn&1 == 0 {
			continue
		}
		if best == noReg {
			best = reg(c.turn)
		}
		if c.values[c.holds[c.turn]-1].stored {
			best = reg(c.turn)
			break
		}
	}
	c.evict(best)
	c.pinned |= 1 << best
	return best
}

// evict frees a register of the cache.
func (c *Compiler) evict(r reg) {
	if c.holds[r] == 0 {
		return
	}
	v := &c.values[c.holds[r]-1]
	c.store(v, r)
	c.holds[r] = 0
	v.reg = noReg
}

// store makes sure that a value which is in register r is in its slot too.
func (c *Compiler) store(v *value, r reg) {
	if v.stored {
		return
	}
	c.slotFor(v)
	c.storeReg(v.class, x64.At(x64.RBP, v.slot), r)
	v.stored = true
}

// storeReg stores all of a register that a slot keeps.
func (c *Compiler) storeReg(k class, m x64.Mem, r reg) {
	switch k {
	case classInt:
		c.asm.MovMR(x64.S64, m, r.gpr())
	case classFloat:
		c.asm.SseMX(x64.StoreSS, m, r.xmm())
	default:
		c.asm.SseMX(x64.StoreSD, m, r.xmm())
	}
}

// loadReg loads what storeReg stores.
func (c *Compiler) loadReg(k class, r reg, m x64.Mem) {
	switch k {
	case classInt:
		c.asm.MovRM(x64.S64, r.gpr(), m)
	case classFloat:
		c.asm.SseXM(x64.MOVSS, r.xmm(), m)
	default:
		c.asm.SseXM(x64.MOVSD, r.xmm(), m)
	}
}

// slotFor gives a value a slot.
func (c *Compiler) slotFor(v *value) {
	if v.slot != 0 {
		return
	}
	size := uint32(8)
	if v.class.inMemory() {
		size = max(c.typeOf(c.idOf(c.indexOf(v))).size, 8)
		if v.class == classWide || v.class == classX87 {
			size = 16
		}
	}
	switch n8, n16 := len(c.free8), len(c.free16); {
	case v.own:
		v.slot = c.allocate(size, min(size&-size, frameAlign))
		return
	case size == 8 && n8 > 0:
		v.slot, c.free8 = c.free8[n8-1], c.free8[:n8-1]
	case size == 16 && n16 > 0:
		v.slot, c.free16 = c.free16[n16-1], c.free16[:n16-1]
	default:
		v.slot = c.allocate(size, min(size&-size, frameAlign))
	}
	if v.cross {
		v.next, c.expiring[v.last] = c.expiring[v.last], c.indexOf(v)+1
	}
}

// giveBack lets others have the slot of a value that is not used any more. Slots of arguments above rbp are not given
// back.
func (c *Compiler) giveBack(v *value) {
	switch {
	case v.slot >= 0 || c.keepsSlots:
	case !v.class.inMemory():
		c.free8 = append(c.free8, v.slot)
	case v.class == classWide || v.class == classX87:
		c.free16 = append(c.free16, v.slot)
	}
}

// indexOf is the position of a value in values.
func (c *Compiler) indexOf(v *value) int32 {
	if v.inst < 0 {
		return -1 - v.inst
	}
	return int32(c.body.Insts[v.inst].Value - c.first)
}

// bind notes that a register of the cache holds a value.
func (c *Compiler) bind(v *value, r reg) {
	c.holds[r] = c.indexOf(v) + 1
	v.reg = r
}

// temp is a general register for the present instruction.
func (c *Compiler) temp() x64.Reg { return c.alloc(gprMask).gpr() }

// tempX is an SSE register for the present instruction.
func (c *Compiler) tempX() x64.Xmm { return c.alloc(xmmMask).xmm() }

// exactly frees a certain register and pins it for the present instruction.
func (c *Compiler) exactly(r x64.Reg) x64.Reg {
	if c.pinned>>r&1 != 0 || c.avail>>r&1 == 0 {
		refuse("an internal error", "a register is asked for that is in use")
	}
	c.evict(reg(r))
	c.pinned |= 1 << r
	return r
}

// in is a register that holds a value of a register class, for the present instruction. What is not in a register is
// brought there.
func (c *Compiler) in(v bitcode.ValueID) reg {
	l := c.local(v)
	if l == nil {
		return c.constantIn(v)
	}
	if l.class.inMemory() || l.class == classNone {
		refuse("an internal error", "a register for a value that takes memory")
	}
	switch l.kind {
	case kindFrame:
		r := c.temp()
		c.asm.Lea(x64.S64, r, x64.At(x64.RBP, l.slot))
		return reg(r)
	case kindDeferred:
		return c.deferredIn(v, l)
	}
	if l.reg != noReg {
		c.pinned |= 1 << l.reg
		return l.reg
	}
	if !l.stored {
		refuse("a value that is used before it is computed", "")
	}
	mask := uint32(gprMask)
	if l.class != classInt {
		mask = xmmMask
	}
	r := c.alloc(mask)
	c.loadReg(l.class, r, x64.At(x64.RBP, l.slot))
	c.bind(l, r)
	return r
}

// int is a general register that holds an integer or pointer.
func (c *Compiler) int(v bitcode.ValueID) x64.Reg {
	r := c.in(v)
	if r >= xmm0 {
		refuse("operands of types that do not go together", "")
	}
	return r.gpr()
}

// float is an SSE register that holds a float or double.
func (c *Compiler) float(v bitcode.ValueID) x64.Xmm {
	r := c.in(v)
	if r < xmm0 {
		refuse("operands of types that do not go together", "")
	}
	return r.xmm()
}

// deferredIn computes a deferred value into a register. What it is computed from need not stay.
func (c *Compiler) deferredIn(v bitcode.ValueID, l *value) reg {
	keep := c.pinned
	var r x64.Reg
	if c.body.Insts[l.inst].Op == bitcode.OpCmp {
		cond := c.compare(int(l.inst))
		r = c.temp()
		c.setCondition(cond, r)
	} else {
		m := c.address(v, 0)
		r = c.temp()
		c.asm.Lea(x64.S64, r, m)
	}
	c.pinned = keep | 1<<r
	return reg(r)
}

// result is the register for the value of the present instruction. It is none of those pinned before.
func (c *Compiler) result(inst int) reg {
	l := &c.values[c.body.Insts[inst].Value-c.first]
	if l.fixed != noReg {
		c.pinned |= 1 << l.fixed
		return l.fixed
	}
	mask := uint32(gprMask)
	if l.class != classInt {
		mask = xmmMask
	}
	r := c.alloc(mask)
	c.bind(l, r)
	return r
}

// resultFrom is the register for the value of the present instruction, holding that of an operand to begin with: the
// operand's own, if this is its last use. Other operands have to be brought into registers before.
func (c *Compiler) resultFrom(inst int, v bitcode.ValueID) reg {
	l := &c.values[c.body.Insts[inst].Value-c.first]
	of := c.local(v)
	if l.fixed == noReg && of != nil && of.kind == kindNormal && of.class == l.class && !of.cross && of.uses == 1 &&
		of.fixed == noReg {
		r := c.in(v)
		of.reg = noReg
		c.bind(l, r)
		return r
	}
	if of == nil && l.class == classInt {
		r := c.result(inst)
		c.constantTo(v, r)
		return r
	}
	from := c.in(v)
	r := c.result(inst)
	c.move(l.class, r, from)
	return r
}

// resultIn says that a certain register, which is pinned, holds the value of the present instruction.
func (c *Compiler) resultIn(inst int, r reg) {
	l := &c.values[c.body.Insts[inst].Value-c.first]
	if l.fixed != noReg {
		c.move(l.class, l.fixed, r)
		return
	}
	if c.avail>>r&1 == 0 {
		to := c.result(inst)
		c.move(l.class, to, r)
		return
	}
	c.evict(r)
	c.bind(l, r)
}

// move copies a register, if it is another one.
func (c *Compiler) move(k class, to, from reg) {
	switch {
	case to == from:
	case k == classInt:
		c.asm.MovRR(x64.S64, to.gpr(), from.gpr())
	default:
		c.asm.SseXX(x64.MOVAPS, to.xmm(), from.xmm())
	}
}

// memory is the slot of the value of the present instruction, which is held in memory.
func (c *Compiler) memory(inst int) x64.Mem {
	l := &c.values[c.body.Insts[inst].Value-c.first]
	c.slotFor(l)
	l.stored = true
	return x64.At(x64.RBP, l.slot)
}

// end ends an instruction: its value goes to its slot if other blocks need it, operands that are used for the last time
// give back what they hold, and nothing is pinned any more.
func (c *Compiler) end(inst int) {
	if id := c.body.Insts[inst].Value; id != bitcode.NoValue {
		l := &c.values[id-c.first]
		if l.cross && l.fixed == noReg && l.reg != noReg {
			c.store(l, l.reg)
		}
		if l.uses == 0 {
			c.release(l)
		}
	}
	for _, v := range c.body.Operands(inst) {
		c.consume(v)
	}
	c.pinned = 0
}

// consume counts a use that has been made.
func (c *Compiler) consume(v bitcode.ValueID) {
	l := c.local(v)
	if l == nil || l.cross {
		return
	}
	if l.uses--; l.uses > 0 {
		return
	}
	if l.kind == kindDeferred {
		for _, o := range c.body.Operands(int(l.inst)) {
			c.consume(o)
		}
		return
	}
	c.release(l)
}

// release gives back the register and slot of a value that nobody uses any more.
func (c *Compiler) release(l *value) {
	if l.kind != kindNormal || l.fixed != noReg || l.cross {
		return
	}
	if l.reg != noReg {
		c.holds[l.reg] = 0
		l.reg = noReg
	}
	c.giveBack(l)
	l.slot, l.stored = 0, false
}
