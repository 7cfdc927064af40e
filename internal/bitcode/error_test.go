package bitcode

import (
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var placed = regexp.MustCompile(`a\.bc: byte \d+: `)

// everything reads a file and decodes all that is in it. It fails the test if an error does not say where it is.
func everything(t testing.TB, data []byte) (*File, error) {
	f, err := Read("a.bc", data)
	check := func(err error) {
		if err != nil && !placed.MatchString(err.Error()) {
			t.Errorf("the error does not say where: %v", err)
		}
	}
	check(err)
	if err != nil {
		return nil, err
	}
	for _, m := range f.Modules {
		summary, summaryErr := m.Summary()
		check(summaryErr)
		if summaryErr != nil {
			err = summaryErr
		} else if summary != nil {
			visitSummary(t, m, summary)
		}
		for _, s := range m.Functions {
			m.AttributesOf(s.Attributes)
			if s.Declaration {
				continue
			}
			_, refErr := s.References()
			check(refErr)
			b, decodeErr := s.Decode()
			check(decodeErr)
			if (decodeErr == nil) != (refErr == nil) {
				t.Errorf("%v, but %v", decodeErr, refErr)
			}
			if decodeErr != nil {
				check(s.Skim(func([]Mention) {}))
				check(lend(t, s, func(*Code) {}))
				err = decodeErr
				continue
			}
			check(checkSkim(t, b))
			check(visitCode(t, b))
			visit(t, b)
		}
	}
	return f, err
}

// visit asks a body for all it knows, and checks that what it refers to is there.
func visit(t testing.TB, b *Body) {
	at := uint32(0)
	for i, block := range b.Blocks {
		if block.First != at || block.End <= at || !b.Insts[block.End-1].Op.IsTerminator() {
			t.Errorf("block %d: %v", i, block)
		}
		at = block.End
		for _, s := range b.Successors(i) {
			if int(s) >= len(b.Blocks) {
				t.Errorf("block %d of %d goes to block %d", i, len(b.Blocks), s)
			}
		}
	}
	if int(at) != len(b.Insts) {
		t.Errorf("%d of %d instructions stand in blocks", at, len(b.Insts))
	}
	for i := range b.Insts {
		for _, v := range b.Operands(i) {
			_, def := b.Def(v)
			_, arg := b.Argument(v)
			_, constant := b.Constant(v)
			if !def && !arg && !constant && v != NoValue {
				t.Errorf("instruction %d has an operand %d", i, v)
			}
			b.Symbol(v)
			b.TypeOf(v)
			b.ConstantOperands(v)
		}
		b.WeightsOf(i)
	}
	for _, c := range b.Calls {
		if op := b.Insts[c.Inst].Op; op != OpCall && op != OpInvoke && op != OpCallBr {
			t.Errorf("a call is of kind %d", op)
		}
	}
}

// visitSummary checks that what a summary refers to is there.
func visitSummary(t testing.TB, m *Module, s *Summary) {
	if len(s.Functions) != len(m.Functions) {
		t.Errorf("a summary of %d functions, but there are %d", len(s.Functions), len(m.Functions))
	}
	for i, f := range s.Functions {
		if f == nil {
			continue
		}
		if f.Function != m.Functions[i] || slices.Contains(f.Refs, nil) {
			t.Errorf("the summary of function %d: %v", i, f)
		}
		for _, c := range f.Calls {
			if c.Callee == nil || c.Callee.Kind == VariableSymbol || c.Hotness.String() == "" || c.Frequency < 0 {
				t.Errorf("a call in the summary of function %d: %v", i, c)
			}
		}
	}
}

// TestTruncated cuts a file off at every byte.
func TestTruncated(t *testing.T) {
	data, _ := assemble(t, "symbols.ll")
	for n := range data {
		if _, err := everything(t, data[:n]); err == nil && n < len(data)-8 {
			t.Fatalf("the first %d of %d bytes make a file", n, len(data))
		}
	}
}

// TestFlipped flips single bits. What is read need not make sense, but it must be read or refused.
func TestFlipped(t *testing.T) {
	step := 7
	if testing.Short() {
		step = 31
	}
	for _, name := range []string{"symbols.ll", "bodies.ll", "summary.ll"} {
		data := load(t, opt(t, newest, "testdata/"+name))
		for bit := 0; bit < len(data)*8; bit += step {
			data[bit/8] ^= 1 << (bit % 8)
			everything(t, data)
			data[bit/8] ^= 1 << (bit % 8)
		}
	}
}

func TestErrors(t *testing.T) {
	identification := func(producer string, epoch uint64) []byte {
		w := &bitWriter{}
		for _, b := range magic {
			w.fixed(8, uint64(b))
		}
		w.block(2, identificationBlock, func() {
			w.textRecord(identificationString, producer)
			w.record(identificationEpoch, epoch)
		})
		w.data = append(w.data, file(func(*bitWriter) {})[4:]...)
		return w.data
	}
	newFunction := func(body func(w *bitWriter)) []byte {
		return file(func(w *bitWriter) {
			w.block(width, typeBlock, func() {
				w.record(typeVoid)
				w.record(typeFunction, 0, 0)
				w.record(typeOpaquePointer, 0)
			})
			w.record(moduleFunction, 1, 0, 0, 0, 0, 0, 0, 0)
			w.block(width, functionBlock, func() { body(w) })
		})
	}
	for _, c := range []struct {
		what string
		data []byte
		want string // "" if there is none
	}{
		{"empty", nil, "not bitcode"},
		{"text", []byte("define void @f() {}"), "not bitcode"},
		{"magic only", magic, "no module"},
		{"wrapper only", wrapperMagic, "ends inside its wrapper"},
		{"wrapper too large", append(append([]byte{}, wrapperMagic...), make([]byte, 8)...), "ends inside its wrapper"},
		{"wrapper beyond the end", append(append([]byte{}, wrapperMagic...), 0, 0, 0, 0, 20, 0, 0, 0, 9, 0, 0, 0, 0, 0,
			0, 0), "has only 20"},
		{"of today", identification("LLVM22.1.8", 0), ""},
		{"of Rust", identification("LLVM17.0.6-rust-1.75.0-stable", 0), ""},
		{"of LLVM 14", identification("LLVM14.0.6", 0), ""},
		{"of a nameless LLVM", identification("LLVM", 0), ""},
		{"of nobody", identification("", 0), ""},
		{"of Apple", identification("APPLE_1_1500.3.9.4_0", 0), ""},
		{"newer", identification("LLVM23.0.0git", 0), "newer than LLVM 22: compile it with clang-22"},
		{"much newer", identification("LLVM100", 0), "newer than LLVM 22"},
		{"another epoch", identification("LLVM22.1.8", 1), "epoch 1"},
		{"newer module", file(func(w *bitWriter) { w.record(moduleVersion, 3) }), "version 3"},
		{"names missing", file(func(w *bitWriter) {
			w.record(moduleVersion, 2)
			w.record(moduleComdat, 0, 1, 1)
		}), "table of symbol names is missing"},
		{"type missing", file(func(w *bitWriter) { w.record(moduleGlobalVar, 9, 2, 0, 0, 0, 0) }), "type 9"},
		{"short record", file(func(w *bitWriter) {
			w.block(width, typeBlock, func() { w.record(typeVoid) })
			w.record(moduleGlobalVar, 0, 2)
		}), "has 2 operands"},
		{"self-reference", file(func(w *bitWriter) {
			w.block(width, typeBlock, func() { w.record(typeStructAnon, 0, 0) })
			w.record(moduleGlobalVar, 0, 2, 1, 0, 0, 0)
			w.block(width, constantsBlock, func() { w.record(constAggregate, 1, 1, 0) })
		}), "a part of itself"},
		{"records without operands", file(func(w *bitWriter) {
			w.block(width, constantsBlock, func() {
				for code := range uint64(40) {
					w.record(code)
				}
			})
			w.block(width, paramAttrGroupBlock, func() { w.record(attributeGroup, 1, ofFunction, rangeAttribute) })
		}), ""},
		{"unknown block and record", file(func(w *bitWriter) {
			w.record(999, 1, 2, 3)
			w.block(width, 77, func() { w.record(1) })
		}), ""},
		{"undefined abbreviation", file(func(w *bitWriter) { w.fixed(width, firstAbbrev) }), "abbreviation 4"},
		{"too many operands", file(func(w *bitWriter) {
			w.fixed(width, unabbrevRecord)
			w.vbr(6, 1)
			w.vbr(6, 1<<60)
		}), "no room"},
		{"body without function", file(func(w *bitWriter) { w.block(width, functionBlock, func() {}) }), "more bodies"},
		{"function without body", file(func(w *bitWriter) {
			w.block(width, typeBlock, func() {
				w.record(typeVoid)
				w.record(typeFunction, 0, 0)
			})
			w.record(moduleFunction, 1, 0, 0, 0, 0, 0, 0, 0)
		}), "has no body"},
		{"body", newFunction(func(w *bitWriter) {
			w.record(instDeclareBlocks, 1)
			w.record(instRet)
		}), ""},
		{"no blocks", newFunction(func(w *bitWriter) {}), "0 whole blocks"},
		{"too many blocks", newFunction(func(w *bitWriter) {
			w.record(instDeclareBlocks, 1<<40)
			w.record(instRet)
		}), "1 whole blocks"},
		{"no terminator", newFunction(func(w *bitWriter) {
			w.record(instDeclareBlocks, 1)
			w.record(instFence, 1, 1)
		}), "whole blocks"},
		{"blocks twice", newFunction(func(w *bitWriter) {
			w.record(instDeclareBlocks, 9)
			w.record(instBr, 8)
			w.record(instDeclareBlocks, 1)
		}), "twice"},
		{"wrong target", newFunction(func(w *bitWriter) {
			w.record(instDeclareBlocks, 1)
			w.record(instBr, 1)
		}), "block 1 of 1"},
		{"wrong operand", newFunction(func(w *bitWriter) {
			w.record(instDeclareBlocks, 1)
			w.record(instRet, 1<<32-9, 2)
		}), "does not exist"},
		{"unknown instruction", newFunction(func(w *bitWriter) {
			w.record(instDeclareBlocks, 1)
			w.record(99)
		}), "unknown instruction, 99"},
	} {
		_, err := everything(t, c.data)
		switch {
		case err == nil && c.want != "":
			t.Errorf("%s: no error", c.what)
		case err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// TestNamesInModule checks bitcode older than string tables.
func TestNamesInModule(t *testing.T) {
	data := file(func(w *bitWriter) {
		w.block(width, typeBlock, func() {
			w.record(typeInteger, 32)
			w.record(typePointer, 0, 3)
			w.record(typeVoid)
			w.record(typeFunction, 0, 2)
		})
		w.textRecord(moduleComdat, "\x02\x01g")
		w.record(moduleGlobalVar, 1, 1, 4, 9, 0, 0)
		w.record(moduleFunction, 3, 0, 0, 0, 0, 0, 0, 0)
		w.record(moduleAliasOld, 1, 0, 0, 0)
		w.block(width, constantsBlock, func() {
			w.record(constSetType, 0)
			w.record(constNull)
		})
		w.block(width, functionBlock, func() {
			w.record(instDeclareBlocks, 1)
			w.record(instRet)
		})
		w.block(width, valueSymtabBlock, func() {
			w.textRecord(symtabEntry, "\x00variable")
			w.textRecord(symtabFunction, "\x01\x09function")
			w.textRecord(symtabEntry, "\x02alias")
		})
	})
	f, err := everything(t, data)
	if err != nil {
		t.Fatal(err)
	}
	m := f.Modules[0]
	if v := m.named(t, "variable"); describe(v) != "variable private local constant zero size=4" || v.AddrSpace != 3 {
		t.Error(describe(v))
	}
	if a := m.named(t, "alias"); describe(a) != "alias external base=variable" {
		t.Error(describe(a))
	}
	if len(m.Comdats) != 1 || m.Comdats[0].Name != "g" || m.Comdats[0].Kind != ComdatExactMatch {
		t.Errorf("comdats %v", m.Comdats)
	}
	m.body(t, "function")
}

// TestProportion checks that small files which stand for much do not make us allocate or walk much.
func TestProportion(t *testing.T) {
	const n = 100_000
	many := func(w *bitWriter, code uint64, ops ...uint64) { // n records of 3 bits
		w.define(append([]uint64{code}, ops...)...)
		for range n {
			w.fixed(width, firstAbbrev)
		}
	}
	for what, data := range map[string][]byte{
		"variables": file(func(w *bitWriter) {
			w.block(width, typeBlock, func() { w.record(typeVoid) })
			many(w, moduleGlobalVar, 0, 2, 1, 0, 0, 0)
		}),
		"types": file(func(w *bitWriter) {
			w.block(width, typeBlock, func() { many(w, typeFunction, 0, 0, 0, 0) })
		}),
		"comdats": file(func(w *bitWriter) { many(w, moduleComdat, 1, 2, 65, 66) }),
		"constants": file(func(w *bitWriter) {
			w.block(width, constantsBlock, func() { many(w, constAggregate, 1, 2, 3, 4) })
		}),
		"shared parts": file(func(w *bitWriter) {
			w.block(width, typeBlock, func() { w.record(typeVoid) })
			for i := range uint64(1000) {
				w.record(moduleGlobalVar, 0, 2, 1001+i, 0, 0, 0)
			}
			w.block(width, constantsBlock, func() {
				shared := make([]uint64, 5000)
				for i := range shared {
					shared[i] = uint64(i % 1000)
				}
				for range 999 {
					w.record(constAggregate, 1999)
				}
				w.record(constAggregate, shared...)
			})
		}),
		"summary of calls": withSummary(func(w *bitWriter) {
			w.record(summaryVersion, newestSummary)
			w.fixed(width, defineAbbrev) // the code, and an array of two bits each
			w.vbr(5, 3)
			w.fixed(1, 1)
			w.vbr(8, summaryFunction)
			w.fixed(1, 0)
			w.fixed(3, uint64(arrayEncoding))
			w.fixed(1, 0)
			w.fixed(3, uint64(fixedEncoding))
			w.vbr(5, 2)
			w.fixed(width, firstAbbrev)
			w.vbr(6, n)
			w.fixed(2, 1) // of function 1, without refs
			for range n - 1 {
				w.fixed(2, 0)
			}
		}),
		"summary of numbers": withSummary(func(w *bitWriter) {
			w.record(summaryVersion, newestSummary)
			many(w, summaryGUID, 1<<40, 0, 0)
		}),
		"deep types": file(func(w *bitWriter) {
			w.block(width, typeBlock, func() {
				for i := range uint64(n) {
					w.record(typeArray, 2, i+1)
				}
				w.record(typeInteger, 8)
			})
			w.record(moduleGlobalVar, 0, 2, 0, 0, 0, 0)
		}),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := everything(t, data)
		runtime.ReadMemStats(&after)
		if bytes := after.TotalAlloc - before.TotalAlloc; bytes > uint64(len(data))*300+1<<20 {
			t.Errorf("%s: %d bytes allocated for a file of %d (%v)", what, bytes, len(data), err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(func(w *bitWriter) {}))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := everything(t, data)
		if (file == nil) && err == nil {
			t.Error("neither a file nor an error")
		}
	})
}
