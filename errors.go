package orcast

import (
	"github.com/orcast/orcast/internal/jit"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
)

// What errors.As finds in errors of Run, of Engine's methods and of packages analysis and simulation. Messages are
// complete without them. ErrStarted and ErrClosed are what errors.Is finds besides, and fs.ErrNotExist for a file that
// is not there.
type (
	// InputError says that an input cannot be used, which one, and at which byte.
	InputError = program.InputError
	// UndefinedError says which symbols the program needs and nobody defines, and who refers to each.
	UndefinedError = loader.UndefinedError
	// CompileError says which function cannot be compiled.
	CompileError = jit.CompileError
)

// ErrNotPromoted is what Engine.Promote says, with the reason, if a function keeps the code that it has.
var ErrNotPromoted = jit.ErrNotPromoted
