package program

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/quote"
)

// newestLLVM is the newest version of LLVM whose bitcode the linked one reads.
const newestLLVM = 22

// checkModule says why a module cannot run here.
func checkModule(name string, b *bitcode.Module) error {
	if !runsHere(b.Triple) {
		return fmt.Errorf("%s: the module is for %s; only x86_64 Linux can run here: compile it with "+
			"--target=x86_64-linux-gnu", name, b.Triple)
	}
	if point := b.ForeignLayout(); point != "" {
		return fmt.Errorf("%s: by the module's data layout %s, unlike on x86-64 Linux: compile it with "+
			"--target=x86_64-linux-gnu", name, point)
	}
	return nil
}

// runsHere says whether code for a target triple runs on x86-64 Linux. Vendor and C library are the user's affair.
func runsHere(triple string) bool {
	if triple == "" {
		return true
	}
	parts := strings.Split(triple, "-")
	if arch := parts[0]; arch != "x86_64" && arch != "amd64" && arch != "x86_64h" {
		return false
	}
	neutral := []string{"", "unknown", "none", "pc", "elf", "gnu"}
	linux := true
	for _, part := range parts[1:] {
		if strings.HasSuffix(part, "x32") { // 32-bit pointers
			return false
		}
		linux = linux && slices.Contains(neutral, part)
	}
	return linux || slices.ContainsFunc(parts[1:], func(part string) bool { return strings.HasPrefix(part, "linux") })
}

// checkDuplicates reports the names with two strong definitions.
func (l *linker) checkDuplicates() error {
	if len(l.duplicates) == 0 {
		return nil
	}
	if l.more > 0 {
		l.duplicates = append(l.duplicates, fmt.Sprintf("and %d more", l.more))
	}
	return errors.New("two definitions of one name; leave one out or make it static:\n  " +
		strings.Join(l.duplicates, "\n  "))
}

// findEntry finds the function to start.
func (p *Program) findEntry(name string) error {
	p.Entry, _ = p.Lookup(name)
	switch {
	case p.Entry.Symbol != nil && p.Entry.Symbol.Func >= 0, p.Entry.Object != nil && !p.Entry.Object.Data,
		p.Entry.Asm != nil:
		return nil
	case p.Entry.External == nil:
		return fmt.Errorf("%s is not a function in %s; choose the function to start with --entry NAME",
			quote.Name(name), p.inputOf(p.Entry))
	}
	for _, m := range p.Modules {
		for i, s := range symbolsOf(m.Bitcode) {
			if plainName(s.Name) != name {
				continue
			}
			if m.Refs[i].External != nil {
				return fmt.Errorf("%s is only declared in %s and no input defines it; add the input that does, or "+
					"choose another function with --entry NAME", quote.Name(name), m.Name)
			}
			return fmt.Errorf("%s is local to %s (static, or of internal linkage); a program can only start with a "+
				"global function", quote.Name(name), m.Name)
		}
	}
	message := fmt.Sprintf("no input defines the function %s to start with; choose one with --entry NAME",
		quote.Name(name))
	if near := p.near(name); len(near) > 0 {
		message += " (there is " + strings.Join(near, ", ") + ")"
	}
	return errors.New(message)
}

func (p *Program) inputOf(r Ref) string {
	switch {
	case r.Symbol != nil:
		return r.Symbol.Module.Name
	case r.Object != nil:
		return r.Object.Object.Name
	}
	return r.Asm.Module.Name
}

// near lists some global functions with names like one that is not there.
func (p *Program) near(name string) []string {
	const most = 3
	var near []string
	for _, f := range p.Functions {
		if len(near) < most && !f.Local && strings.Contains(strings.ToLower(f.Name), strings.ToLower(name)) {
			near = append(near, f.Name)
		}
	}
	for _, f := range p.Functions {
		if len(near) < most && !f.Local && len(p.Functions) <= most && !slices.Contains(near, f.Name) {
			near = append(near, f.Name)
		}
	}
	return near
}
