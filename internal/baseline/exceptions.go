package baseline

import (
	"encoding/binary"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

// eh is what the function's exception table says: which calls lead where when something is thrown.
type eh struct {
	sites []callSite
	types []*bitcode.Symbol // that are caught, by their number in the table less one; nil catches everything
	table []byte
	rows  []byte
}

// callSite is a range of the body, and where it goes on when something is thrown there.
type callSite struct {
	start, end int32
	pad        int32 // position in the body, or -1: that of block
	block      uint32
}

// beginExceptions forgets the table of the function before.
func (c *Compiler) beginExceptions() { c.sites, c.types = c.sites[:0], c.types[:0] }

// selectInvoke calls a function that may throw, and goes on in another block in either case.
func (c *Compiler) selectInvoke(i int) {
	call := c.callOf(i)
	if c.intrinsicOf(call) != notIntrinsic {
		refuse("an invoke of an intrinsic", call.Callee.Name)
	}
	c.checkCall(i, call)
	block := c.order[c.at]
	to := c.body.Successors(int(block))
	normal, unwind := to[0], to[1]
	site := callSite{start: int32(c.asm.Pos()), pad: -1, block: unwind}
	c.call(i, call)
	site.end = int32(c.asm.Pos())
	c.takeResult(i, call)
	if id := c.body.Insts[i].Value; id != bitcode.NoValue {
		if l := &c.values[id-c.first]; l.cross && l.fixed == noReg && l.reg != noReg {
			c.store(l, l.reg)
		}
	}
	c.edgeMoves(block, normal)
	if c.hasMoves(unwind) {
		c.branchTo(landings{at: [2]int{c.asm.Jmp32()}, n: 1}, normal)
		site.pad = int32(c.asm.Pos())
		c.edgeMoves(block, unwind) // which leave the registers of the exception alone
		c.jumpTo(unwind)
	} else {
		c.jumpTo(normal)
	}
	c.sites = append(c.sites, site)
}

// selectLandingPad takes up the exception and the number of what catches it, which unwinding has left in registers.
func (c *Compiler) selectLandingPad(i int) {
	inst := &c.body.Insts[i]
	if t := c.irType(inst.Type); t.Kind != bitcode.StructType || len(t.Elems) != 2 {
		refuse("a landing pad of a type that is not known", "")
	}
	for k, isFilter := range c.body.List(i) {
		if isFilter != 0 {
			refuse("an exception specification", "")
		}
		c.typeNumber(c.body.Operands(i)[k])
	}
	m := c.memory(i)
	c.asm.MovMR(x64.S64, m, x64.RAX)
	c.asm.MovMR(x64.S32, offset(m, 8), x64.RDX)
}

// typeNumber is the number in the exception table of a type that is caught.
func (c *Compiler) typeNumber(v bitcode.ValueID) int {
	k := c.evaluate(v, 0)
	if k.block >= 0 || k.offset != 0 {
		refuse("an exception of a type that is not known", "")
	}
	for n, s := range c.types {
		if s == k.symbol {
			return n + 1
		}
	}
	c.types = append(c.types, k.symbol)
	return len(c.types)
}

// selectTypeID is the number by which a landing pad knows a type.
func (c *Compiler) selectTypeID(i int, args []bitcode.ValueID) {
	c.asm.MovRI(x64.S32, c.result(i).gpr(), int64(c.typeNumber(args[0])))
}

// selectResume goes on with unwinding.
func (c *Compiler) selectResume(i int) {
	v := c.body.Operands(i)[0]
	if t := c.typeOf(v); t.class != classMemory || t.size != 16 {
		refuse("a resume of a type that is not known", "")
	}
	c.asm.MovRM(x64.S64, x64.RDI, c.inMemory(v))
	c.callRuntime("_Unwind_Resume")
	c.asm.Ud2()
}

// personalities are the routines whose tables are known here.
var personalities = map[string]bool{"__gxx_personality_v0": true, "__gcc_personality_v0": true,
	"rust_eh_personality": true}

// writeLSDA adds the exception table, in the form that these personality routines read (Itanium C++ ABI: Exception
// Handling, as GCC and LLVM write it). A call that is in no row of the table would end the program, so rows without
// landing pad fill the gaps.
func (c *Compiler) writeLSDA(f *code.Frame, body uint32) {
	if len(c.sites) == 0 {
		return
	}
	personality := c.evaluate(c.body.Function.Personality(), 0).symbol
	if personality == nil || !personalities[personality.Name] {
		refuse("a personality routine that is not known", "")
	}
	c.rows, c.table = c.rows[:0], c.table[:0]
	var actions []byte
	at := uint32(0)
	for _, s := range c.sites {
		start, end := body+uint32(s.start), body+uint32(s.end)
		if start > at {
			c.addRow(at, start, 0, 0)
		}
		pad := s.pad
		if pad < 0 {
			pad = c.labels[c.place[s.block]]
		}
		var action uint64
		actions, action = c.addActions(actions, s.block)
		c.addRow(start, end, body+uint32(pad), action)
		at = end
	}
	if size := uint32(len(c.unit.Text)); at < size {
		c.addRow(at, size, 0, 0)
	}
	rest := binary.AppendUvarint(nil, uint64(len(c.rows)))
	rest = append(append(rest, c.rows...), actions...)
	c.table = append(c.table, code.EncodingOmit)
	if len(c.types) == 0 {
		c.table = append(c.table, code.EncodingOmit)
	} else {
		// The offset leads to the end of the types, which are counted backwards from there.
		c.table = append(c.table, code.EncodingPCRelIndirect)
		c.table = binary.AppendUvarint(c.table, uint64(1+len(rest)+4*len(c.types)))
	}
	c.table = append(append(c.table, code.EncodingULEB), rest...)
	for len(c.table)&3 != 0 && len(c.types) == 0 {
		c.table = append(c.table, 0)
	}
	words := make([]uint32, len(c.types))
	for n, s := range c.types {
		if s != nil {
			words[n] = c.literalAddress(valueAt(s))
		}
	}
	u := &c.unit
	f.LSDA = u.Pad(4)
	u.ReadOnly = append(u.ReadOnly, c.table...)
	for n := len(c.types) - 1; n >= 0; n-- {
		if c.types[n] != nil {
			u.Refer(code.Reference{Offset: uint32(len(u.ReadOnly)), In: code.ReadOnly, Kind: code.Rel32,
				To: code.Target{Of: code.InReadOnly, Index: words[n]}})
		}
		u.ReadOnly = append(u.ReadOnly, 0, 0, 0, 0)
	}
	f.HasLSDA = true
	f.Personality = code.Target{Of: code.Value, Index: uint32(personality.Place())}
}

// addRow adds a row to the table of call sites.
func (c *Compiler) addRow(start, end, pad uint32, action uint64) {
	for _, n := range [...]uint64{uint64(start), uint64(end - start), uint64(pad), action} {
		c.rows = binary.AppendUvarint(c.rows, n)
	}
}

// addActions adds what a landing pad catches, and returns where that begins, plus one; 0 is for one that only cleans
// up. The records are a list from the first clause to the last.
func (c *Compiler) addActions(actions []byte, block uint32) ([]byte, uint64) {
	i := c.body.Blocks[block].First
	for c.body.Insts[i].Op == bitcode.OpPhi {
		i++
	}
	if c.body.Insts[i].Op != bitcode.OpLandingPad {
		refuse("an invoke that unwinds to no landing pad", "")
	}
	clauses := c.body.Operands(int(i))
	cleanup := c.body.Details[i].Flags&bitcode.Cleanup != 0
	if len(clauses) == 0 {
		return actions, 0
	}
	first := uint64(len(actions) + 1)
	for k, v := range clauses {
		actions = appendSigned(actions, int64(c.typeNumber(v)))
		if k == len(clauses)-1 && !cleanup {
			actions = append(actions, 0)
		} else {
			actions = append(actions, 1) // the next record begins behind this byte
		}
	}
	if cleanup {
		actions = append(actions, 0, 0)
	}
	return actions, first
}

// appendSigned appends a number as signed LEB128.
func appendSigned(b []byte, n int64) []byte {
	for {
		low := byte(n & 0x7f)
		n >>= 7
		if n == 0 && low&0x40 == 0 || n == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}
