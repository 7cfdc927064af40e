package bitcode

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// compiled are the ways in which compilePrograms compiles.
var compiled = [][]string{
	{"-O0"},
	{"-O2", "-g"},
	{"-O1", "-flto=thin", "-fcf-protection=full"},
}

// TestCompare compares what is read here of real programs with what the tools of the LLVM that wrote them print.
func TestCompare(t *testing.T) {
	for version := 14; version <= newest; version++ {
		t.Run(fmt.Sprint("LLVM", version), func(t *testing.T) {
			compilePrograms(t, version, func(t *testing.T, source string, flags []string, out string) {
				compare(t, version, out)
				if source == "program.c" && flags[0] == "-O0" {
					compareSizes(t, version, out)
					checkProgram(t, read(t, out, load(t, out)).Modules[0])
				}
			})
		})
	}
}

// compilePrograms gives the programs of testdata as the clang of a version compiles them in several ways.
func compilePrograms(t *testing.T, version int, use func(t *testing.T, source string, flags []string, path string)) {
	clang := tool(t, version, "clang")
	for _, source := range []string{"program.c", "program.cpp"} {
		for i, flags := range compiled {
			if testing.Short() && (i+version)%3 != 0 {
				continue
			}
			t.Run(source+strings.Join(flags, ""), func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "program.bc")
				arguments := []string{"-w", "-c", "-emit-llvm", "testdata/" + source, "-o", path}
				command(t, clang, slices.Concat(flags, arguments)...)
				use(t, source, flags, path)
			})
		}
	}
}

// TestCompareAssembled does the same with the modules of testdata.
func TestCompareAssembled(t *testing.T) {
	for _, name := range []string{"symbols.ll", "bodies.ll"} {
		_, path := assemble(t, name)
		compare(t, newest, path)
	}
}

// TestCompareWorkloads does the same with real programs, where scripts/workloads.sh has built them.
func TestCompareWorkloads(t *testing.T) {
	for _, name := range []string{"speedtest1", "lua", "bzip2", "cxx"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && name == "speedtest1" {
				t.Skip("it takes as long as all others together")
			}
			path := "../../.build/workloads/" + name + ".bc"
			if _, err := os.Stat(path); err != nil {
				t.Skip("scripts/workloads.sh has not built it")
			}
			compare(t, newest, path)
		})
	}
}

// checkProgram checks, of program.c, what no tool prints.
func checkProgram(t *testing.T, m *Module) {
	for _, c := range []struct{ name, want string }{
		{"handlers", "variable internal local size=24 align=16 refs=[count sum]"},
		{"interpret.labels", "variable internal local constant size=32 align=16 owners=[interpret]"},
		{"other_name", "alias external base=aliased"},
		{"resolved", "ifunc external base=resolve"},
		{"depth", "variable internal local tls=1 zero size=4 align=4"},
		{"in_section", `variable internal local section="custom" size=4 align=4`},
	} {
		s := m.named(t, c.name)
		s.DSOLocal = s.Linkage == Internal // else it depends on clang's version
		if got := describe(s); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	if len(m.Ctors) != 1 || m.Ctors[0].Priority != 201 || nameOf(m.Ctors[0].Func) != "begin" ||
		len(m.Dtors) != 1 || m.Dtors[0].Priority != 65535 || nameOf(m.Dtors[0].Func) != "end" {
		t.Errorf("constructors %v, destructors %v", m.Ctors, m.Dtors)
	}
	refs, err := m.named(t, "choose").References()
	names := slices.DeleteFunc(namesOf(refs), func(name string) bool { return strings.HasPrefix(name, "llvm.") })
	equal(t, "references of choose", names, []string{"abort", "handlers", "resolved", "other_name", "depth", "words",
		"variadic"})
	if err != nil {
		t.Error(err)
	}
}

func compare(t *testing.T, version int, path string) {
	f := read(t, path, load(t, path))
	m := f.Modules[len(f.Modules)-1]
	compareSkim(t, m)
	compareText(t, m, command(t, tool(t, version, "llvm-dis"), path, "-o", "-"))
	comparePlaces(t, m, command(t, tool(t, version, "llvm-bcanalyzer"), "-dump", path))
}

var (
	definition = regexp.MustCompile(`^@("[^"]*"|[-\w.$]+) = (.*)`)
	function   = regexp.MustCompile(`^(define|declare) (.*?)@("[^"]*"|[-\w.$]+)\(`)
	keyword    = regexp.MustCompile(`\b(` + strings.Join(linkageNames[1:], "|") + `)\b`)
	kindWord   = regexp.MustCompile(`\b(global|constant|alias|ifunc)\b`)
)

// compareText compares symbols and bodies with the text that llvm-dis prints.
func compareText(t *testing.T, m *Module, text string) {
	var symbols []string
	bodies := map[string][]string{}
	inside := ""
	for _, line := range strings.Split(text, "\n") {
		if d := definition.FindStringSubmatch(line); d != nil {
			symbols = append(symbols, describeText(d[1], d[2], kindWord.FindString(d[2])))
		} else if d := function.FindStringSubmatch(line); d != nil {
			symbols = append(symbols, describeText(d[3], d[2], d[1]))
			if d[1] == "define" {
				inside = unquote(d[3])
			}
		} else if line == "}" {
			inside = ""
		} else if inside != "" {
			bodies[inside] = append(bodies[inside], line)
		}
	}
	var ours []string
	for _, list := range [][]*Symbol{m.Globals, m.Aliases, m.IFuncs, m.Functions} {
		for _, s := range list {
			ours = append(ours, fmt.Sprintf("%q %s %s", s.Name, s.Linkage, kindOf(s)))
		}
	}
	equal(t, "symbols", ours, symbols)
	for _, f := range m.Functions {
		if f.Declaration {
			continue
		}
		b, err := f.Decode()
		if err != nil {
			t.Error(err)
			continue
		}
		if !typedPointers(m) {
			check(t, lend(t, f, func(c *Code) { compareDetails(t, c, bodies[f.Name]) }))
		}
		ours, theirs := opcodesOf(b), opcodesIn(bodies[f.Name])
		for i := range max(len(ours), len(theirs)) {
			if i >= len(ours) || i >= len(theirs) || ours[i] != theirs[i] {
				t.Errorf("%s, from instruction %d on: got %q, want %q", f.Name, i,
					ours[min(i, len(ours)):min(i+3, len(ours))], theirs[min(i, len(theirs)):min(i+3, len(theirs))])
				break
			}
		}
	}
}

// typedPointers says that pointers say what they point to, as in modules of old LLVMs.
func typedPointers(m *Module) bool {
	return slices.ContainsFunc(m.Types, func(t Type) bool { return t.Kind == PointerType && len(t.Elems) > 0 })
}

func describeText(name, before, kind string) string {
	if i := strings.Index(before, kindWord.FindString(before)); i > 0 && (kind == "global" || kind == "constant" ||
		kind == "alias" || kind == "ifunc") {
		before = before[:i]
	}
	linkage := keyword.FindString(before)
	declared := strings.Contains(before, "external ")
	if linkage == "" {
		linkage = "external"
	}
	if (kind == "global" || kind == "constant") && (declared || linkage == "extern_weak") {
		kind = "declare " + kind
	}
	return fmt.Sprintf("%q %s %s", unquote(name), linkage, kind)
}

func kindOf(s *Symbol) string {
	switch {
	case s.Kind == FunctionSymbol && s.Declaration:
		return "declare"
	case s.Kind == FunctionSymbol:
		return "define"
	case s.Kind == AliasSymbol:
		return "alias"
	case s.Kind == IFuncSymbol:
		return "ifunc"
	}
	kind := "global"
	if s.Constant {
		kind = "constant"
	}
	if s.Declaration {
		kind = "declare " + kind
	}
	return kind
}

var (
	instruction = regexp.MustCompile(`^  (?:%\S+ = )?(?:(?:tail|musttail|notail) )?([a-z]\w*)`)
	notOperands = regexp.MustCompile(` c?"[^"]*"|\(metadata .*`) // strings, and symbols that debug information mentions
	symbol      = regexp.MustCompile(`@("[^"]*"|[-\w.$]+)`)
	callee      = regexp.MustCompile(`@("[^"]*"|[-\w.$]+)\(`)
	binaryWords = []string{"add", "sub", "mul", "udiv", "sdiv", "urem", "srem", "shl", "lshr", "ashr", "and", "or",
		"xor"}
	castWords = []string{"trunc", "zext", "sext", "fptoui", "fptosi", "uitofp", "sitofp", "fptrunc", "fpext",
		"ptrtoint", "inttoptr", "bitcast", "addrspacecast", "ptrtoaddr"}
	floatWords = map[string]string{"add": "fadd", "sub": "fsub", "mul": "fmul", "sdiv": "fdiv", "srem": "frem"}
	opWords    = [...]string{OpUnary: "fneg", OpGEP: "getelementptr", OpSelect: "select",
		OpExtractElement: "extractelement", OpInsertElement: "insertelement", OpShuffleVector: "shufflevector",
		OpPhi: "phi", OpAlloca: "alloca", OpLoad: "load", OpStore: "store", OpCmpXchg: "cmpxchg",
		OpAtomicRMW: "atomicrmw", OpFence: "fence", OpVAArg: "va_arg", OpExtractValue: "extractvalue",
		OpInsertValue: "insertvalue", OpFreeze: "freeze", OpLandingPad: "landingpad", OpCatchPad: "catchpad",
		OpCleanupPad: "cleanuppad", OpCall: "call", OpRet: "ret", OpBr: "br", OpSwitch: "switch",
		OpIndirectBr: "indirectbr", OpInvoke: "invoke", OpCallBr: "callbr", OpResume: "resume",
		OpUnreachable: "unreachable", OpCleanupRet: "cleanupret", OpCatchRet: "catchret", OpCatchSwitch: "catchswitch"}
)

// opcodesOf lists the instructions of a body: what they are, whom they call, how many successors they have, and which
// symbols they mention.
func opcodesOf(b *Body) []string {
	var list []string
	calls, block := b.Calls, 0
	for i, inst := range b.Insts {
		word := opWords[inst.Op]
		switch inst.Op {
		case OpBinary:
			word = binaryWords[inst.Code]
			if t := b.Function.Module.typeAt(inst.Type); isFloat(b.Function.Module, t) {
				word = floatWords[word]
			}
		case OpCast:
			word = castWords[inst.Code]
		case OpCmp:
			word = "fcmp"
			if inst.Code >= 32 {
				word = "icmp"
			}
		}
		if len(calls) > 0 && int(calls[0].Inst) == i {
			if calls[0].Callee != nil {
				word += " " + calls[0].Callee.Name
			}
			calls = calls[1:]
		}
		if inst.Op.IsTerminator() {
			word += fmt.Sprint(" ", len(b.Successors(block)))
			block++
		}
		mentioned := mentions{body: b, seen: map[ValueID]bool{}}
		for _, v := range b.Operands(i) {
			mentioned.add(v)
		}
		list = append(list, mention(word, namesOf(mentioned.list)))
	}
	return list
}

// mention adds the names of symbols to an instruction.
func mention(instruction string, names []string) string {
	slices.Sort(names)
	return fmt.Sprint(instruction, " ", slices.Compact(names))
}

func isFloat(m *Module, t *Type) bool {
	if t.Kind == VectorType {
		t = m.typeAt(t.Elems[0])
	}
	return t.Kind >= HalfType && t.Kind <= PPCFP128Type
}

// opcodesIn lists the same of the lines of a function.
func opcodesIn(lines []string) []string {
	var list []string
	var names []string
	labels := 0
	flush := func() {
		if n := len(list); n > 0 {
			word, _, _ := strings.Cut(list[n-1], " ")
			if op := slices.Index(opWords[:], word); op >= 0 && Opcode(op).IsTerminator() {
				list[n-1] += fmt.Sprint(" ", labels)
			}
			list[n-1] = mention(list[n-1], names)
		}
		labels, names = 0, nil
	}
	for _, line := range lines {
		if d := instruction.FindStringSubmatch(line); d != nil {
			flush()
			word := d[1]
			if word == "call" || word == "invoke" {
				if name := callee.FindStringSubmatch(line); name != nil && !strings.Contains(line, " asm ") {
					word += " " + unquote(name[1])
				}
			}
			list = append(list, word)
		}
		labels += strings.Count(line, "label %")
		if strings.Contains(line, "@") && !strings.HasPrefix(line, "    #dbg") {
			line, _, _ = strings.Cut(notOperands.ReplaceAllString(line, ""), ", !")
			for _, name := range symbol.FindAllStringSubmatch(line, -1) {
				names = append(names, unquote(name[1]))
			}
		}
	}
	flush()
	return list
}

var functionBlockLine = regexp.MustCompile(`<FUNCTION_BLOCK NumWords=(\d+)`)

// comparePlaces compares the sizes of bodies with those that llvm-bcanalyzer prints. Body also has the head of the
// block: it ends with the 32 bits of the length, and begins less than two words before them.
func comparePlaces(t *testing.T, m *Module, dump string) {
	lines := functionBlockLine.FindAllStringSubmatch(dump, -1)
	for _, f := range m.Functions {
		if f.Declaration {
			continue
		}
		if len(lines) == 0 {
			t.Fatal("there are more bodies than llvm-bcanalyzer sees")
		}
		words, _ := strconv.ParseInt(lines[0][1], 10, 64)
		if head := f.Body.End - f.Body.Start - words*4; head <= 4 || head > 12 || f.Body.End%4 != 0 {
			t.Errorf("%s: body at %v, but it has %d words", f.Name, f.Body, words)
		}
		lines = lines[1:]
	}
	if len(lines) != 0 {
		t.Errorf("llvm-bcanalyzer sees %d more bodies", len(lines))
	}
}

// compareSizes compares the sizes of variables with those in an object.
func compareSizes(t *testing.T, version int, path string) {
	object := filepath.Join(t.TempDir(), "program.o")
	command(t, tool(t, version, "llc"), "-O0", "-filetype=obj", "-relocation-model=pic", path, "-o", object)
	want, compared := map[string]int{}, 0
	for line := range bytes.Lines([]byte(command(t, tool(t, version, "llvm-nm"), "-P", "--defined-only", object))) {
		fields := strings.Fields(string(line)) // name, kind, address, size
		if len(fields) == 4 && strings.Contains("bBdDrRvVC", fields[1]) {
			size, _ := strconv.ParseInt(fields[3], 16, 64)
			want[fields[0]] = int(size)
		}
	}
	for _, g := range read(t, path, load(t, path)).Modules[0].Globals {
		if size, ok := want[g.Name]; ok && size != g.Size {
			t.Errorf("%s has %d bytes, not %d", g.Name, size, g.Size)
		} else if ok {
			compared++
		}
	}
	if compared < 10 {
		t.Errorf("only %d variables were compared", compared)
	}
}
