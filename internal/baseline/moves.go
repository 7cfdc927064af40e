package baseline

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// A move is one of several that happen at once: into phis, into arguments of a call, out of those of the function.
type move struct {
	class class
	to    location
	from  location
	value bitcode.ValueID // of a source that is a constant or an address in the frame
	size  uint32          // of what is in memory
}

// location is a register, memory, or neither.
type location struct {
	kind locationKind
	reg  reg
	at   int32 // from rbp or, for out, rsp
}

type locationKind uint8

const (
	nowhere  locationKind = iota
	inReg                 // reg
	inFrame               // memory at rbp + at
	inOut                 // memory at rsp + at: an argument on the stack of a call
	known                 // move.value, a constant
	address               // of rbp + at
	pinnedAt              // memory at reg + at
)

func inRegister(r reg) location { return location{kind: inReg, reg: r} }

func inFrameAt(at int32) location { return location{kind: inFrame, at: at} }

func (l location) mem() x64.Mem {
	switch l.kind {
	case inOut:
		return x64.At(x64.RSP, l.at)
	case pinnedAt:
		return x64.At(l.reg.gpr(), l.at)
	}
	return x64.At(x64.RBP, l.at)
}

// source is where a value is now. It brings nothing into a register, except what is deferred.
func (c *Compiler) source(v bitcode.ValueID) location {
	l := c.local(v)
	switch {
	case l == nil:
		return location{kind: known}
	case l.kind == kindFrame:
		return location{kind: address, at: l.slot}
	case l.kind == kindDeferred:
		return c.parked(c.deferredIn(v, l))
	case l.reg != noReg:
		c.pinned |= 1 << l.reg
		return inRegister(l.reg)
	case !l.stored:
		refuse("a value that is used before it is computed", "")
	}
	return inFrameAt(l.slot)
}

// parked is where a register of the present instruction is kept, which is in the frame if there are few left.
func (c *Compiler) parked(r reg) location {
	const enough = 3
	if bits.OnesCount32(c.avail&^c.pinned&gprMask) >= enough {
		return inRegister(r)
	}
	at := c.allocate(8, 8)
	c.asm.MovMR(x64.S64, x64.At(x64.RBP, at), r.gpr())
	c.pinned &^= 1 << r
	return inFrameAt(at)
}

// moveAll does the moves that have been collected in c.moves at once. It uses the scratch registers only.
func (c *Compiler) moveAll() {
	list := c.moves
	for len(list) > 0 {
		done := 0
		for i := 0; i < len(list); {
			if c.isRead(list, i) {
				i++
				continue
			}
			c.emit(&list[i])
			list[i] = list[len(list)-1]
			list = list[:len(list)-1]
			done++
		}
		if done == 0 {
			c.breakCycle(list)
		}
	}
	c.moves = c.moves[:0]
}

// isRead says that another move has still to read what move i writes.
func (c *Compiler) isRead(list []move, i int) bool {
	to := list[i].to
	for k := range list {
		from := list[k].from
		if k == i || from.kind != to.kind && from.kind != pinnedAt {
			continue
		}
		if to.kind == inReg && from.reg == to.reg || to.kind == inFrame && from.kind == inFrame && from.at == to.at {
			return true
		}
	}
	return false
}

// breakCycle saves what the first move writes over, for those who read it.
func (c *Compiler) breakCycle(list []move) {
	to := list[0].to
	saved := inRegister(scratchX)
	switch {
	case list[0].class.inMemory():
		saved = inFrameAt(c.allocate(list[0].size, frameAlign))
		c.copyWords(saved.mem(), to.mem(), list[0].size)
	case to.kind == inReg && list[0].class == classInt:
		c.asm.MovdXR(x64.S64, scratchX.xmm(), to.reg.gpr())
	case to.kind == inReg:
		c.asm.SseXX(x64.MOVAPS, scratchX.xmm(), to.reg.xmm())
	default:
		c.asm.SseXM(x64.MOVSD, scratchX.xmm(), to.mem())
	}
	for k := range list {
		if from := &list[k].from; from.kind == to.kind && from.reg == to.reg && from.at == to.at {
			*from = saved
		}
	}
}

// emit does one move.
func (c *Compiler) emit(m *move) {
	switch {
	case m.class.inMemory() && m.to.kind == inReg:
		c.loadVector(m.to.reg.xmm(), m.from.mem(), m.size)
		return
	case m.class.inMemory():
		c.emitMemory(m)
		return
	}
	to := m.to.reg
	if m.to.kind != inReg {
		to = scratch
		if m.class != classInt && m.from.kind == inReg {
			to = m.from.reg
		}
	}
	switch m.from.kind {
	case inReg:
		switch {
		case m.class != classInt:
			if to != m.from.reg {
				c.asm.SseXX(x64.MOVAPS, to.xmm(), m.from.reg.xmm())
			}
		case m.from.reg == scratchX:
			c.asm.MovdRX(x64.S64, to.gpr(), scratchX.xmm())
		case m.to.kind != inReg:
			to = m.from.reg
		default:
			c.move(classInt, to, m.from.reg)
		}
	case known:
		c.emitConstant(m, to)
		return
	case address:
		c.asm.Lea(x64.S64, to.gpr(), x64.At(x64.RBP, m.from.at))
	default:
		if to < xmm0 {
			c.asm.MovRM(x64.S64, to.gpr(), m.from.mem())
		} else {
			c.loadReg(m.class, to, m.from.mem())
		}
	}
	if m.to.kind == inReg {
		return
	}
	if to < xmm0 {
		c.asm.MovMR(x64.S64, m.to.mem(), to.gpr())
	} else {
		c.storeReg(m.class, m.to.mem(), to)
	}
}

// emitConstant moves a constant of a register class. Floats on their way to memory go by a general register.
func (c *Compiler) emitConstant(m *move, to reg) {
	if (c.typeOf(m.value).class == classInt) != (m.class == classInt) {
		refuse("operands of types that do not go together", "")
	}
	if m.to.kind == inReg {
		c.constantTo(m.value, to)
		return
	}
	if m.class == classInt {
		if n, ok := c.immediate(m.value); ok {
			c.asm.MovMI(x64.S64, m.to.mem(), n)
			return
		}
		c.constantTo(m.value, scratch)
	} else {
		image, _ := c.floatImage(m.value)
		var bits [8]byte
		copy(bits[:], image)
		c.asm.MovRI(x64.S64, scratch.gpr(), int64(binary.LittleEndian.Uint64(bits[:])))
	}
	c.asm.MovMR(x64.S64, m.to.mem(), scratch.gpr())
}

// emitMemory moves a value that is held in memory.
func (c *Compiler) emitMemory(m *move) {
	if m.from.kind == known {
		c.writeConstant(m.to.mem(), m.value)
		return
	}
	c.copyWords(m.to.mem(), m.from.mem(), m.size)
}

// copyMemory copies bytes by the scratch registers.
func (c *Compiler) copyMemory(to, from x64.Mem, size uint32) {
	at := uint32(0)
	for ; size-at >= 16; at += 16 {
		c.asm.SseXM(x64.MOVUPS, scratchX.xmm(), offset(from, at))
		c.asm.SseMX(x64.StoreUPS, offset(to, at), scratchX.xmm())
	}
	c.copyWords(offset(to, at), offset(from, at), size-at)
}

// copyWords copies bytes by the general scratch register.
func (c *Compiler) copyWords(to, from x64.Mem, size uint32) {
	at := uint32(0)
	for s := x64.S64 + 1; s > 0; {
		s--
		for n := uint32(1) << s; size-at >= n; at += n {
			c.asm.MovRM(s, scratch.gpr(), offset(from, at))
			c.asm.MovMR(s, offset(to, at), scratch.gpr())
		}
	}
}

// offset is the operand so many bytes further.
func offset(m x64.Mem, by uint32) x64.Mem {
	m.Disp += int32(by)
	return m
}

// edgeMoves does the moves into the phis of a block when it is entered from another.
func (c *Compiler) edgeMoves(from, to uint32) {
	c.moves = c.moves[:0]
	c.collectMoves(from, to)
	c.moveAll()
}

// collectMoves adds these moves to c.moves.
func (c *Compiler) collectMoves(from, to uint32) {
	list := c.edges[c.edgeFirst[from]:c.edgeFirst[from+1]]
	place := c.place[to]
	// They stand in the order of their blocks.
	low, _ := slices.BinarySearchFunc(list, place, func(e edge, place int32) int {
		return cmp.Compare(c.phiOf(e).first, place)
	})
	for k := low; k < len(list) && c.phiOf(list[k]).first == place; k++ {
		l := c.phiOf(list[k])
		if l.uses == 0 || k > low && list[k].phi == list[k-1].phi {
			continue // nobody reads it, or the same edge once more
		}
		m := move{class: l.class, from: c.source(list[k].value), value: list[k].value}
		if of := c.local(list[k].value); of != nil && of.class != l.class {
			refuse("operands of types that do not go together", "")
		}
		if l.fixed != noReg {
			m.to = inRegister(l.fixed)
		} else {
			c.slotFor(l)
			l.stored = true
			m.to = inFrameAt(l.slot)
		}
		if l.class.inMemory() {
			m.size = c.typ(c.body.Insts[list[k].phi].Type).size
		}
		if m.from.kind == m.to.kind && m.from.at == m.to.at && m.from.reg == m.to.reg {
			continue
		}
		c.moves = append(c.moves, m)
	}
}

func (c *Compiler) phiOf(e edge) *value { return &c.values[c.body.Insts[e.phi].Value-c.first] }

// hasMoves says that edgeMoves would move something.
func (c *Compiler) hasMoves(to uint32) bool {
	return c.body.Insts[c.body.Blocks[to].First].Op == bitcode.OpPhi
}
