package forecast

// Blend lets several heuristics guess together. How far each is trusted is for the scheduler to say, by how well its
// guesses have done in this run.
func Blend(makers ...Maker) Maker {
	return func(p *Program) Heuristic {
		b := &blend{parts: make([]Heuristic, len(makers))}
		for i, m := range makers {
			b.parts[i] = m(p)
		}
		return b
	}
}

type blend struct {
	parts []Heuristic
	list  []Candidate // the last forecast
}

// Observe implements Heuristic.
func (b *blend) Observe(e Event) {
	for _, h := range b.parts {
		h.Observe(e)
	}
}

// Forecast implements Heuristic: n of each.
func (b *blend) Forecast(n int) []Candidate {
	b.list = b.list[:0]
	for _, h := range b.parts {
		b.list = append(b.list, h.Forecast(n)...)
	}
	return b.list
}
