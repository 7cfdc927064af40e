package flow

import (
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
)

// Prices in cycles, of optimised code that finds its data in the first cache.
const (
	callCycles      = 100 // a call, with what the callee does
	intrinsicCycles = 10
	divideCycles    = 20
)

// prices are those of instructions other than calls and divisions.
var prices = func() (p [256]uint8) {
	for op := range p {
		p[op] = 1
	}
	for _, op := range []bitcode.Opcode{bitcode.OpPhi, bitcode.OpAlloca, bitcode.OpFreeze, bitcode.OpUnreachable,
		bitcode.OpLandingPad} {
		p[op] = 0
	}
	for _, op := range []bitcode.Opcode{bitcode.OpCmpXchg, bitcode.OpAtomicRMW, bitcode.OpFence} {
		p[op] = 20
	}
	for _, op := range []bitcode.Opcode{bitcode.OpCall, bitcode.OpInvoke, bitcode.OpCallBr} {
		p[op] = 0 // see costOfCall
	}
	p[bitcode.OpLoad] = 4
	p[bitcode.OpSwitch] = 5
	p[bitcode.OpIndirectBr] = 5
	return p
}()

// isDivision says which binary operations are: udiv, sdiv or fdiv, urem, srem or frem.
var isDivision = [256]bool{3: true, 4: true, 5: true, 6: true}

func costOfCall(call *bitcode.Call) uint32 {
	switch {
	case isCode(call):
		return callCycles
	case call.Callee != nil && isMark(call.Callee.Name):
		return 0
	default:
		return intrinsicCycles
	}
}

// isMark says that an intrinsic becomes no code.
func isMark(name string) bool {
	for _, prefix := range []string{"llvm.dbg.", "llvm.lifetime.", "llvm.assume", "llvm.experimental.noalias",
		"llvm.annotation", "llvm.invariant."} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
