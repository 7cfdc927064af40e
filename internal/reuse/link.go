package reuse

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/loader"
	"github.com/orcast/orcast/internal/program"
	"github.com/orcast/orcast/internal/tier"
	"github.com/orcast/orcast/trace"
)

// Claim takes the functions of all parts that are to be linked when the program starts.
func (c *Code) Claim() {
	for _, p := range c.hot() {
		for _, f := range p.functions {
			c.session.Claim(f)
		}
	}
}

// hot are the parts to be linked when the program starts.
func (c *Code) hot() (parts []*part) {
	if c == nil {
		return nil
	}
	for _, m := range c.modules {
		for _, p := range m.parts {
			if p.when >= atStart {
				parts = append(parts, p)
			}
		}
	}
	return parts
}

// later are the claimed parts that are not linked with static data.
func (c *Code) later() []*part {
	return slices.DeleteFunc(c.hot(), func(p *part) bool { return p.when == withData })
}

// Early gives the parts that static data may refer into, to variables that hold addresses of blocks: items to link with
// it, and their functions.
func (c *Code) Early() (items []loader.Item, functions []program.FuncID) {
	for _, p := range c.hot() {
		if p.when == withData {
			item, _ := c.item(p, false) // an object, which fails when it is linked
			items = append(items, item)
			functions = append(functions, p.functions...)
			p.linked = true
			c.begin(p).End()
		}
	}
	return items, functions
}

// begin begins to link a part.
func (c *Code) begin(p *part) *journal.Span {
	s := c.journal.Begin(p.of.Number, journal.Starter)
	s.Functions, s.Reason, s.Tier = p.functions, trace.Cached, p.tier(c.tier)
	return s
}

// tier is that of the part's code in an image of a tier: what the baseline compiler leaves to LLVM stands beside its
// code.
func (p *part) tier(of tier.Tier) tier.Tier {
	if isUnit(p.Object) {
		return tier.Baseline
	}
	return of.LLVM()
}

// item is a part to be linked. The error says that its bytes are damaged.
func (c *Code) item(p *part, late bool) (i loader.Item, err error) {
	i = loader.Item{Module: p.of.Module, Late: late, Renumbering: p.edited}
	if p.Lenient || len(p.functions) < len(p.Functions) {
		i.Gone = c.program.StubAddress(c.program.Undefined)
	}
	values := len(p.of.Refs)
	if p.edited != nil {
		values = len(p.edited.Uses)
	}
	i.Code, err = c.codeOf("cached code", p.Object, values)
	return i, err
}

// LinkFirst links the first of the claimed parts of each module, which the program needs at once.
func (c *Code) LinkFirst() {
	for _, p := range c.later() {
		if p == p.of.parts[0] {
			c.settle(p, c.session)
		}
	}
}

// LinkLater links the other claimed parts, by a worker's linker. Workers share them.
func (c *Code) LinkLater(linker Linker) {
	for _, p := range c.later() {
		if !c.session.AwaitLinkable() {
			return
		}
		c.settle(p, linker)
	}
}

// settle links a claimed part and publishes its functions, unless another worker does. If it cannot be linked, they are
// compiled as if it had not been there.
func (c *Code) settle(p *part, linker Linker) {
	if !p.taken.CompareAndSwap(false, true) {
		return
	}
	if c.link(p, linker) != nil {
		c.session.Abandon(p.functions)
		return
	}
	c.session.Publish(p.functions, p.tier(c.tier))
}

// link links a part, once.
func (c *Code) link(p *part, linker Linker) error {
	first, err := c.tryLink(p, linker)
	if first && err != nil {
		c.warnOf(p, err)
	}
	return err
}

// warnOf tells that a part cannot be linked. No lock is held, as it is the embedder who is told.
func (c *Code) warnOf(p *part, err error) {
	c.store.Warn(fmt.Sprintf("%s: its cached code is compiled anew, for it cannot be linked: %v", p.of.Name, err))
}

// tryLink links a part if nobody has tried to.
func (c *Code) tryLink(p *part, linker Linker) (first bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.linked || p.err != nil {
		return false, p.err
	}
	p.err = c.linkOnce(p, linker)
	p.linked = p.err == nil
	return true, p.err
}

func (c *Code) linkOnce(p *part, linker Linker) error {
	item, err := c.item(p, true)
	if err != nil {
		return err
	}
	defer item.Code.Close()
	span := c.begin(p)
	if err := linker.Link(span, item); err != nil {
		return err
	}
	span.End()
	return nil
}

// Use publishes those functions of a unit that an image has, and returns the others.
func (c *Code) Use(unit []program.FuncID, linker Linker) (others []program.FuncID) {
	if c == nil {
		return unit
	}
	for _, f := range unit {
		var p *part
		if int(f) < len(c.parts) {
			p = c.parts[f]
		}
		if p == nil || !c.session.AwaitLinkable() || c.link(p, linker) != nil {
			others = append(others, f)
			continue
		}
		t := p.tier(c.tier)
		c.session.Publish([]program.FuncID{f}, t)
		for _, g := range p.functions {
			if c.session.Claim(g) {
				c.session.Publish([]program.FuncID{g}, t)
			}
		}
	}
	return others
}

// AwaitFetched uses the images of a server that come after the start, until the session ends.
func (c *Code) AwaitFetched(ending <-chan struct{}) {
	if c == nil {
		return
	}
	runtime.LockOSThread() // for the clock of linking
	defer runtime.UnlockOSThread()
	for _, m := range c.modules {
		if m.fetched == nil {
			continue
		}
		select {
		case blob := <-m.fetched:
			if i := c.decode(m.Module, blob); i != nil && c.session.AwaitLinkable() {
				c.late(m, i)
			}
		case <-ending:
			return
		}
	}
}

// late uses those functions of an image which nobody has begun to compile. Of parts that define variables it uses none,
// as these may have addresses already.
func (c *Code) late(m *module, i *image.Image) {
	for k := range i.Parts {
		p := &part{Part: &i.Parts[k], of: m}
		var functions []program.FuncID
		for _, f := range p.Functions {
			if s := m.function(f.Place); s != nil {
				functions = append(functions, s.Func)
				if f.Called {
					p.when = atStart
				}
			}
		}
		if p.when == onDemand || slices.ContainsFunc(functions, c.program.IsLinkedEarly) {
			continue
		}
		if c.claimLate(p, functions, i.Values); len(p.functions) > 0 {
			c.settle(p, c.session)
		}
	}
}

// claimLate takes those functions of a part which nobody has begun to compile; the part defines no other ones.
func (c *Code) claimLate(p *part, functions []program.FuncID, values int) {
	p.edited = newRenumbering(values)
	for place := range p.edited.Uses {
		p.edited.Uses[place] = uint32(place)
	}
	for _, f := range functions {
		if c.session.Claim(f) {
			place := c.program.Program.Functions[f].Def.Place()
			p.edited.Definitions[place] = uint32(place)
			p.functions = append(p.functions, f)
		}
	}
}
