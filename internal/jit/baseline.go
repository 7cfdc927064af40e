package jit

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"sync"

	"github.com/orcast/orcast/forecast"
	"github.com/orcast/orcast/internal/baseline"
	"github.com/orcast/orcast/internal/code"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/tier"
)

// baselineCompiler is a worker's baseline compiler. It refuses what it does not know.
type baselineCompiler struct {
	loader   *loader.Loader
	view     *forecast.Program
	refusals *refusals
	dump     string // see Options
	compiler *baseline.Compiler
	arena    *code.Arena
	lent     *loader.Unit // the compiler's last one; nil if there is none
}

func newBaselineCompiler(s *Session) *baselineCompiler {
	return &baselineCompiler{loader: s.loader, view: s.view, refusals: &s.refusals, dump: s.options.Dump,
		compiler: baseline.New(), arena: s.loader.NewArena()}
}

// Tier implements Compiler.
func (c *baselineCompiler) Tier() tier.Tier { return tier.Baseline }

// Close implements Compiler.
func (c *baselineCompiler) Close() {}

// Compile implements Compiler. It takes one function at a time.
func (c *baselineCompiler) Compile(m *loader.Module,
	functions []program.FuncID) (loader.Code, []program.FuncID, error) {
	if len(functions) != 1 {
		return nil, nil, ErrRefused
	}
	c.takeBack()
	f := m.Function(functions[0])
	if c.dump != "" && c.dump == f.Name {
		c.compiler.Dump(os.Stderr)
		defer c.compiler.Dump(nil)
	}
	unit, err := c.compiler.Compile(f.Def, c.loader.Blocks.OwnedBy(f), m.Reach)
	if err == nil && c.loader.Blocks.Shares(f.Def) {
		err = &baseline.Refusal{Reason: "a function whose blocks a variable of another has addresses of"}
	}
	if err != nil {
		c.refusals.add(err, f.Name, c.dump == "refusals")
		return nil, nil, ErrRefused
	}
	c.view.Teach(functions[0], c.compiler.Mentions())
	c.lent = loader.Lend(unit, c.arena)
	return c.lent, nil, nil
}

// takeBack prepares for the compiler's next unit. Somebody may still need the last one: linking that may have this one
// compiled.
func (c *baselineCompiler) takeBack() {
	if c.lent != nil {
		c.lent.Own()
		c.lent = nil
	}
}

// compileData makes the static data of a module, or refuses it.
func (c *baselineCompiler) compileData(m *loader.Module) (loader.Code, error) {
	c.takeBack()
	unit, err := c.compiler.CompileData(m.Bitcode, c.loader.StaticData(m), m.Reach)
	if err != nil {
		c.refusals.add(err, "static data of "+m.Name, c.dump == "refusals")
		return nil, ErrRefused
	}
	return c.loader.NewUnitOf(unit), nil
}

// refusals count what the baseline compiler leaves to LLVM. Any number of goroutines may use them.
type refusals struct {
	mu      sync.Mutex
	reasons map[string]int
}

func (r *refusals) add(err error, function string, tell bool) {
	reason := "a body that cannot be read"
	var refusal *baseline.Refusal
	if errors.As(err, &refusal) {
		reason = refusal.Reason
	}
	if tell {
		fmt.Fprintf(os.Stderr, "orcast: refused: %s: %v\n", function, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reasons == nil {
		r.reasons = map[string]int{}
	}
	r.reasons[reason]++
}

// counts are how many functions were refused for which reason; nil if there were none.
func (r *refusals) counts() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.reasons)
}
