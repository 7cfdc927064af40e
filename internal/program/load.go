package program

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/orcast/orcast/internal/bitcode"
)

// Reader reads programs.
type Reader struct {
	// ParseIR turns textual IR into bitcode. Its errors should name the input and the line. It is called
	// from several goroutines at once.
	ParseIR func(name string, text []byte) ([]byte, error)
	// Memory are inputs that are no files, by name.
	Memory map[string][]byte
	// Lasting says that programs are needed until the process ends.
	Lasting bool
}

// Load reads and links the inputs of a run: bitcode, textual IR, archives, native objects and shared
// libraries, told apart by content. Libraries are further shared libraries, as paths or as names that dlopen
// searches for. Entry is the function to start, or "" for none. What an error says is complete: it names the input and
// what to do.
func (r *Reader) Load(inputs, libraries []string, entry string) (*Program, error) {
	files, err := r.open(inputs, libraries)
	if err != nil {
		return nil, err
	}
	if err := r.index(files); err != nil {
		return nil, err
	}
	return link(files, entry)
}

// unit is what an archive's member or an input of its own is linked as: modules or an object.
type unit struct {
	modules []*Module
	object  *Object
}

// index reads the symbols of all files, in parallel.
func (r *Reader) index(files []*file) error {
	type task struct {
		file   *file
		member int
	}
	var tasks []task
	for _, f := range files {
		f.units = make([]unit, len(f.members))
		for i := range f.members {
			tasks = append(tasks, task{f, i})
		}
	}
	return parallel(len(tasks), func(i int) (err error) {
		f, member := tasks[i].file, tasks[i].member
		f.units[member], err = r.readUnit(f, f.members[member])
		return ofInput(f.name, err)
	})
}

// readUnit reads the symbols of a file or of an archive's member. Members that are neither bitcode nor an
// object make an empty unit.
func (r *Reader) readUnit(f *file, data member) (unit, error) {
	name := f.name
	if f.archive {
		name = fmt.Sprintf("%s(%s)", f.name, data.name)
	}
	switch kindOf(data.data) {
	case bitcodeFile:
		modules, err := readModules(name, data.data)
		return unit{modules: modules}, err
	case elfFile:
		object, err := readObject(name, data.data)
		return unit{object: object}, err
	case textFile:
		if f.archive {
			return unit{}, nil
		}
		ir, err := r.ParseIR(name, data.data)
		if err != nil {
			return unit{}, err
		}
		modules, err := readModules(name, ir)
		return unit{modules: modules}, err
	}
	return unit{}, nil
}

func readModules(name string, data []byte) ([]*Module, error) {
	b, err := bitcode.Read(name, data)
	if err != nil {
		return nil, err
	}
	var modules []*Module
	for i, one := range b.Modules {
		m := &Module{Name: name, Data: data, Bitcode: one}
		if len(b.Modules) > 1 {
			m.Name = fmt.Sprintf("%s[%d]", name, i)
		}
		m.asm = scanAsm(m, one.Asm)
		if err := checkModule(m.Name, one); err != nil {
			return nil, err
		}
		modules = append(modules, m)
	}
	return modules, nil
}

// link links files in their order. Of an archive it takes the members that define a needed name: those needed
// so far where the archive stands, as ld does, and those needed in the end by what stands behind it.
func link(files []*file, entry string) (*Program, error) {
	p := &Program{}
	size := 0
	for _, f := range files {
		for _, u := range f.units {
			for _, m := range u.modules {
				size += symbolCount(m.Bitcode)
			}
		}
	}
	l := newLinker(p, size)
	if entry != "" {
		l.names.list[l.names.intern(entry)].needed = true
	}
	for _, f := range files {
		var err error
		switch {
		case f.shared != "":
			p.Libraries = append(p.Libraries, f.shared)
		case f.archive:
			_, err = l.pull(f)
		default:
			err = l.addUnit(f.units[0])
		}
		if err != nil {
			return nil, err
		}
	}
	if err := l.pullAll(files); err != nil {
		return nil, err
	}
	if err := l.checkDuplicates(); err != nil {
		return nil, err
	}
	l.bind()
	if entry == "" {
		return p, nil
	}
	return p, p.findEntry(entry)
}

// pullAll takes members of archives until none is needed any more.
func (l *linker) pullAll(files []*file) error {
	for pulled := true; pulled; {
		pulled = false
		for _, f := range files {
			some, err := l.pull(f)
			if err != nil {
				return err
			}
			pulled = pulled || some
		}
	}
	return nil
}

func (l *linker) addUnit(u unit) error {
	for _, m := range u.modules {
		if err := l.addModule(m); err != nil {
			return err
		}
	}
	if u.object != nil {
		l.addObject(u.object)
	}
	return nil
}

// pull links those members of an archive that define a needed name, again and again until there is none, and
// says whether there was one.
func (l *linker) pull(f *file) (bool, error) {
	if !f.archive {
		return false, nil
	}
	some := false
	for again := true; again; {
		again = false
		for i, u := range f.units {
			if !l.wantsFrom(u) {
				continue
			}
			f.units[i] = unit{}
			if err := l.addUnit(u); err != nil {
				return false, err
			}
			some, again = true, true
		}
	}
	return some, nil
}

// wantsFrom says whether a unit defines a needed name.
func (l *linker) wantsFrom(u unit) bool {
	for _, m := range u.modules {
		for _, a := range m.asm {
			if a.Global && l.wants(a.Name) {
				return true
			}
		}
		for _, s := range symbolsOf(m.Bitcode) {
			if isDefinition(s) && !isLocal(s) && !isSpecial(s) && l.wants(plainName(s.Name)) {
				return true
			}
		}
	}
	if u.object != nil {
		for _, s := range u.object.Defined {
			if l.wants(s.Name) {
				return true
			}
		}
	}
	return false
}

// parallel calls do for 0 to n-1 on all cores and returns the error of the lowest one that failed.
func parallel(n int, do func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				errs[i] = do(i)
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
