package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
)

// selectors generate the code of an instruction, by its opcode.
var selectors [bitcode.OpCatchSwitch + 1]func(*Compiler, int)

func init() {
	selectors = [...]func(*Compiler, int){
		bitcode.OpUnary: (*Compiler).selectUnary, bitcode.OpBinary: (*Compiler).selectBinary,
		bitcode.OpCast: (*Compiler).selectCast, bitcode.OpGEP: (*Compiler).selectGEP,
		bitcode.OpSelect: (*Compiler).selectSelect, bitcode.OpCmp: (*Compiler).selectCompare,
		bitcode.OpExtractElement: (*Compiler).selectExtractElement,
		bitcode.OpInsertElement:  (*Compiler).selectInsertElement, bitcode.OpShuffleVector: (*Compiler).selectShuffle,
		bitcode.OpPhi: func(*Compiler, int) {}, bitcode.OpAlloca: (*Compiler).selectAlloca,
		bitcode.OpLoad: (*Compiler).selectLoad, bitcode.OpStore: (*Compiler).selectStore,
		bitcode.OpCmpXchg: (*Compiler).selectCmpXchg, bitcode.OpAtomicRMW: (*Compiler).selectRMW,
		bitcode.OpFence: (*Compiler).selectFence, bitcode.OpExtractValue: (*Compiler).selectExtractValue,
		bitcode.OpInsertValue: (*Compiler).selectInsertValue, bitcode.OpFreeze: (*Compiler).selectFreeze,
		bitcode.OpLandingPad: (*Compiler).selectLandingPad, bitcode.OpCall: (*Compiler).selectCall,
		bitcode.OpRet: (*Compiler).selectRet, bitcode.OpBr: (*Compiler).selectBr,
		bitcode.OpSwitch: (*Compiler).selectSwitch, bitcode.OpIndirectBr: (*Compiler).selectIndirectBr,
		bitcode.OpInvoke: (*Compiler).selectInvoke, bitcode.OpResume: (*Compiler).selectResume,
		bitcode.OpUnreachable: func(c *Compiler, _ int) { c.asm.Ud2() }, bitcode.OpCatchSwitch: nil,
	}
}

// generate encodes the function.
func (c *Compiler) generate(variables []*bitcode.Symbol) {
	n := len(c.order)
	c.holds, c.pinned, c.turn = [32]int32{}, 0, 0
	c.jumps, c.returns, c.free8, c.free16, c.words = c.jumps[:0], c.returns[:0], c.free8[:0], c.free16[:0], c.words[:0]
	c.keepsSlots = false
	c.expiring = resize(c.expiring, n)
	clear(c.expiring)
	c.labels = resize(c.labels, n)
	fill(c.labels, -1)
	c.avail = c.freeIn(0)
	c.enter()
	for at, block := range c.order {
		c.beginBlock(int32(at))
		of := &c.body.Blocks[block]
		for i := int(of.First); i < int(of.End); i++ {
			c.selectInst(i)
		}
		c.endBlock(block)
	}
	c.writeVariables(variables)
	c.finish()
}

func (c *Compiler) beginBlock(at int32) {
	c.at = at
	c.avail = c.freeIn(at)
	c.labels[at] = int32(c.asm.Pos())
	c.dump.block(c)
}

// selectInst generates the code of an instruction, unless nobody needs it or it is left to those who do.
func (c *Compiler) selectInst(i int) {
	inst := &c.body.Insts[i]
	c.inst = i
	c.dump.inst(c, i)
	if inst.Value != bitcode.NoValue {
		l := &c.values[inst.Value-c.first]
		switch {
		case l.kind == kindDeferred:
			return // its operands are used where it is
		case l.kind == kindFrame:
			c.end(i)
			return
		case l.uses == 0 && isPure(inst.Op):
			c.end(i)
			return
		}
	}
	selector := selectors[inst.Op]
	if selector == nil {
		refuse("an instruction that is not known", opNames[inst.Op])
	}
	selector(c, i)
	if inst.Op != bitcode.OpPhi {
		c.end(i)
	}
}

// isPure says that instructions of a kind do nothing but compute a value.
func isPure(op bitcode.Opcode) bool {
	switch op {
	case bitcode.OpUnary, bitcode.OpBinary, bitcode.OpCast, bitcode.OpGEP, bitcode.OpSelect, bitcode.OpExtractElement,
		bitcode.OpInsertElement, bitcode.OpShuffleVector, bitcode.OpCmp, bitcode.OpExtractValue, bitcode.OpInsertValue,
		bitcode.OpFreeze:
		return true
	}
	return false
}

// endBlock forgets the cache, and gives back slots that are not needed any more.
func (c *Compiler) endBlock(block uint32) {
	for _, e := range c.edges[c.edgeFirst[block]:c.edgeFirst[block+1]] {
		c.consume(e.value)
	}
	for r := range c.holds {
		if v := c.holds[r]; v != 0 {
			c.values[v-1].reg = noReg
			c.holds[r] = 0
		}
	}
	for v := c.expiring[c.at]; v != 0; v = c.values[v-1].next {
		c.giveBack(&c.values[v-1])
	}
	c.pinned = 0
}

// jumpTo jumps to a block.
func (c *Compiler) jumpTo(block uint32) {
	to := c.place[block]
	if to == c.at+1 {
		return
	}
	if l := c.labels[to]; l >= 0 {
		c.asm.Jmp(int(l))
		return
	}
	c.jumps = append(c.jumps, jump{int32(c.asm.Jmp32()), to})
}

// branchTo lets open jumps lead to a block.
func (c *Compiler) branchTo(l landings, block uint32) {
	to := c.place[block]
	for _, at := range l.at[:l.n] {
		if label := c.labels[to]; label >= 0 {
			c.asm.Patch32(at, int(label))
		} else {
			c.jumps = append(c.jumps, jump{int32(at), to})
		}
	}
}

// finish puts the unit together: prologue, body, epilogue and tables.
func (c *Compiler) finish() {
	epilogue := c.asm.Pos()
	c.leave()
	for _, at := range c.returns {
		c.asm.Patch32(int(at), epilogue)
	}
	for _, j := range c.jumps {
		c.asm.Patch32(int(j.at), int(c.labels[j.to]))
	}
	c.writeDifferences()
	for _, w := range c.words {
		c.unit.References[w.reference].To.Index = uint32(c.labels[w.to])
	}
	size := uint32(len(c.writePrologue()))
	u := &c.unit
	u.Text = append(append(u.Text, c.prologue.Code()...), c.asm.Code()...)
	for i := range u.References {
		r := &u.References[i]
		if r.In == code.Text {
			r.Offset += size
		}
		if r.To.Of == code.InText {
			r.To.Index += size
		}
	}
	u.References = append(u.References, c.asking...)
	u.Definitions = append(u.Definitions, code.Definition{Place: c.body.Function.Place(), In: code.Text})
	c.writeFrame(size, size+uint32(epilogue))
	c.dump.done(c, size)
}
