package flow

// room is where an analysis finds room for what it works out. It can be used again, for the next function, when
// nothing of that is needed any longer.
type room struct {
	words    []uint32
	floats   []float64
	flags    []bool
	facts    []facts
	blocks   []Block
	arrivals []arrival
	items    []item
	sites    []site
	loops    []loop
	calls    []Call
	exits    []exit
}

// take cuts n cleared elements off what is left of some room.
func take[T any](left *[]T, n int) []T {
	used := len(*left)
	if cap(*left)-used < n {
		*left = make([]T, 0, max(n, 2*cap(*left), 64))
		used = 0
	}
	*left = (*left)[:used+n]
	cut := (*left)[used : used+n : used+n]
	clear(cut)
	return cut
}

// empty makes all of it free again.
func (r *room) empty() {
	*r = room{r.words[:0], r.floats[:0], r.flags[:0], r.facts[:0], r.blocks[:0], r.arrivals[:0], r.items[:0],
		r.sites[:0], r.loops[:0], r.calls[:0], r.exits[:0]}
}
