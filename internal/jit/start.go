package jit

import (
	"fmt"
	"slices"

	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/sched"
	"github.com/orcast/orcast/internal/stub"
	"github.com/orcast/orcast/trace"
)

// startProgram brings the executor to the point where the program begins: libraries, addresses, static data and
// thread-local storage are in place; and then has it begin. Workers compile meanwhile.
func (s *Session) startProgram(executor *stub.Executor, begin func(stub.Start) error) error {
	if err := s.loader.Prepare(executor, s.executor != nil); err != nil {
		return err
	}
	if err := s.linkData(); err != nil {
		return err
	}
	if err := s.loader.Complete(); err != nil {
		return err
	}
	close(s.linkable)
	s.journal.Reached(journal.Started)
	start, err := s.loader.Start()
	if err != nil {
		return err
	}
	return begin(start)
}

// linkData links the static data of all modules, native objects, and the units which static data refers into.
func (s *Session) linkData() error {
	items := s.loader.Objects()
	defer func() {
		for _, it := range items {
			it.Code.Close()
		}
	}()
	for i, result := range s.data {
		r := <-result
		if r.err != nil {
			return fmt.Errorf("%s: compiling static data: %w", s.loader.Modules[i].Name, r.err)
		}
		items = append(items, loader.Item{Code: r.code, Module: s.loader.Modules[i], Renumbering: r.edited})
	}
	units, owners, err := s.compileOwners()
	if err != nil {
		return err
	}
	items = slices.Concat(items, units, s.reuse.Early())
	clock := s.journal.Time(journal.Link)
	linked, err := s.loader.LinkData(items)
	clock.Stop()
	if err != nil {
		return err
	}
	for _, l := range linked {
		s.journal.Linked(l.CodeSize)
	}
	s.settle(owners, s.options.Tier.LLVM(), nil)
	s.reuse.LinkFirst()
	return nil
}

// claimOwners takes the functions that are to be linked with static data because it needs them, with those that have to
// be compiled with them: nobody else may have these at hand when their turn comes.
func (s *Session) claimOwners() {
	for _, owner := range s.loader.LinkedWithData {
		if !s.queue.Claim(owner, sched.Demand) {
			continue
		}
		unit := []program.FuncID{owner}
		for _, f := range s.loader.Sharing(owner) {
			if s.queue.Claim(f, sched.Demand) {
				unit = append(unit, f)
			}
		}
		s.owners = append(s.owners, unit)
	}
}

// compileOwners makes code of the functions that claimOwners took, and of those which share their blocks' addresses.
func (s *Session) compileOwners() (items []loader.Item, functions []program.FuncID, err error) {
	w := s.newWorker(journal.Starter)
	defer w.close()
	for _, unit := range s.owners {
		owner := unit[0]
		if slices.Contains(functions, owner) {
			continue
		}
		m := s.loader.ModuleOf(owner)
		span := s.journal.Begin(m.Number, w.number)
		span.Functions, span.Reason, span.Tied = unit, trace.Demand, len(unit) > 1
		code, err := w.compile(span, s.options.Tier)
		if err == errTaken {
			err = fmt.Errorf("compiling %s: the blocks whose addresses it shares with other functions are in use "+
				"already", s.loader.FunctionName(owner))
		}
		if err != nil {
			return nil, nil, err
		}
		span.Object = code
		span.End()
		items = append(items, loader.Item{Code: code, Module: m})
		functions = append(functions, span.Functions...)
	}
	return items, functions, nil
}
