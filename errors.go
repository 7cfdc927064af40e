package orcast

import "github.com/orcast/orcast/internal/jit"

// ErrNotPromoted is what Engine.Promote says, with the reason, if a function keeps the code that it has.
var ErrNotPromoted = jit.ErrNotPromoted
