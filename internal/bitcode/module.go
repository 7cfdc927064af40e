// Package bitcode reads LLVM bitcode without LLVM: it indexes a file's modules, their symbols and
// the byte ranges of function bodies, and decodes a body only when asked to.
//
// Rule: input is hostile. Nothing here panics, recurses without bound, or allocates out of proportion
// to the input; every error names the file and the byte offset.
//
// A *File and everything reached from it is immutable after Read and may be used by any number of
// goroutines.
//
// The format is described in LLVM's BitCodeFormat.html; LLVMBitCodes.h gives the codes of all records, and
// the names of blocks and records in comments here are those of that header.
package bitcode

// File is what one bitcode file holds: one or more modules.
type File struct {
	Name    string
	Modules []*Module
}

// Module is the index of one MODULE_BLOCK.
type Module struct {
	File       *File
	Index      int    // position in File.Modules
	Producer   string // IDENTIFICATION_BLOCK string, such as "LLVM22.1.8"
	Epoch      int
	Triple     string
	DataLayout string
	SourceName string
	Asm        string // module-level inline assembly

	// Globals, Functions, Aliases and IFuncs stand in the order of their records, which is the order in
	// which LLVM's own reader creates them.
	Globals   []*Symbol
	Functions []*Symbol
	Aliases   []*Symbol
	IFuncs    []*Symbol
	Comdats   []*Comdat
	Types     []Type

	Ctors []Structor // llvm.global_ctors
	Dtors []Structor // llvm.global_dtors

	content
}

// content is what decoding a module's bodies needs beside its index.
type content struct {
	data      []byte     // the file, or what its wrapper header wraps
	base      int64      // offset of data in the file
	info      *blockInfo // abbreviations
	absolute  bool       // operands in bodies are absolute value ids (version 0)
	symbols   []*Symbol  // in the order of their records
	typed     bool       // types for callers to compare may stand before functions
	pointers  map[pointer]TypeID
	boolean   TypeID // i1, or NoType
	constants        // by ValueID: the symbols and constants of the module
	attributes
	nodes   moduleMetadata
	summary moduleSummary
	digests moduleDigests
	forCode lazyCodeTables
}

// Comdat is a group of symbols of which a program keeps one module's copy.
type Comdat struct {
	Name string
	Kind ComdatKind
}

// ComdatKind says which copy of a group a program keeps.
type ComdatKind uint8

// The values are those of COMDAT_SELECTION_KIND.
const (
	ComdatAny           ComdatKind = 1
	ComdatExactMatch    ComdatKind = 2
	ComdatLargest       ComdatKind = 3
	ComdatNoDeduplicate ComdatKind = 4
	ComdatSameSize      ComdatKind = 5
)

// Structor is one element of llvm.global_ctors or llvm.global_dtors.
type Structor struct {
	Priority uint32
	Func     *Symbol // nil where the function is null or is not a plain reference to a symbol
	Data     *Symbol // the associated symbol, or nil
	Null     bool    // the function is null: here the list ends
}

// SymbolKind tells functions, variables, aliases and ifuncs apart.
type SymbolKind uint8

const (
	FunctionSymbol SymbolKind = iota
	VariableSymbol
	AliasSymbol
	IFuncSymbol
)

// Symbol is a global value of a module.
type Symbol struct {
	Module      *Module
	Kind        SymbolKind
	Index       int    // position in the module's list for its kind
	Name        string // as in the string table: any bytes, possibly empty
	Linkage     Linkage
	Visibility  Visibility
	DLLStorage  uint8
	Comdat      *Comdat // nil if none
	Section     string
	Align       uint32 // bytes; 0 if not given
	Unnamed     UnnamedAddr
	DSOLocal    bool
	ThreadLocal TLSMode
	AddrSpace   uint32

	Type        TypeID // value type: the function type, the variable's type, the aliasee's value type
	Declaration bool   // functions and variables: nothing is defined here
	Constant    bool   // variables: "constant" rather than "global"
	// Zero says that a variable's initialiser is zeroinitializer, undef, poison or null: it takes no bytes in an
	// object.
	Zero       bool
	CallConv   uint32
	Attributes AttributeListID // functions: 0 is none

	// Base is what an alias or ifunc finally names, through casts and constant address arithmetic, one
	// step: a function, variable, alias or ifunc of the same module (an ifunc's resolver). Nil where the
	// expression is not understood.
	Base *Symbol
	// Refs are the symbols which a variable's initialiser refers to, directly or through constant
	// expressions, each once, in order of first mention.
	Refs []*Symbol
	// BlockOwners are the functions whose basic blocks a variable's initialiser takes the address of.
	BlockOwners []*Symbol

	// Body is where a function's FUNCTION_BLOCK stands. Zero for declarations.
	Body ByteRange
	Size int // bytes a variable occupies by the module's data layout; 0 if not known

	// value is the initialiser of a variable, the aliasee of an alias, the resolver of an ifunc.
	value ValueID
	// bodyHead is how many bits after the beginning of Body the FUNCTION_BLOCK's head continues behind its id.
	bodyHead uint8
	gc       bool // a function's garbage collector is named
	// extra are a function's personality, prefix and prologue data; NoValue where there is none.
	extra [3]ValueID
}

// Place is a symbol's position in its module, in the order Globals, Functions, Aliases, IFuncs.
type Place uint32

// Place returns the symbol's.
func (s *Symbol) Place() Place {
	i, m := s.Index, s.Module
	switch s.Kind {
	case IFuncSymbol:
		i += len(m.Aliases)
		fallthrough
	case AliasSymbol:
		i += len(m.Functions)
		fallthrough
	case FunctionSymbol:
		i += len(m.Globals)
	}
	return Place(i)
}

// At is the symbol with a Place.
func (m *Module) At(place Place) *Symbol {
	for _, list := range [...][]*Symbol{m.Globals, m.Functions, m.Aliases} {
		if int(place) < len(list) {
			return list[place]
		}
		place -= Place(len(list))
	}
	return m.IFuncs[place]
}

// ByteRange is a half-open range of offsets in the file given to Read.
type ByteRange struct{ Start, End int64 }
