package bench

import (
	"fmt"
	"io"
	"time"
)

// Progress tells how far a suite is: on a terminal in one line that is written again and again, elsewhere in a line now
// and then.
type Progress struct {
	To       io.Writer
	Terminal bool

	began, told time.Time
	done        int // runs of this call
	shown       bool
}

// quiet is how long nothing is told where there is no terminal.
const quiet = 15 * time.Second

// Say prints a line that stays.
func (p *Progress) Say(text string) {
	p.clear()
	fmt.Fprintln(p.To, text)
}

// at tells what is done now, how many runs are left with this one, and how long they take; 0 runs if that is not known.
func (p *Progress) at(text string, left int, rest time.Duration) {
	now := time.Now()
	if p.began.IsZero() {
		p.began = now
	}
	if left > 0 {
		p.done++
	}
	if !p.Terminal && now.Sub(p.told) < quiet {
		return
	}
	p.told = now
	text = fmt.Sprintf("%s: %s", now.Sub(p.began).Round(time.Second), text)
	if left > 0 {
		text += fmt.Sprintf(" (%d/%d, about %s left)", p.done, p.done-1+left, rest.Round(time.Second))
	}
	if !p.Terminal {
		fmt.Fprintln(p.To, text)
		return
	}
	p.clear()
	if len(text) > 118 {
		text = text[:118]
	}
	fmt.Fprint(p.To, text)
	p.shown = true
}

// clear removes the line that is written again.
func (p *Progress) clear() {
	if p.shown {
		fmt.Fprint(p.To, "\r\x1b[K")
		p.shown = false
	}
}
