// Package test runs programs through orcast and natively and compares what can be seen of them.
//
// Rule: nothing here knows how orcast works; it uses only the command, clang 22 and the programs of this folder.
package test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// program is one program of the folder programs in one of its builds.
type program struct {
	name    string   // file or folder name without extension, and the flags if there are several builds
	sources []string // paths, in the order of linking
	headers []string // what the sources include from their folder
	directives
	flags []string // the compiler's, of this build
}

// directives are what the comments at the head of a program ask for; README.md documents them.
type directives struct {
	args      []string
	stdin     string
	builds    []string // each "cflags" line
	ldflags   []string
	libraries []string
	archives  []string            // of native objects, of the system
	cpuFlags  []string            // of /proc/cpuinfo
	ownFlags  map[string][]string // the compiler's, by the source that they are for
	compilers map[string]string   // in place of clang, by source: gcc
}

// built is a program ready to run both ways.
type built struct {
	native string
	inputs []string // orcast's, in the order of linking
}

// loadPrograms reads all programs of a folder, sorted by name, one per build.
func loadPrograms(folder string) ([]program, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var programs []program
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		p := program{name: strings.TrimSuffix(entry.Name(), filepath.Ext(entry.Name()))}
		files := []string{path}
		if entry.IsDir() {
			p.name = entry.Name()
			if files, err = filepath.Glob(filepath.Join(path, "*")); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			if filepath.Ext(file) == ".h" {
				p.headers = append(p.headers, file)
				continue
			}
			p.sources = append(p.sources, file)
			if err := p.directives.read(file); err != nil {
				return nil, err
			}
		}
		programs = append(programs, p.perBuild()...)
	}
	return programs, nil
}

// perBuild gives one program for each set of compiler flags; clang's -O2 if there is none.
func (p program) perBuild() []program {
	if len(p.builds) == 0 {
		p.builds = []string{"-O2"}
	}
	var programs []program
	for _, flags := range p.builds {
		each := p
		each.flags = strings.Fields(flags)
		if len(p.builds) > 1 {
			each.name += "@" + strings.ReplaceAll(flags, " ", "")
		}
		programs = append(programs, each)
	}
	return programs
}

// read adds the directives of the comment lines at the head of a file.
func (d *directives) read(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if d.ownFlags == nil {
		d.ownFlags, d.compilers = map[string][]string{}, map[string]string{}
	}
	for line := range strings.Lines(string(text)) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "//")
		if !ok {
			comment, ok = strings.CutPrefix(strings.TrimSpace(line), ";")
		}
		if !ok {
			return nil
		}
		name, value, _ := strings.Cut(strings.TrimSpace(comment), ":")
		value = strings.TrimSpace(value)
		switch name {
		case "args":
			if d.args, err = splitArguments(value); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		case "stdin":
			d.stdin += value + "\n"
		case "cflags":
			d.builds = append(d.builds, value)
		case "own-cflags":
			d.ownFlags[path] = append(d.ownFlags[path], strings.Fields(value)...)
		case "compiler":
			d.compilers[path] = value
		case "archives":
			for _, name := range strings.Fields(value) {
				d.archives = append(d.archives, filepath.Join("/usr/lib/x86_64-linux-gnu", name))
			}
		case "native-ldflags":
			d.ldflags = append(d.ldflags, strings.Fields(value)...)
		case "load":
			d.libraries = append(d.libraries, strings.Fields(value)...)
		case "skip-unless":
			d.cpuFlags = append(d.cpuFlags, strings.Fields(value)...)
		}
	}
	return nil
}

// splitArguments splits at spaces; an argument in Go's double quotes may have spaces or be empty.
func splitArguments(text string) ([]string, error) {
	var arguments []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if text[0] != '"' {
			word, rest, _ := strings.Cut(text, " ")
			arguments, text = append(arguments, word), rest
			continue
		}
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return nil, fmt.Errorf("argument %s: %w", text, err)
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, fmt.Errorf("argument %s: %w", text, err)
		}
		arguments, text = append(arguments, word), text[len(quoted):]
	}
	return arguments, nil
}

// missing returns what the program needs and this machine has not, or "".
func (p program) missing() string {
	for _, archive := range p.archives {
		if _, err := os.Stat(archive); err != nil {
			return archive
		}
	}
	return p.missingCPUFlag()
}

// missingCPUFlag returns a flag that the program needs and this machine has not, or "".
func (p program) missingCPUFlag() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	present := strings.Fields(string(info))
	for _, flag := range p.cpuFlags {
		if !slices.Contains(present, flag) {
			return flag
		}
	}
	return ""
}

// build makes the program's inputs for orcast and, of the same bitcode, its native executable. It keeps them under
// $ORCAST_TEST_CACHE if that is set, by the hash of all that went in.
func (p program) build(t *testing.T) built {
	t.Helper()
	requireClang(t)
	cache := os.Getenv("ORCAST_TEST_CACHE")
	if cache == "" {
		return p.buildIn(t, t.TempDir())
	}
	folder := filepath.Join(cache, p.hash(t))
	if _, err := os.Stat(filepath.Join(folder, "program")); err == nil {
		return p.outputs(folder)
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(cache, "new-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	p.buildIn(t, fresh)
	// Another test process may have been faster; its result is as good.
	if err := os.Rename(fresh, folder); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	return p.outputs(folder)
}

func (p program) hash(t *testing.T) string {
	hash := sha256.New()
	fmt.Fprintln(hash, "layout 1", p.name, p.flags, p.ldflags)
	for _, path := range slices.Concat(p.sources, p.headers) {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(hash, path)
		if _, err := io.Copy(hash, file); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	return hex.EncodeToString(hash.Sum(nil))[:20]
}

// kind tells what becomes of a source, by the last but one part of its name.
func kind(source string) string {
	stem := strings.TrimSuffix(filepath.Base(source), filepath.Ext(source))
	switch filepath.Ext(stem) {
	case ".so":
		return "shared library"
	case ".o":
		return "native object"
	case ".plugin":
		return "plugin"
	case ".a":
		return "archive member"
	}
	return "module"
}

// output names the file that a source becomes: a.c is a.bc, part.o.c is part.o, b.ll stays text.
func output(folder, source string) string {
	stem := strings.TrimSuffix(filepath.Base(source), filepath.Ext(source))
	switch {
	case kind(source) == "shared library", kind(source) == "native object", kind(source) == "plugin":
		return filepath.Join(folder, stem)
	case filepath.Ext(source) == ".ll":
		return filepath.Join(folder, stem+".ll")
	}
	return filepath.Join(folder, strings.TrimSuffix(stem, ".a")+".bc")
}

// outputs lists what buildIn made: modules and objects in their order, then the archive, then shared libraries.
func (p program) outputs(folder string) built {
	b := built{native: filepath.Join(folder, "program")}
	var archive, shared []string
	for _, source := range p.sources {
		switch kind(source) {
		case "shared library":
			shared = append(shared, output(folder, source))
		case "archive member":
			archive = []string{filepath.Join(folder, "members.a")}
		case "plugin":
		default:
			b.inputs = append(b.inputs, output(folder, source))
		}
	}
	b.inputs = slices.Concat(b.inputs, archive, p.archives, shared)
	return b
}

func (p program) buildIn(t *testing.T, folder string) built {
	t.Helper()
	// Of bitcode made for link-time optimisation the native build makes plain objects.
	codegen := slices.DeleteFunc(slices.Clone(p.flags),
		func(flag string) bool { return strings.HasPrefix(flag, "-flto") })
	codegen = append(codegen, "-Wno-unused-command-line-argument", "-Wno-override-module")
	var link, shared, members, objects []string
	for _, source := range p.sources {
		out := output(folder, source)
		object := out + ".native.o"
		switch kind(source) {
		case "shared library", "plugin":
			p.compile(t, source, "-fPIC", "-shared", "-Wl,-soname,"+filepath.Base(out), "-o", out)
			if kind(source) == "shared library" {
				shared = append(shared, out)
			}
			continue
		case "native object":
			p.compile(t, source, "-c", "-o", out)
			link = append(link, out)
			continue
		}
		if filepath.Ext(source) == ".ll" {
			text, err := os.ReadFile(source)
			if err == nil {
				err = os.WriteFile(out, text, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		} else {
			compile(t, source, append(p.flags, "-emit-llvm", "-c", "-o", out)...)
		}
		compile(t, out, append(codegen, "-c", "-o", object)...)
		if kind(source) == "archive member" {
			members, objects = append(members, out), append(objects, object)
		} else {
			link = append(link, object)
		}
	}
	if len(members) > 0 {
		native := filepath.Join(folder, "native.a")
		tool(t, llvmTool("llvm-ar"), append([]string{"rcs", filepath.Join(folder, "members.a")}, members...)...)
		tool(t, llvmTool("llvm-ar"), append([]string{"rcs", native}, objects...)...)
		link = append(link, native)
	}
	driver := "clang-22"
	if slices.ContainsFunc(p.sources, func(source string) bool { return filepath.Ext(source) == ".cpp" }) {
		driver = "clang++-22"
	}
	link = slices.Concat(link, p.archives, shared, p.ldflags,
		[]string{"-Wl,-rpath,$ORIGIN", "-o", filepath.Join(folder, "program")})
	tool(t, driver, link...)
	return p.outputs(folder)
}

// compile makes a native part of the program with the flags given and the source's own. Another compiler than clang
// does not get the build's.
func (p program) compile(t *testing.T, source string, arguments ...string) {
	t.Helper()
	driver := p.compilers[source]
	if driver == "" {
		compile(t, source, slices.Concat([]string{"-fPIC"}, p.flags, arguments, p.ownFlags[source])...)
		return
	}
	if filepath.Ext(source) == ".cpp" {
		driver = strings.Replace(driver, "cc", "++", 1)
	}
	tool(t, driver, slices.Concat([]string{"-w", source}, arguments, p.ownFlags[source])...)
}

// compile runs clang on one source, C++ as C++20.
func compile(t *testing.T, source string, arguments ...string) {
	t.Helper()
	if filepath.Ext(source) == ".cpp" {
		tool(t, "clang++-22", append([]string{"-std=c++20", "-w", source}, arguments...)...)
		return
	}
	tool(t, "clang-22", append([]string{"-w", source}, arguments...)...)
}

// tool runs a program of the tool chain and fails the test with its output if that fails.
func tool(t *testing.T, name string, arguments ...string) {
	t.Helper()
	if output, err := exec.Command(name, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, output)
	}
}

// llvmTool gives the name of one of LLVM's tools as Debian's packages install it.
func llvmTool(name string) string { return name + "-22" }

func requireClang(t *testing.T) {
	t.Helper()
	for _, name := range []string{"clang-22", "clang++-22", llvmTool("llvm-ar")} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is missing: install Debian's packages clang-22 and llvm-22 (make test does)", name)
		}
	}
}
