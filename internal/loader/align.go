package loader

import (
	"fmt"

	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/stub"
)

// alignments are those of functions that ask for more than any stub has.
func alignments(p *program.Program) (map[int]uint64, error) {
	aligned := map[int]uint64{}
	for _, f := range p.Functions {
		if f.Align > stub.MaxAlign {
			return nil, fmt.Errorf("%s: %s is aligned to %d bytes; functions can be aligned to %d at most",
				f.Module.Name, f.Name, f.Align, stub.MaxAlign)
		}
		if f.Align > 16 && !f.HasFixedEntry() {
			aligned[int(f.Func)] = uint64(f.Align)
		}
	}
	return aligned, nil
}
