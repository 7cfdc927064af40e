package program

// What a program consists of is numbered, each kind from 0. These types keep the numbers of one kind from being taken
// for those of another; places of values in a module's own lists are a matter of package bitcode.
type (
	// ModuleID is the position of a module in Program.Modules.
	ModuleID int
	// SymbolID is the position of a definition in Program.Symbols.
	SymbolID int32
	// FuncID is the position of a function in Program.Functions, which is the number of its stub.
	FuncID int32
)

// NoFunc is no function.
const NoFunc FuncID = -1
