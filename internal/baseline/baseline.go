// Package baseline compiles functions from decoded bitcode to x86-64 machine code in two passes, without LLVM.
//
// Rule: a function is compiled exactly, or refused with a [Refusal] before anything of it is seen; LLVM takes what is
// refused. One function at a time; no intermediate representation; nothing is allocated per instruction.
//
// [Compiler.Compile] is the entry. The first pass (analyze.go) orders blocks, counts uses, finds where values live and
// which instructions are done where they are used. Values that live in several blocks get a register for all their life
// if one is free (assign.go), else a slot in the frame. The second pass (generate.go and what it calls) encodes
// instruction after instruction, with the remaining registers as a cache of the block's values (registers.go).
//
// The design follows what is published of the fastest baseline compilers: Wimmer and Franz, "Linear scan register
// allocation on SSA form" (CGO 2010), for lifetimes; Schwarz, Kamm and Engelke, "TPDE: a fast adaptable compiler
// back-end framework" (2025), for the two passes and for what is worth fusing.
package baseline

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/x64"
)

// Reach says how code gets at a value of the module.
type Reach uint8

const (
	// Far values have their address in memory; it may be null for weak ones.
	Far Reach = iota
	// Near values are within 32 bits of the code.
	Near
	// ThreadLocal values have the address of a tls_index (x86-64 psABI) as theirs.
	ThreadLocal
)

// Refusal says why a function is left to LLVM. Reasons are few, so that they can be counted.
type Refusal struct {
	Reason string
	Detail string // what exactly, for a reader
}

func (r *Refusal) Error() string {
	if r.Detail == "" {
		return r.Reason
	}
	return r.Reason + ": " + r.Detail
}

// Compiler compiles one function after the other. It is for one goroutine at a time.
type Compiler struct {
	asm  x64.Assembler
	unit code.Unit
	body *bitcode.Code

	module  *bitcode.Module
	modules map[*bitcode.Module]*moduleInfo
	info    *moduleInfo
	reach   []Reach // by place

	values []value // arguments, constants and instructions of the function
	first  bitcode.ValueID
	flow
	state
	frame
	threadLocals
	eh
	differences []difference // between blocks
	mentions    []bitcode.Mention
	dump        *dumper
}

// New returns a compiler.
func New() *Compiler { return &Compiler{modules: map[*bitcode.Module]*moduleInfo{}} }

// Compile compiles a function. Reach is by place of the module's symbols. The unit is good until the next call. The
// error is a *Refusal, or that of reading the body. Variables are those that hold addresses of the function's blocks:
// the unit defines them.
func (c *Compiler) Compile(f *bitcode.Symbol, variables []*bitcode.Symbol, reach []Reach) (*code.Unit, error) {
	c.reach = reach
	return c.make(f.LendCode, func() { c.compile(variables) })
}

// make has a body, or a module's constants, lent and makes a unit of that.
func (c *Compiler) make(lend func(func(*bitcode.Code)) error, compile func()) (*code.Unit, error) {
	var refused error
	err := lend(func(b *bitcode.Code) {
		c.body = b
		refused = guarded(compile)
		c.body = nil
	})
	if err = cmp.Or(err, refused); err != nil {
		return nil, err
	}
	return &c.unit, nil
}

// guarded returns the refusal by which f ended, if it did. Refusals are raised by refuse, wherever they are found.
func guarded(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Refusal:
			err = r
		case runtime.Error:
			// Input that LLVM's verifier refuses may break what is taken for granted here: LLVM says what is wrong with
			// it.
			err = &Refusal{"an internal error", fmt.Sprintf("%v\n%s", r, debug.Stack())}
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// compile compiles the present body.
func (c *Compiler) compile(variables []*bitcode.Symbol) {
	c.begin()
	c.checkFunction()
	c.analyze()
	c.assign()
	c.generate(variables)
}

// refuse leaves the function to LLVM.
func refuse(reason, detail string) {
	panic(&Refusal{reason, detail})
}

// begin takes up the present body.
func (c *Compiler) begin() {
	c.asm.Reset()
	c.unit.Reset()
	c.module = c.body.Function.Module
	if c.info = c.modules[c.module]; c.info == nil {
		c.info = newModuleInfo(c.module, c.body.Tables)
		c.modules[c.module] = c.info
	}
	c.beginValues()
	c.beginExceptions()
	c.differences, c.mentions = c.differences[:0], c.mentions[:0]
	c.named, c.asking = c.named[:0], c.asking[:0]
}

// Mentions are what the code of the function compiled last calls and which addresses it uses, in the order of its code:
// what bitcode.Symbol.Skim finds by a look of its own. They are good until the next call of Compile.
func (c *Compiler) Mentions() []bitcode.Mention { return c.mentions }

// mention notes a mention by the instruction whose code is generated, unless it is the same as the one before.
func (c *Compiler) mention(m bitcode.Mention) {
	m.Inst = uint32(c.inst)
	if n := len(c.mentions); n > 0 {
		last := c.mentions[n-1]
		if last.Inst = m.Inst; last == m {
			return
		}
	}
	c.mentions = append(c.mentions, m)
}
