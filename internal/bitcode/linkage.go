package bitcode

// Linkage says who sees a symbol and which of several definitions counts.
type Linkage uint8

const (
	External Linkage = iota
	AvailableExternally
	LinkOnceAny
	LinkOnceODR
	WeakAny
	WeakODR
	Appending
	Internal
	Private
	ExternWeak
	Common
)

var linkageNames = [...]string{"external", "available_externally", "linkonce", "linkonce_odr", "weak", "weak_odr",
	"appending", "internal", "private", "extern_weak", "common"}

// String is the keyword of textual IR.
func (l Linkage) String() string { return linkageNames[l] }

// decodeLinkage knows the codes of all LLVMs: some linkages have an old and a new code, some old ones
// (dllimport, linker_private) have become other properties.
func decodeLinkage(code uint64) Linkage {
	switch code {
	case 1, 16:
		return WeakAny
	case 2:
		return Appending
	case 3:
		return Internal
	case 4, 18:
		return LinkOnceAny
	case 7:
		return ExternWeak
	case 8:
		return Common
	case 9, 13, 14:
		return Private
	case 10, 17:
		return WeakODR
	case 11, 19:
		return LinkOnceODR
	case 12:
		return AvailableExternally
	}
	return External
}

// Visibility is that of ELF.
type Visibility uint8

const (
	DefaultVisibility Visibility = iota
	Hidden
	Protected
)

// UnnamedAddr says whether the address of a symbol matters.
type UnnamedAddr uint8

const (
	AddressMatters UnnamedAddr = iota
	GlobalUnnamed              // unnamed_addr: nobody compares the address
	LocallyUnnamed             // local_unnamed_addr: nobody in this module does
)

// TLSMode is the model of thread-local storage; 0 is none.
type TLSMode uint8

const (
	NotThreadLocal TLSMode = iota
	GeneralDynamic
	LocalDynamic
	InitialExec
	LocalExec
)

// setVisibility fills in what depends on visibility and linkage, as LLVM's own reader does.
func (s *Symbol) setVisibility(code uint64, dsoLocal bool) {
	local := s.Linkage == Internal || s.Linkage == Private
	if !local && code <= uint64(Protected) {
		s.Visibility = Visibility(code)
	}
	s.DSOLocal = dsoLocal || local || s.Visibility != DefaultVisibility && s.Linkage != ExternWeak
}

func decodeUnnamed(code uint64) UnnamedAddr {
	if code > uint64(LocallyUnnamed) {
		return AddressMatters
	}
	return UnnamedAddr(code)
}

// decodeTLS takes an unknown model for the one that always works.
func decodeTLS(code uint64) TLSMode {
	if code > uint64(LocalExec) {
		return GeneralDynamic
	}
	return TLSMode(code)
}
