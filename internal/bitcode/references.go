package bitcode

// References returns every symbol that a function refers to, each once, in the order of first mention: its
// personality, prefix and prologue data, then the operands of its body, through constant expressions. Functions of
// whose blocks it has addresses are among them.
func (f *Symbol) References() (list []*Symbol, err error) {
	err = f.Lend(func(b *Body) {
		c := mentions{body: b, seen: map[ValueID]bool{}}
		for _, v := range f.extra {
			c.add(v)
		}
		for _, v := range b.operands {
			c.add(v)
		}
		list = c.list
	})
	return list, err
}

// mentions collects symbols in the order in which they are mentioned.
type mentions struct {
	body  *Body
	seen  map[ValueID]bool
	list  []*Symbol
	stack []ValueID
}

func (c *mentions) add(v ValueID) {
	c.stack = append(c.stack[:0], v)
	for len(c.stack) > 0 {
		v := c.stack[len(c.stack)-1]
		c.stack = c.stack[:len(c.stack)-1]
		k, ok := c.body.Constant(v)
		if !ok || k.Op != SymbolConstant && k.Op < AggregateConstant || c.seen[v] {
			continue
		}
		c.seen[v] = true
		if k.Op == SymbolConstant {
			c.list = append(c.list, c.body.Symbol(v))
			continue
		}
		operands := c.body.ConstantOperands(v)
		for i := len(operands) - 1; i >= 0; i-- {
			c.stack = append(c.stack, operands[i])
		}
	}
}
