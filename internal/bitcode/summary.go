package bitcode

import (
	"cmp"
	"crypto/md5"
	"encoding/binary"
	"strings"
	"sync"
)

// Summary is what a module compiled with -flto=thin or -flto says of its functions, so that a linker need not
// decode their bodies. (What it says of variables and aliases, Refs and Base of their symbols say too.)
type Summary struct {
	// Functions has what is said of each function of Module.Functions, in their order: nil where nothing is said, as
	// of declarations.
	Functions []*FunctionSummary
}

// FunctionSummary is what a module's summary says of one function.
type FunctionSummary struct {
	Function     *Symbol
	Instructions uint32 // those of debug information are not counted
	Frequencies  bool   // the Frequency of its calls is known

	// Calls has whom it calls directly, in the order in which the body first calls them. Intrinsics are not among
	// them, but those targets of calls by a pointer are which a profile names and this module has a symbol for.
	Calls []SummaryCall
	// Refs are the symbols that it uses otherwise than by calling them, in no particular order.
	Refs []*Symbol
}

// SummaryCall stands for all calls of one callee in a function.
type SummaryCall struct {
	Callee    *Symbol // a function, alias or ifunc
	Hotness   Hotness // of the hottest of the calls
	Frequency float32 // how many are made each time the function runs; 0 if unknown or less than 1/256
}

// Hotness says how often a call was made in the run that a profile comes from.
type Hotness uint8

// The values are those of CalleeInfo::HotnessType.
const (
	HotnessUnknown  Hotness = iota // there is no profile of the function
	HotnessCold                    // hardly ever
	HotnessNone                    // neither cold nor hot
	HotnessHot                     // where most of the time goes
	HotnessCritical                // hotter still
)

var hotnessNames = [...]string{"unknown", "cold", "none", "hot", "critical"}

// String is the word of textual IR.
func (h Hotness) String() string { return hotnessNames[h] }

// moduleSummary is a module's summary, decoded when it is first asked for.
type moduleSummary struct {
	at      place  // of its block
	block   uint64 // the block's id; 0 if there is none
	once    sync.Once
	summary *Summary
	err     error
}

// Versions of summaries that are known: those which LLVM 14 to 22 write (BitcodeSummaryVersion of
// ModuleSummaryIndex.h).
const (
	oldestSummary = 9
	newestSummary = 12
	splitGUIDs    = 11 // from this one on a GUID takes two operands
)

// Records of a summary.
const (
	// [function, flags, size, function flags, numbers of refs: all, read only, write only, refs..., callee...]
	summaryFunction        = 1
	summaryFunctionProfile = 2  // the same with (callee, hotness | is a tail call << 3)...
	summaryVersion         = 10 // comes first
	summaryGUID            = 16 // [value, GUID], or [value, GUID >> 32, its lower half]
	summaryFunctionRelBF   = 19 // the same as 1 with (callee, frequency | is a tail call << 28)...
)

// Of the second number of a call.
const (
	hotnessBits   = 3
	frequencyBits = 28
	frequencyOne  = 1 << 8 // what stands for a frequency of 1: CalleeInfo::ScaleShift
)

// Summary returns the module's summary, or nil if it has none. It is decoded when it is first asked for, and must
// not be changed. A summary of an unknown version is an error. Any number of goroutines may call it.
func (m *Module) Summary() (*Summary, error) {
	s := &m.summary
	s.once.Do(func() {
		if s.block == 0 {
			return
		}
		r := summaryReader{module: m, into: &Summary{Functions: make([]*FunctionSummary, len(m.Functions))}}
		r.stream = m.stream()
		r.stand(s.at)
		for code := range r.records(s.block) {
			r.readRecord(code)
		}
		if s.err = r.err; s.err == nil {
			s.summary = r.into
		}
	})
	return s.summary, s.err
}

// summaryReader reads a GLOBALVAL_SUMMARY block or a FULL_LTO_GLOBALVAL_SUMMARY block.
type summaryReader struct {
	stream
	module  *Module
	into    *Summary
	version uint64
	byGUID  map[uint64]*Symbol // made when the first GUID is met
	others  map[uint64]*Symbol // values that stand for a GUID; nil where the module has no such symbol
}

func (r *summaryReader) readRecord(code uint64) {
	if r.version == 0 && code != summaryVersion {
		r.fail("the module's summary does not begin with its version")
		return
	}
	switch code {
	case summaryVersion:
		r.version = record(r.operands()).at(0)
		if r.err == nil && (r.version < oldestSummary || r.version > newestSummary) {
			r.fail("the module's summary is of version %d; versions %d to %d are known, which LLVM 14 to %d write",
				r.version, oldestSummary, newestSummary, newestLLVM)
		}
	case summaryGUID:
		r.addGUID(r.operands())
	case summaryFunction, summaryFunctionProfile, summaryFunctionRelBF:
		r.addFunction(code, r.operands())
	default:
		r.skipOperands()
	}
}

// addGUID takes up that a value stands for the symbol with a GUID.
func (r *summaryReader) addGUID(ops record) {
	guid := ops.at(1)
	if r.version >= splitGUIDs {
		guid = guid<<32 | ops.at(2)
	}
	if r.byGUID == nil {
		r.byGUID, r.others = r.module.symbolsByGUID(), map[uint64]*Symbol{}
	}
	r.others[ops.at(0)] = r.byGUID[guid]
}

// symbol is the symbol of a value, or nil if the module has none for it.
func (r *summaryReader) symbol(value uint64) *Symbol {
	if s := r.module.symbolOf(valueID(value)); s != nil {
		return s
	}
	return r.others[value]
}

// addFunction takes up what is said of a function.
func (r *summaryReader) addFunction(code uint64, ops record) {
	if r.err != nil {
		return
	}
	const fixed = 7 // operands before the refs
	refs := ops.at(4)
	if len(ops) < fixed || refs > uint64(len(ops)-fixed) {
		r.fail("the summary of a function has %d operands, %d of them symbols it refers to", len(ops), refs)
		return
	}
	f := r.symbol(ops[0])
	if f == nil || f.Kind != FunctionSymbol || r.into.Functions[f.Index] != nil {
		r.fail("a summary is of value %d, which is no function, or the second of the same", ops[0])
		return
	}
	s := &FunctionSummary{
		Function:     f,
		Instructions: uint32(ops[2]),
		Frequencies:  code == summaryFunctionRelBF,
	}
	r.into.Functions[f.Index] = s
	s.Refs = r.refs(ops[fixed : fixed+refs])
	s.Calls = r.calls(code, ops[fixed+refs:])
}

func (r *summaryReader) refs(values record) []*Symbol {
	list := make([]*Symbol, 0, len(values))
	for _, v := range values {
		if s := r.symbol(v); s != nil {
			list = append(list, s)
		}
	}
	return list
}

func (r *summaryReader) calls(code uint64, ops record) []SummaryCall {
	each := 2
	if code == summaryFunction {
		each = 1
	}
	list := make([]SummaryCall, 0, len(ops)/each)
	for ; len(ops) >= each; ops = ops[each:] {
		call := SummaryCall{Callee: r.symbol(ops[0])}
		if call.Callee == nil || call.Callee.Kind == VariableSymbol {
			continue
		}
		switch code {
		case summaryFunctionProfile:
			if h := Hotness(ops[1] & (1<<hotnessBits - 1)); h <= HotnessCritical {
				call.Hotness = h
			}
		case summaryFunctionRelBF:
			call.Frequency = float32(ops[1]&(1<<frequencyBits-1)) / frequencyOne
		}
		list = append(list, call)
	}
	return list
}

// identifierBudget is how many bytes of identifiers are hashed for a file of some size. Real ones are a part of the
// file; local ones repeat the name of the source file, and hostile ones may each be as long as the file.
func identifierBudget(bytes int) int { return 16 * bytes }

// symbolsByGUID finds symbols by the numbers that profiles and summaries have for them: of a symbol's identifier the
// first eight bytes of the MD5 (GlobalValue::getGUID). The identifier is its name, behind that of the source file if
// the symbol is local; what separates them was ':' before LLVM 18.
func (m *Module) symbolsByGUID() map[uint64]*Symbol {
	table := make(map[uint64]*Symbol, len(m.symbols))
	budget := identifierBudget(len(m.data))
	var identifier []byte
	add := func(s *Symbol, prefix, separator string) {
		name := strings.TrimPrefix(s.Name, "\x01") // which says that the name is not to be mangled
		if budget -= len(prefix) + len(separator) + len(name); budget < 0 {
			return
		}
		identifier = append(append(append(identifier[:0], prefix...), separator...), name...)
		sum := md5.Sum(identifier)
		table[binary.LittleEndian.Uint64(sum[:])] = s
	}
	source := cmp.Or(m.SourceName, "<unknown>")
	for _, s := range m.symbols {
		if s.Linkage == Internal || s.Linkage == Private {
			add(s, source, ";")
			add(s, source, ":")
		} else {
			add(s, "", "")
		}
	}
	return table
}
