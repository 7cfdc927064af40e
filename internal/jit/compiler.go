package jit

import (
	"errors"

	"github.com/orcast/orcast/internal/llvm"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/tier"
)

// Compiler makes relocatable code of one module at a time. One goroutine at a time uses it; compilers do not disturb
// each other.
type Compiler interface {
	// Compile makes code of functions of a module and of the variables that hold addresses of their blocks. If the
	// functions share such addresses with others, it compiles nothing and returns the others: all of them have to be
	// compiled together. An error that is ErrRefused sends the functions to the next compiler. The same functions may
	// be compiled again.
	Compile(m *loader.Module, functions []program.FuncID) (code loader.Code, tied []program.FuncID, err error)
	// Tier is that of its code.
	Tier() tier.Tier
	Close()
}

// ErrRefused says that a compiler does not know how to compile some function. It is no failure: another compiler may.
var ErrRefused = errors.New("this compiler does not know how to compile the function")

// llvmCompiler is LLVM at some effort, made when first needed and anew after a crash. It refuses nothing.
type llvmCompiler struct {
	tier   tier.Tier
	blocks loader.BlockVariables
	worker *llvm.Worker
}

func (c *llvmCompiler) Tier() tier.Tier { return c.tier }

func (c *llvmCompiler) Close() {
	if c.worker != nil {
		c.worker.Close()
		c.worker = nil
	}
}

func (c *llvmCompiler) ready() *llvm.Worker {
	if c.worker != nil && c.worker.Crashed() {
		c.Close()
	}
	if c.worker == nil {
		c.worker = llvm.NewWorker(c.tier.Effort())
	}
	return c.worker
}

func (c *llvmCompiler) Compile(m *loader.Module, functions []program.FuncID) (loader.Code, []program.FuncID, error) {
	places := m.Positions(functions)
	object, others, err := c.ready().Compile(m.LLVM, places, c.blocks.By(m, places))
	if err != nil {
		return nil, nil, err
	}
	if len(others) > 0 {
		return nil, m.At(others), nil
	}
	return object, nil, nil
}

// compileData makes code of a module's static data: its variables, but for those that hold addresses of blocks, its
// aliases of data and its assembly.
func (c *llvmCompiler) compileData(m *loader.Module) (loader.Code, error) {
	object, err := c.ready().CompileData(m.LLVM, c.blocks.Of(m.Number))
	if err != nil {
		return nil, err // not a nil object
	}
	return object, nil
}
