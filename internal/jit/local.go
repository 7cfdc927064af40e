package jit

import (
	"fmt"

	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// Start begins to compile a program in this process and runs its constructors on the calling thread, which waits for what
// they need.
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

// Lookup returns the address of a function by its name in the modules. Whoever looks a function up is taken to call it soon:
// it is compiled at once, without waiting for it.
func (s *Session) Lookup(name string) (uintptr, error) {
	ref, _ := s.loader.Program.Lookup(name)
	address, ok := s.loader.Address(ref)
	switch {
	case !ok || ref.External != nil:
		return 0, fmt.Errorf("no module defines %s", name)
	case ref.Symbol != nil && ref.Symbol.Func < 0:
		return 0, variableError(ref.Symbol.Module.Name, name)
	case ref.Object != nil && ref.Object.Data:
		return 0, variableError(ref.Object.Object.Name, name)
	case ref.Symbol != nil && ref.Symbol.Kind == program.Function:
		f := ref.Symbol.Func
		if s.queue.Demand(f) {
			if err := s.failureOf(f); err != nil {
				return 0, err
			}
		}
	}
	return uintptr(address), nil
}

func variableError(input, name string) error {
	return fmt.Errorf("%s: %s is a variable, not a function", input, name)
}

// Close ends a program in this process. Its destructors, which run on the calling thread, may need functions that are not
// compiled yet, so workers end after them.
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
