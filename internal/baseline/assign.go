package baseline

import (
	"cmp"
	"slices"

	"github.com/orcast/orcast/internal/x64"
)

// Registers that hold a value wherever it lives. Calls keep the first; the others are for lifetimes without calls, and
// leave enough for the cache of a block.
var (
	keptRegs  = [...]reg{reg(x64.RBX), reg(x64.R12), reg(x64.R13), reg(x64.R14), reg(x64.R15)}
	leafRegs  = [...]reg{reg(x64.R8), reg(x64.R9), reg(x64.R10)}
	leafXmms  = [...]reg{xmm0 + 8, xmm0 + 9, xmm0 + 10, xmm0 + 11, xmm0 + 12, xmm0 + 13, xmm0 + 14}
	cacheRegs = maskOf(reg(x64.RAX), reg(x64.RCX), reg(x64.RDX), reg(x64.RSI), reg(x64.RDI)) | maskOf(leafRegs[:]...) |
		0xff<<xmm0 | maskOf(leafXmms[:]...)
)

// leastWeight is the weight from which a value is worth a register that has to be saved.
const leastWeight = 3

func maskOf(regs ...reg) (mask uint32) {
	for _, r := range regs {
		mask |= 1 << r
	}
	return mask
}

// maxCandidates bounds how many values are tried.
const maxCandidates = 1 << 10

// assign gives the values that weigh most a register for all their life.
func (c *Compiler) assign() {
	c.candidates = c.candidates[:0]
	for i := range c.values {
		v := &c.values[i]
		if v.kind == kindNormal && v.cross && !v.own && v.uses > 0 && !v.class.inMemory() && v.class != classNone {
			c.candidates = append(c.candidates, int32(i))
		}
	}
	slices.SortFunc(c.candidates, func(a, b int32) int {
		return cmp.Or(cmp.Compare(c.values[b].weight, c.values[a].weight), cmp.Compare(a, b))
	})
	words := (len(c.order) + 63) / 64
	c.taken = resize(c.taken, 32*words)
	clear(c.taken)
	c.saved = 0
	for _, i := range c.candidates[:min(len(c.candidates), maxCandidates)] {
		v := &c.values[i]
		leaf := c.calls[v.last+1] == c.calls[v.first]
		if v.class == classInt {
			if !(leaf && c.fix(v, leafRegs[:], words)) && v.weight >= leastWeight {
				c.fix(v, keptRegs[:], words)
			}
		} else if leaf {
			c.fix(v, leafXmms[:], words)
		}
	}
	for _, r := range keptRegs {
		if c.isTaken(r, words) {
			c.saved |= 1 << r
			c.saveAt[r] = c.allocate(8, 8)
		}
	}
}

// fix gives v the first of the registers that is free wherever it lives.
func (c *Compiler) fix(v *value, regs []reg, words int) bool {
	for _, r := range regs {
		if c.takeRange(c.taken[int(r)*words:int(r+1)*words], v.first, v.last) {
			v.fixed, v.reg = r, r
			return true
		}
	}
	return false
}

// takeRange sets the bits from first to last if none of them is set.
func (c *Compiler) takeRange(bits []uint64, first, last int32) bool {
	from, to := first>>6, last>>6
	low, high := ^uint64(0)<<(first&63), ^uint64(0)>>(63-last&63)
	for w := from; w <= to; w++ {
		if bits[w]&wordMask(w, from, to, low, high) != 0 {
			return false
		}
	}
	for w := from; w <= to; w++ {
		bits[w] |= wordMask(w, from, to, low, high)
	}
	return true
}

func wordMask(w, from, to int32, low, high uint64) uint64 {
	mask := ^uint64(0)
	if w == from {
		mask &= low
	}
	if w == to {
		mask &= high
	}
	return mask
}

func (c *Compiler) isTaken(r reg, words int) bool {
	return slices.ContainsFunc(c.taken[int(r)*words:int(r+1)*words], func(w uint64) bool { return w != 0 })
}

// freeIn are the registers that the cache of the block at a position may use.
func (c *Compiler) freeIn(at int32) uint32 {
	words := (len(c.order) + 63) / 64
	mask := cacheRegs
	for _, list := range [...][]reg{leafRegs[:], leafXmms[:]} {
		for _, r := range list {
			if c.taken[int(r)*words+int(at>>6)]>>(at&63)&1 != 0 {
				mask &^= 1 << r
			}
		}
	}
	return mask
}
