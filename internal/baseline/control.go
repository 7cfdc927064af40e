package baseline

import (
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

func (c *Compiler) selectBr(i int) {
	block := c.order[c.at]
	to := c.body.Successors(int(block))
	if len(to) == 1 {
		c.edgeMoves(block, to[0])
		c.jumpTo(to[0])
		return
	}
	yes, no := to[0], to[1]
	cond := c.test(c.body.Operands(i)[0])
	movesYes, movesNo := c.hasMoves(yes), c.hasMoves(no)
	switch {
	case !movesYes && (movesNo || c.place[yes] != c.at+1):
		c.branchTo(c.jumpIf(cond), yes)
		c.edgeMoves(block, no)
		c.jumpTo(no)
	case !movesNo:
		c.branchTo(c.jumpUnless(cond), no)
		c.edgeMoves(block, yes)
		c.jumpTo(yes)
	default:
		other := c.jumpUnless(cond)
		c.edgeMoves(block, yes)
		open := c.asm.Jmp32()
		c.branchTo(landings{at: [2]int{open}, n: 1}, yes)
		c.land(other)
		c.edgeMoves(block, no)
		c.jumpTo(no)
	}
}

// selectSwitch compares with one case after the other, or goes by a table of addresses if the cases lie close together.
func (c *Compiler) selectSwitch(i int) {
	operands := c.body.Operands(i)
	of := c.typeOf(operands[0])
	if of.class != classInt {
		refuse("a switch over a type that is not known", "")
	}
	block := c.order[c.at]
	to := c.body.Successors(int(block))
	cases := operands[1:]
	least, most := int64(0), int64(0)
	for k, v := range cases {
		n, ok := c.constantInt(v)
		if !ok {
			refuse("a switch whose cases are not numbers", "")
		}
		if k == 0 {
			least, most = n, n
		}
		least, most = min(least, n), max(most, n)
	}
	s := max(sizeFor(of.bits), x64.S32)
	const few, dense = 4, 4
	r := c.extended(operands[0], s, true)
	span := uint64(most - least)
	if len(cases) >= few && span < dense*uint64(len(cases)) {
		c.switchTable(r, s, cases, to, least, span)
		return
	}
	c.stubs = c.stubs[:0]
	for k, v := range cases {
		n, _ := c.constantInt(v)
		if n == int64(int32(n)) {
			c.asm.AluRI(x64.CMP, s, r, int32(n))
		} else {
			c.asm.MovRI(x64.S64, scratch.gpr(), n)
			c.asm.AluRR(x64.CMP, s, r, scratch.gpr())
		}
		c.branchByStub(landings{at: [2]int{c.asm.Jcc32(x64.CondE)}, n: 1}, to[k+1])
	}
	c.edgeMoves(block, to[0])
	c.jumpOver(to[0])
	c.writeStubs(block)
}

// stub is code that moves values into phis on the way to a block, for jumps that are open.
type stub struct {
	block uint32
	at    int32 // of the jump; -1 for a word of a table
	word  int   // position among the unit's references
}

// branchByStub lets open jumps lead to a block, by a stub if that has phis.
func (c *Compiler) branchByStub(l landings, block uint32) {
	if !c.hasMoves(block) {
		c.branchTo(l, block)
		return
	}
	c.stubs = append(c.stubs, stub{block, int32(l.at[0]), -1})
}

// jumpOver jumps to a block, also to the next one if stubs stand in between.
func (c *Compiler) jumpOver(block uint32) {
	if len(c.stubs) == 0 {
		c.jumpTo(block)
		return
	}
	c.branchTo(landings{at: [2]int{c.asm.Jmp32()}, n: 1}, block)
}

// writeStubs encodes the stubs that are needed. Those to the same block are one.
func (c *Compiler) writeStubs(from uint32) {
	for k := range c.stubs {
		of := &c.stubs[k]
		if of.block == noBlock {
			continue
		}
		here := c.asm.Pos()
		for n := k; n < len(c.stubs); n++ {
			if c.stubs[n].block != of.block {
				continue
			}
			if c.stubs[n].at >= 0 {
				c.asm.Patch32(int(c.stubs[n].at), here)
			} else {
				c.unit.References[c.stubs[n].word].To.Index = uint32(here)
			}
			if n > k {
				c.stubs[n].block = noBlock
			}
		}
		c.edgeMoves(from, of.block)
		if k == len(c.stubs)-1 {
			c.jumpTo(of.block)
		} else {
			c.branchTo(landings{at: [2]int{c.asm.Jmp32()}, n: 1}, of.block)
		}
	}
}

const noBlock = ^uint32(0)

// switchTable jumps through a table of distances from the table.
func (c *Compiler) switchTable(r x64.Reg, s x64.Size, cases []bitcode.ValueID, to []uint32, least int64, span uint64) {
	index := c.temp()
	if least == int64(int32(least)) && least != -1<<31 {
		c.asm.Lea(s, index, x64.At(r, -int32(least)))
	} else {
		c.asm.MovRI(x64.S64, index, -least)
		c.asm.AluRR(x64.ADD, s, index, r)
	}
	c.stubs = c.stubs[:0]
	c.asm.AluRI(x64.CMP, s, index, int32(span))
	c.branchByStub(landings{at: [2]int{c.asm.Jcc32(x64.CondA)}, n: 1}, to[0])
	table := c.unit.Pad(4)
	c.asm.Lea(x64.S64, scratch.gpr(), x64.Rel(0))
	c.refer(code.Target{Of: code.InReadOnly, Index: table}, 0)
	c.asm.MovsxRM(x64.S64, x64.S32, index, x64.Indexed(scratch.gpr(), index, 4, 0))
	c.asm.AluRR(x64.ADD, x64.S64, scratch.gpr(), index)
	c.asm.JmpR(scratch.gpr())
	for range span + 1 {
		c.unit.ReadOnly = append(c.unit.ReadOnly, 0, 0, 0, 0)
	}
	first := len(c.unit.References)
	for k := range span + 1 {
		// The distance is from the word, so that the word's place in the table is added.
		c.unit.Refer(code.Reference{Offset: table + 4*uint32(k), In: code.ReadOnly, Kind: code.Rel32,
			To: code.Target{Of: code.InText, Index: to[0]}, Addend: 4 * int64(k)})
	}
	for k, v := range cases {
		n, _ := c.constantInt(v)
		c.unit.References[first+int(n-least)].To.Index = to[k+1]
	}
	// Now the targets are blocks; they become positions.
	for k := first; k <= first+int(span); k++ {
		t := &c.unit.References[k].To
		if block := t.Index; c.hasMoves(block) {
			c.stubs = append(c.stubs, stub{block, -1, k})
		} else {
			c.words = append(c.words, word{k, c.place[block]})
		}
	}
	c.writeStubs(c.order[c.at])
}

// word is a reference to a block whose code is not there yet.
type word struct {
	reference int
	to        int32 // position of the block
}

// selectIndirectBr jumps to an address. What the blocks' phis take is moved before, where all of them agree.
func (c *Compiler) selectIndirectBr(i int) {
	block := c.order[c.at]
	to := c.body.Successors(int(block))
	for _, s := range to {
		if c.hasMoves(s) {
			c.indirectMoves(i, block, to)
			return
		}
	}
	c.asm.JmpR(c.int(c.body.Operands(i)[0]))
}

// indirectMoves moves into the phis of all blocks to which an indirect branch may go. These have slots of their own, so
// that what is moved for one block does not harm another.
func (c *Compiler) indirectMoves(i int, block uint32, to []uint32) {
	address := c.int(c.body.Operands(i)[0])
	c.moves = c.moves[:0]
	for k, s := range to {
		if !slices.Contains(to[:k], s) {
			c.collectMoves(block, s)
		}
	}
	c.moveAll()
	c.asm.JmpR(address)
}
