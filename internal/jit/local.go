package jit

import (
	"fmt"

	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// Start begins to compile a program in this process and runs its constructors on the calling thread, which waits for
// what they need.
func Start(p *program.Program, o Options) (*Session, error) {
	s, err := newSession(p, o)
	if err != nil {
		return nil, err
	}
	if s.executor, err = stub.StartLocal(s.loader.Region); err != nil {
		s.loader.Close()
		return nil, err
	}
	s.start()
	if err := s.startProgram(s.executor, s.executor.Init); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Lookup returns the address of a function by its name in the modules. Whoever looks a function up is taken to call it
// soon: it is compiled at once, without waiting for it.
func (s *Session) Lookup(name string) (uintptr, error) {
	ref, err := s.find(name)
	if err != nil {
		return 0, err
	}
	if of := ref.Symbol; of != nil && of.Kind == program.Function && s.queue.Demand(of.Func) {
		if err := s.failureOf(of.Func); err != nil {
			return 0, err
		}
	}
	address, _ := s.loader.Address(ref)
	return uintptr(address), nil
}

// Function finds a function by its name in the modules of IR.
func (s *Session) Function(name string) (program.FuncID, error) {
	ref, err := s.find(name)
	switch {
	case err != nil:
		return program.NoFunc, err
	case ref.Symbol == nil || ref.Symbol.Kind != program.Function:
		return program.NoFunc, fmt.Errorf("%s is not compiled from IR", name)
	}
	return ref.Symbol.Func, nil
}

// find finds what has an address and is no variable.
func (s *Session) find(name string) (program.Ref, error) {
	ref, _ := s.loader.Program.Lookup(name)
	_, ok := s.loader.Address(ref)
	switch {
	case !ok || ref.External != nil:
		return ref, fmt.Errorf("no module defines %s", name)
	case ref.Symbol != nil && ref.Symbol.Func < 0:
		return ref, variableError(ref.Symbol.Module.Name, name)
	case ref.Object != nil && ref.Object.Data:
		return ref, variableError(ref.Object.Object.Name, name)
	}
	return ref, nil
}

func variableError(input, name string) error {
	return fmt.Errorf("%s: %s is a variable, not a function", input, name)
}

// Close ends a program in this process. Its destructors, which run on the calling thread, may need functions that are
// not compiled yet, so workers end after them.
func (s *Session) Close() {
	s.executor.Close()
	s.journal.Reached(journal.Ended)
	s.stop()
	s.workers.Wait()
	if s.promoter != nil {
		s.promoter.close()
	}
	s.remember()
	s.writeTrace(0)
	s.loader.Close()
}
