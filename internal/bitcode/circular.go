package bitcode

// circular finds a constant that is, through the operands of constants, a part of itself. LLVM's reader would
// follow it without end. A symbol ends the way: variables may refer to each other in circles.
func (m *Module) circular() (part ValueID, found bool) {
	const (
		unseen = iota
		open   // on the path
		closed
	)
	type step struct {
		value ValueID
		rest  []ValueID // operands still to be followed
	}
	state := make([]uint8, len(m.list))
	var path []step
	enter := func(v ValueID) {
		state[v] = open
		path = append(path, step{v, m.operandsOf(m.list[v])})
	}
	for start := range m.list {
		if state[start] != unseen || m.list[start].Op < AggregateConstant {
			continue
		}
		for enter(ValueID(start)); len(path) > 0; {
			top := &path[len(path)-1]
			if len(top.rest) == 0 {
				state[top.value] = closed
				path = path[:len(path)-1]
				continue
			}
			v := top.rest[0]
			top.rest = top.rest[1:]
			switch {
			case uint64(v) >= uint64(len(m.list)) || m.list[v].Op < AggregateConstant || state[v] == closed:
			case state[v] == open:
				return v, true
			default:
				enter(v)
			}
		}
	}
	return 0, false
}
