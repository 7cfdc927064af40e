package sched

// Source is the order of the modules: every function, as they stand there, a few small ones at a time.
type Source struct {
	size  []int
	limit int
	next  int
	same  func(a, b int) bool
}

// NewSource makes the order for functions of the given sizes (bytes of bitcode). Functions a and b may be in
// one unit if same(a, b); a unit of several is not larger than limit.
func NewSource(size []int, limit int, same func(a, b int) bool) *Source {
	return &Source{size: size, limit: limit, same: same}
}

// Next implements Order.
func (o *Source) Next(open func(int) bool) []int {
	var unit []int
	bytes := 0
	for ; o.next < len(o.size); o.next++ {
		f := o.next
		if o.size[f] == 0 || !open(f) {
			continue
		}
		if len(unit) > 0 && (bytes+o.size[f] > o.limit || !o.same(unit[0], f)) {
			break
		}
		unit = append(unit, f)
		bytes += o.size[f]
	}
	return unit
}
