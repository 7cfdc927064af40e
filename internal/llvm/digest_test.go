package llvm

import (
	"bytes"
	"debug/elf"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/orcast/orcast/internal/bitcode"
)

// source gives to each global value of a module the meaning that it has where the program consists of this module, but
// for what is only declared, which is looked up by name.
func source(number int, bc []byte, m *bitcode.Module) Source {
	s := Source{Number: number, Name: "digest.bc", File: bc, Globals: len(m.Globals), Functions: len(m.Functions),
		Aliases: len(m.Aliases), IFuncs: len(m.IFuncs)}
	for i := range s.Globals + s.Functions + s.Aliases + s.IFuncs {
		r := Ref{Number: uint32(i), Near: true, Defines: true, Self: uint32(i)}
		switch v := m.At(bitcode.Place(i)); {
		case v.Declaration:
			r = Ref{Kind: ByName}
		case v.Kind == bitcode.FunctionSymbol || v.Kind == bitcode.IFuncSymbol ||
			m.Types[v.Type].Kind == bitcode.FunctionType:
			r.Kind = Function
		case v.ThreadLocal != bitcode.NotThreadLocal:
			r.Kind = ThreadLocal
		default:
			r.Kind = Data
		}
		s.Refs = append(s.Refs, r)
	}
	return s
}

// identity is all that the code of a function is to depend on; "" if that cannot be told.
func identity(f *bitcode.Symbol, refs []Ref) string {
	d, err := f.Digest()
	environment, envErr := f.Module.Environment()
	if err != nil || envErr != nil {
		return ""
	}
	id := fmt.Sprintf("%x %x", environment, d.Hash)
	for _, r := range d.Refs {
		ref := refs[r.Place()]
		id += fmt.Sprint(" ", ref.Kind, ref.Near)
		if ref.Kind == ByName {
			id += fmt.Sprintf(" %q", r.Name)
		}
	}
	return id
}

// code is what a function compiles to: what is loaded of its object, with symbols named by their ordinals in its
// digest.
func code(w *Worker, m *Module, f *bitcode.Symbol) (string, error) {
	object, tied, err := w.Compile(m, []uint32{uint32(f.Index)}, nil)
	if err != nil || tied != nil {
		return "", fmt.Errorf("%v, tied to %v", err, tied)
	}
	defer object.Close()
	file, err := elf.NewFile(bytes.NewReader(object.Keep()()))
	if err != nil {
		return "", err
	}
	d, err := f.Digest()
	if err != nil {
		return "", err
	}
	names := map[string]string{fmt.Sprint("ob.", f.Place()): "itself"}
	for i, r := range d.Refs {
		names[fmt.Sprint("oc.", r.Place())] = fmt.Sprint("ref", i)
	}
	symbols, err := file.Symbols()
	if err != nil {
		return "", err
	}
	all := ""
	for _, s := range file.Sections {
		switch {
		case s.Type == elf.SHT_RELA:
			data, _ := s.Data()
			for ; len(data) >= 24; data = data[24:] {
				info := file.ByteOrder.Uint64(data[8:])
				symbol := symbols[info>>32-1]
				name := symbol.Name
				if names[name] != "" {
					name = names[name]
				} else if elf.ST_TYPE(symbol.Info) == elf.STT_SECTION {
					name = file.Sections[symbol.Section].Name
				}
				all += fmt.Sprintf("%s %x %d %s+%x\n", s.Name, data[:8], uint32(info), name, data[16:24])
			}
		case s.Flags&elf.SHF_ALLOC != 0 && s.Type == elf.SHT_PROGBITS:
			data, _ := s.Data()
			all += fmt.Sprintf("%s %d %x\n", s.Name, s.Addralign, data)
		}
	}
	return all, nil
}

// functions are those of a module that have bodies.
func functions(m *bitcode.Module) (list []*bitcode.Symbol) {
	for _, f := range m.Functions {
		if !f.Declaration {
			list = append(list, f)
		}
	}
	return list
}

func moduleOf(t *testing.T, bc []byte) *bitcode.Module {
	t.Helper()
	f, err := bitcode.Read("digest.bc", bc)
	if err != nil {
		t.Fatal(err)
	}
	return f.Modules[0]
}

// TestEqualDigestsMeanEqualCode compiles programs with many flags, and whatever then has equal digests with the code
// generator.
func TestEqualDigestsMeanEqualCode(t *testing.T) {
	clang := "/usr/lib/llvm-22/bin/clang"
	if _, err := os.Stat(clang); err != nil {
		t.Skip("clang of LLVM 22 is not installed")
	}
	var number, equal int
	known := map[string]string{} // code by identity
	from := map[string]string{}  // where that was found
	var modules []*Module
	worker := NewWorker(2)
	defer func() {
		worker.Close()
		for _, m := range modules {
			m.Close()
		}
	}()
	for _, program := range []string{"program.c", "program.cpp"} {
		for _, flags := range []string{"-O0", "-O1", "-O2", "-O2 -g", "-O2 -fno-strict-aliasing", "-O2 -fwrapv",
			"-O1 -fno-pic"} {
			out := filepath.Join(t.TempDir(), "program.bc")
			command := exec.Command(clang, append(strings.Fields(flags), "-w", "-c", "-emit-llvm",
				"../bitcode/testdata/"+program, "-o", out)...)
			if message, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, message)
			}
			bc, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			m := moduleOf(t, bc)
			s := source(number, bc, m)
			module := NewModule(s)
			modules = append(modules, module)
			number++
			for _, f := range functions(m) {
				id := identity(f, s.Refs)
				if id == "" {
					continue
				}
				what := fmt.Sprintf("%s of %s %s", f.Name, program, flags)
				c, err := code(worker, module, f)
				if err != nil {
					t.Errorf("%s: %v", what, err)
				}
				switch k, ok := known[id]; {
				case !ok:
					known[id], from[id] = c, what
				case k != c:
					t.Errorf("%s and %s have equal digests and different code", what, from[id])
				default:
					equal++
				}
			}
		}
	}
	t.Logf("%d functions, and %d more that are equal to one of them", len(known), equal)
	if equal == 0 {
		t.Error("no digests are equal")
	}
}

// TestDamageChangesDigestsOrNoCode flips bits of modules. A function of which the digest stays the same must stay the
// same code.
func TestDamageChangesDigestsOrNoCode(t *testing.T) {
	for _, name := range []string{"digest.ll", "bodies.ll"} {
		text, err := os.ReadFile("../bitcode/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		bc, err := ParseIR(name, text)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { damage(t, bc) })
	}
}

func damage(t *testing.T, bc []byte) {
	const flips = 400
	m := moduleOf(t, bc)
	s := source(0, bc, m)
	identities, codes := map[string]string{}, map[string]string{}
	worker, module := NewWorker(2), NewModule(s)
	for _, f := range functions(m) {
		c, err := code(worker, module, f)
		if err == nil {
			identities[f.Name], codes[f.Name] = identity(f, s.Refs), c
		}
	}
	worker.Close()
	module.Close()
	random := rand.New(rand.NewPCG(1, 2))
	different, same := 0, 0
	for range flips {
		damaged := slices.Clone(bc)
		bit := random.IntN(8 * len(bc))
		damaged[bit/8] ^= 1 << (bit % 8)
		file, err := bitcode.Read("damaged.bc", damaged)
		if err != nil || len(file.Modules) != 1 {
			continue
		}
		m := file.Modules[0]
		s := source(0, damaged, m)
		var worth []*bitcode.Symbol
		for _, f := range functions(m) {
			if id := identity(f, s.Refs); codes[f.Name] != "" && id == identities[f.Name] {
				// Elsewhere its digest, and its code, stay the same if it can be read at all.
				if inside := int64(bit/8) >= f.Body.Start && int64(bit/8) < f.Body.End; inside || random.IntN(8) == 0 {
					worth = append(worth, f)
				}
			} else {
				different++
			}
		}
		if len(worth) == 0 {
			continue
		}
		worker, module := NewWorker(2), NewModule(s)
		for _, f := range worth {
			c, err := code(worker, module, f)
			if worker.Crashed() {
				break
			}
			if err != nil { // what LLVM makes of the others is to be right nevertheless
				continue
			}
			if same++; c != codes[f.Name] {
				t.Errorf("bit %d: the digest of %s stays the same, but not its code", bit, f.Name)
			}
		}
		worker.Close()
		module.Close()
	}
	t.Logf("%d digests changed, %d functions of which they did not were compiled", different, same)
	if different == 0 || same == 0 {
		t.Error("nothing was compared")
	}
}
