package orcast

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ebitengine/purego"

	"github.com/orcast/orcast/internal/jit"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/readable"
	"github.com/orcast/orcast/internal/stub"
)

// Engine compiles modules in this process, each function when it is first called or ahead of that, and lets Go call
// them. Modules, host and libraries share their memory.
//
// Add modules, Start, then Lookup functions and call them; Close in the end. All methods may be called by any
// goroutine, and functions by any number of goroutines and threads at once, but for what Close says. There may be
// several engines at a time.
//
// # Notes
//
//   - What a module does wrong happens to this process: a fault in its code, or a call of a function that cannot be
//     compiled, ends it.
//   - No exception of C++ and no longjmp may cross a Go function that a module calls.
//   - A Go function that a module calls may use the engine, but not while Start, or a Lookup that starts it, runs
//     constructors, nor while Close runs destructors: it would wait for itself.
//   - A Heuristic, a Warn and the writer of a Trace may not use the engine, nor wait for who does: Start and Close wait
//     for them.
//   - Libraries that an engine loads stay loaded, and modules see their symbols and those of libc, not those of the
//     host's executable: give these by Define.
//   - An engine takes 2 GiB of address space, and memory for what is compiled.
type Engine struct {
	options Options

	mu      sync.Mutex // guards what follows, and is held while the engine starts and closes
	inputs  []string
	memory  map[string][]byte
	defined map[string]uint64
	state   engineState
	failure error         // of Start
	began   time.Duration // by stub.Now
	indexed time.Duration // from then until inputs were linked
	session *jit.Session  // nil before Start and after Close
}

type engineState uint8

const (
	opened engineState = iota
	started
	closed
)

// New makes an engine without modules.
//
// An error says which option makes no sense.
func New(o Options) (*Engine, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	return &Engine{options: o, memory: map[string][]byte{}, defined: map[string]uint64{}}, nil
}

var (
	// ErrStarted is what an Engine says to whoever comes too late to change what it runs.
	ErrStarted = errors.New("the engine has started: what it runs is decided before; make another engine")
	// ErrClosed is what an Engine says after Close.
	ErrClosed = errors.New("the engine is closed")
)

// prepare lets change something that is decided before the engine starts.
func (e *Engine) prepare(change func() error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch e.state {
	case started:
		return ErrStarted
	case closed:
		return ErrClosed
	}
	return change()
}

// AddFile adds a file of bitcode or textual IR, an archive, a native object or a shared library. It is read by Start.
// Symbols are resolved as by a static link of all inputs in the order in which they were added, so only those members
// of an archive take part which others refer to.
//
// An error says that a module in memory has that name.
func (e *Engine) AddFile(path string) error {
	return e.prepare(func() error {
		if _, ok := e.memory[path]; ok {
			return fmt.Errorf("there is a module called %s already: name the file in another way, as by its full path",
				path)
		}
		e.inputs = append(e.inputs, path)
		return nil
	})
}

// AddModule adds a module of bitcode or textual IR (or an archive or native object) that is in memory. Name is for
// messages, and must differ from those of other inputs. The data must not be changed until Close.
func (e *Engine) AddModule(name string, data []byte) error {
	return e.prepare(func() error {
		if slices.Contains(e.inputs, name) {
			return fmt.Errorf("there is an input called %s already: choose another name", name)
		}
		e.inputs = append(e.inputs, name)
		e.memory[name] = data
		return nil
	})
}

// Define gives modules a symbol of the host's: a function such as purego.NewCallback makes, or a variable that does not
// move, in memory that is not Go's. It comes before what libraries define. Start refuses it for a thread-local
// variable.
func (e *Engine) Define(name string, address uintptr) error {
	return e.prepare(func() error {
		if address == 0 {
			return fmt.Errorf("%s has no address", name)
		}
		e.defined[name] = uint64(address)
		return nil
	})
}

// Start reads and links the modules, begins to compile what is expected to be called, and runs constructors on the
// calling thread. Lookup does it if nobody has. A second Start says what the first one said.
//
// An error says that an input cannot be used, or that what the modules need is not there; the engine can then only be
// closed.
func (e *Engine) Start() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.start()
}

// start is Start for callers that hold e.mu.
func (e *Engine) start() error {
	switch e.state {
	case closed:
		return ErrClosed
	case opened:
		e.state = started
		e.began = stub.Now()
		if e.failure = e.launch(); e.failure != nil {
			e.failure = readable.Error(e.failure)
		}
	}
	return e.failure
}

func (e *Engine) launch() error {
	p, err := loader.Read(e.inputs, e.options.Libraries, "", e.memory)
	if err != nil {
		return err
	}
	e.indexed = stub.Now() - e.began
	o := e.options.session(e.inputs, "", e.began, e.indexed)
	o.Host = maps.Clone(e.defined)
	e.session, err = jit.Start(p, o)
	return err
}

// Func is a function of a module.
type Func struct {
	Name    string
	address uintptr
}

// Lookup finds a function by its name in the modules, which for C++ is the mangled one. Whoever looks a function up is
// taken to call it soon: it is compiled at once, without waiting for it.
//
// An error says that no module defines such a function, that it is known already that it cannot be compiled, or what
// Start said.
func (e *Engine) Lookup(name string) (*Func, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.start(); err != nil {
		return nil, err
	}
	address, err := e.session.Lookup(name)
	if err != nil {
		return nil, readable.Error(err)
	}
	return &Func{name, address}, nil
}

// Address is where the function can be called, until the engine is closed. It never changes.
func (f *Func) Address() uintptr { return f.address }

// Bind makes function, a pointer to a variable of a function type, call f. The types of parameters and result must be
// those of f: Go does not know them. Integers, floats, pointers, strings and functions may be parameters, as
// purego.RegisterFunc describes.
//
// An error says that there is no way to call a function of that type.
func (f *Func) Bind(function any) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("binding %s to a %T: %v", f.Name, function, reason)
		}
	}()
	purego.RegisterFunc(function, f.address)
	return nil
}

// Promote compiles a function again with more effort, on the calling thread, and lets everybody have the better code:
// calls that begin afterwards get there, those under way end in the code that they are in. The function keeps its
// address. It must have been compiled before: whoever has called it knows that it has.
//
// An error says that no module defines such a function, that it cannot be compiled, or, if it is ErrNotPromoted, why
// the function has to keep its code.
func (e *Engine) Promote(name string, effort Effort) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.state == closed:
		return ErrClosed
	case effort > O3:
		return noEffort(int(effort - O0))
	case e.session == nil:
		return ErrNotPromoted
	}
	f, err := e.session.Function(name)
	if err == nil {
		err = e.session.Promote(f, effort.tier().LLVM())
	}
	return readable.Error(err)
}

// Stats counts what the engine has done since Start. PeakRSSBytes is that of the whole process.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.session == nil {
		return Stats{}
	}
	report := e.session.Report()
	s := newStats(&report, &e.options, 0)
	s.Wall, s.Index = stub.Now()-e.began, e.indexed
	return s
}

// Close ends the engine: what modules registered with atexit and their destructors run on the calling thread, then
// their code and data are gone. A second Close does nothing.
//
// No thread may be in a module's code, or get there later: through a bound variable, a handler of a signal, a thread
// that the module started. A process that ends by os.Exit closes nothing.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state = closed
	if e.session != nil {
		e.session.Close()
		e.session = nil
	}
	return nil
}
