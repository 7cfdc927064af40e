package forecast

// Blend lets several heuristics guess together. How far each is trusted is for the scheduler to say, by how well its
// guesses have done in this run.
func Blend(makers ...Maker) Maker {
	return func(p *Program) Heuristic {
		b := make(blend, len(makers))
		for i, m := range makers {
			b[i] = m(p)
		}
		return b
	}
}

type blend []Heuristic

// Observe implements Heuristic.
func (b blend) Observe(e Event) {
	for _, h := range b {
		h.Observe(e)
	}
}

// Forecast implements Heuristic: n of each.
func (b blend) Forecast(n int) []Candidate {
	var list []Candidate
	for _, h := range b {
		list = append(list, h.Forecast(n)...)
	}
	return list
}
