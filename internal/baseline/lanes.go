package baseline

import (
	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/x64"
)

// selectVectorCast converts vectors.
func (c *Compiler) selectVectorCast(i int, inst *bitcode.Inst, value bitcode.ValueID) {
	from, to := c.typeOf(value), c.typ(inst.Type)
	if inst.Code == castBitcast {
		c.vectorBitcast(i, inst, value, from, to)
		return
	}
	a, b := c.lanesOf(c.body.TypeOf(value)), c.lanesOf(inst.Type)
	if a.n != b.n {
		refuse("a conversion that is not known", "")
	}
	source, target := c.inMemory(value), c.memory(i)
	switch {
	case inst.Code == castTrunc || inst.Code == castZExt || inst.Code == castSExt || inst.Code == castPtrToInt ||
		inst.Code == castIntToPtr:
		r := c.temp()
		for k := range a.n {
			c.loadLane(r, a, source, k, inst.Code == castSExt)
			c.storeLane(b, target, k, r)
		}
	case inst.Code == castFPExt || inst.Code == castFPTrunc:
		op := x64.CVTSS2SD
		if inst.Code == castFPTrunc {
			op = x64.CVTSD2SS
		}
		x := reg(c.tempX()) + xmm0
		for k := range a.n {
			c.asm.SseXM(op, x.xmm(), a.at(source, k))
			c.storeReg(b.of.class, b.at(target, k), x)
		}
	case inst.Code == castSIToFP || inst.Code == castUIToFP && a.size < 8:
		r, x := c.temp(), reg(c.tempX())+xmm0
		for k := range a.n {
			c.loadLane(r, a, source, k, inst.Code == castSIToFP)
			c.asm.SseXX(x64.XORPS, x.xmm(), x.xmm())
			c.asm.SseXR(fromInt[isDouble(b.of.class)], x64.S64, x.xmm(), r)
			c.storeReg(b.of.class, b.at(target, k), x)
		}
	case inst.Code == castFPToSI || inst.Code == castFPToUI && b.size < 8:
		r := c.temp()
		for k := range a.n {
			c.asm.SseToRM(toInt[isDouble(a.of.class)], x64.S64, r, a.at(source, k))
			c.storeLane(b, target, k, r)
		}
	default:
		refuse("a conversion of vectors that is not known", "")
	}
}

// vectorBitcast takes the bits of a value for one of another type, of which one is a vector.
func (c *Compiler) vectorBitcast(i int, inst *bitcode.Inst, value bitcode.ValueID, from, to *typeInfo) {
	fromBits := from.class == classVector && c.lanesOf(c.body.TypeOf(value)).bit
	toBits := to.class == classVector && c.lanesOf(inst.Type).bit
	switch {
	case fromBits && to.class == classInt:
		c.packBits(i, value)
	case fromBits || toBits:
		refuse("a cast to or from a vector of bits", "")
	case from.size != to.size:
		refuse("a cast that is not known", "")
	case to.class.inMemory():
		m := c.memory(i)
		if from.class.inMemory() {
			c.copyMemory(m, c.inMemory(value), to.size)
		} else {
			c.storeElement(m, value, from)
		}
	default:
		c.loadElement(i, c.inMemory(value), inst.Type)
	}
}

// packBits makes an integer of a vector of bits, the first of which is the lowest.
func (c *Compiler) packBits(i int, value bitcode.ValueID) {
	v := c.lanesOf(c.body.TypeOf(value))
	from := c.inMemory(value)
	if v.n > 64 {
		refuse("a cast to or from a vector of bits", "")
	}
	t := c.temp()
	r := c.result(i).gpr()
	c.asm.MovRI(x64.S32, r, 0)
	for k := v.n; k > 0; k-- {
		c.asm.AluRR(x64.ADD, x64.S64, r, r)
		c.asm.MovzxRM(x64.S8, t, offset(from, k-1))
		c.asm.AluRR(x64.OR, x64.S64, r, t)
	}
}

// selectVectorIntrinsic does an intrinsic whose value is a vector.
func (c *Compiler) selectVectorIntrinsic(i int, id intrinsic, call *bitcode.Call, args []bitcode.ValueID) {
	v := c.lanesOf(c.body.Insts[i].Type)
	switch id {
	case copied:
		c.selectCopy(i, args[0])
	case fabsIntrinsic:
		c.signLanes(v, c.memory(i), c.inMemory(args[0]), x64.AND, 1<<63-1)
	case fmuladdIntrinsic:
		a, b, sum, to := c.inMemory(args[0]), c.inMemory(args[1]), c.inMemory(args[2]), c.memory(i)
		c.floatLanes(binaryMul, v, to, a, b)
		c.floatLanes(binaryAdd, v, to, to, sum)
	case sqrtIntrinsic:
		from, to, x := c.inMemory(args[0]), c.memory(i), reg(c.tempX())+xmm0
		for k := range v.n {
			c.asm.SseXM([2]x64.Sse{x64.SQRTSS, x64.SQRTSD}[isDouble(v.of.class)], x.xmm(), v.at(from, k))
			c.storeReg(v.of.class, v.at(to, k), x)
		}
	case smaxIntrinsic, sminIntrinsic, umaxIntrinsic, uminIntrinsic:
		c.minMaxLanes(i, id, v, args)
	case absIntrinsic:
		from, to := c.inMemory(args[0]), c.memory(i)
		r, y := c.temp(), c.temp()
		for k := range v.n {
			c.loadLane(r, v, from, k, true)
			c.asm.MovRR(x64.S64, y, r)
			c.asm.UnaryR(x64.NEG, x64.S64, y)
			c.asm.CmovRR(x64.CondNS, x64.S64, r, y)
			c.storeLane(v, to, k, r)
		}
	default:
		if v.of.class != classInt || v.bit || !c.intIntrinsicLanes(i, id, v, args) {
			refuse("an intrinsic of vectors that is not known", call.Callee.Name)
		}
	}
}

// intIntrinsicLanes does intrinsics of integers element by element. It is false if it does not know one.
func (c *Compiler) intIntrinsicLanes(i int, id intrinsic, v lanes, args []bitcode.ValueID) bool {
	switch id {
	case ctpopIntrinsic, bitreverseIntrinsic, bswapIntrinsic, ctlzIntrinsic, cttzIntrinsic:
		from, to := c.inMemory(args[0]), c.memory(i)
		r, x := c.temp(), c.temp()
		for k := range v.n {
			c.loadLane(r, v, from, k, false)
			if id == ctlzIntrinsic || id == cttzIntrinsic {
				c.asm.MovRR(x64.S64, x, r)
				c.scan(id, r, x, v.of.bits)
			} else {
				c.changeBits(id, r, x, v.of.bits)
			}
			c.storeLane(v, to, k, r)
		}
	case saddSat, uaddSat, ssubSat, usubSat:
		a, b, to := c.inMemory(args[0]), c.inMemory(args[1]), c.memory(i)
		r, y, limit := c.temp(), c.temp(), c.temp()
		for k := range v.n {
			c.loadLane(r, v, a, k, false)
			c.loadLane(y, v, b, k, false)
			c.saturate(id, v.width(), r, y, limit)
			c.storeLane(v, to, k, r)
		}
	case fshlIntrinsic, fshrIntrinsic:
		c.funnelLanes(i, id == fshlIntrinsic, v, args)
	default:
		return false
	}
	return true
}

// funnelLanes shifts elements of two vectors as one number, by amounts modulo their width.
func (c *Compiler) funnelLanes(i int, left bool, v lanes, args []bitcode.ValueID) {
	high, low, by, to := c.inMemory(args[0]), c.inMemory(args[1]), c.inMemory(args[2]), c.memory(i)
	rcx, r, y := c.exactly(x64.RCX), c.temp(), c.temp()
	for k := range v.n {
		c.loadLane(r, v, high, k, false)
		c.loadLane(y, v, low, k, false)
		c.loadLane(rcx, v, by, k, false)
		switch {
		case v.of.bits < 32:
			c.asm.AluRI(x64.AND, x64.S32, rcx, int32(v.of.bits-1))
			c.shiftNarrow(left, r, y, v.of.bits)
		case left:
			c.asm.DoubleRRCL(x64.SHLD, v.width(), r, y)
		default:
			c.asm.DoubleRRCL(x64.SHRD, v.width(), y, r)
			r, y = y, r
		}
		c.storeLane(v, to, k, r)
	}
}

func (c *Compiler) minMaxLanes(i int, id intrinsic, v lanes, args []bitcode.ValueID) {
	a, b, to := c.inMemory(args[0]), c.inMemory(args[1]), c.memory(i)
	r, y := c.temp(), c.temp()
	signed := id == smaxIntrinsic || id == sminIntrinsic
	for k := range v.n {
		c.loadLane(r, v, a, k, signed)
		c.loadLane(y, v, b, k, signed)
		c.asm.AluRR(x64.CMP, x64.S64, r, y)
		c.asm.CmovRR(minMaxConds[id], x64.S64, r, y)
		c.storeLane(v, to, k, r)
	}
}

// reductions are the operations of intrinsics that make a number of a vector.
var reductions = map[intrinsic]uint8{reduceAdd: binaryAdd, reduceMul: binaryMul, reduceAnd: binaryAnd,
	reduceOr: binaryOr, reduceXor: binaryXor}

// selectReduction makes a number of the elements of a vector.
func (c *Compiler) selectReduction(i int, id intrinsic, args []bitcode.ValueID) {
	v := c.lanesOf(c.body.TypeOf(args[0]))
	if v.of.class != classInt {
		refuse("an intrinsic of vectors that is not known", "a sum of floats")
	}
	from := c.inMemory(args[0])
	y := c.temp()
	r := c.result(i).gpr()
	signed := id == reduceSMax || id == reduceSMin
	c.loadLane(r, v, from, 0, signed)
	for k := uint32(1); k < v.n; k++ {
		c.loadLane(y, v, from, k, signed)
		switch id {
		case reduceSMax, reduceSMin, reduceUMax, reduceUMin:
			c.asm.AluRR(x64.CMP, x64.S64, r, y)
			c.asm.CmovRR(minMaxConds[smaxIntrinsic+id-reduceSMax], x64.S64, r, y)
		case reduceMul:
			c.asm.TwoRR(x64.IMUL2, x64.S64, r, y)
		default:
			c.asm.AluRR(aluOps[reductions[id]], x64.S64, r, y)
		}
	}
}
