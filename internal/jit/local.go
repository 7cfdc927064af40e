package jit

import (
	"fmt"

	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// Start begins to compile a program in this process and runs its constructors on the calling thread, which waits for what
// they need.
func Start(p *program.Program, o Options) (*Session, error) {
	e, err := newSession(p, o)
	if err != nil {
		return nil, err
	}
	if e.executor, err = stub.StartLocal(e.region); err != nil {
		e.free()
		return nil, err
	}
	e.start()
	if err := e.startProgram(e.executor, e.executor.Init); err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// Lookup returns the address of a function by its name in the modules. Whoever looks a function up is taken to call it soon:
// it is compiled at once, without waiting for it.
func (e *Session) Lookup(name string) (uintptr, error) {
	ref, _ := e.program.Lookup(name)
	address, ok := e.address(ref)
	switch {
	case !ok || ref.External != nil:
		return 0, fmt.Errorf("no module defines %s", name)
	case ref.Symbol != nil && ref.Symbol.Func < 0:
		return 0, variableError(ref.Symbol.Module.Name, name)
	case ref.Object != nil && ref.Object.Data:
		return 0, variableError(ref.Object.Object.Name, name)
	case ref.Symbol != nil && ref.Symbol.Kind == program.Function:
		f := int(ref.Symbol.Func)
		if e.queue.Demand(f) {
			if err := e.failureOf(f); err != nil {
				return 0, err
			}
		}
	}
	return uintptr(address), nil
}

func variableError(input, name string) error {
	return fmt.Errorf("%s: %s is a variable, not a function", input, name)
}

// Stats counts what a program in this process has done so far.
func (e *Session) Stats() Stats {
	s := e.stats(0)
	s.WallMS = milliseconds(stub.Now() - e.options.Began)
	s.IndexMS = milliseconds(e.options.Indexed)
	return s
}

// Close ends a program in this process. Its destructors, which run on the calling thread, may need functions that are not
// compiled yet, so workers end after them.
func (e *Session) Close() {
	e.executor.Close()
	e.trace.ended()
	e.stop()
	e.workers.Wait()
	e.remember()
	e.writeTrace(0)
	e.free()
}

// free gives back what a session holds that the garbage collector does not know of. No worker may be at work.
func (e *Session) free() {
	e.linker.Close()
	for _, m := range e.modules {
		m.Close()
	}
	e.region.Close()
}
