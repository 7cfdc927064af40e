package reuse

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/orcast/orcast/internal/bitcode"
	"github.com/orcast/orcast/internal/image"
	"github.com/orcast/orcast/internal/journal"
	"github.com/orcast/orcast/internal/llvm"
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

// later are the claimed parts that are linked one by one.
func (c *Code) later() []*part {
	return slices.DeleteFunc(c.hot(), func(p *part) bool { return p.when > atStart })
}

// Early gives the parts that static data may refer into, to variables that hold addresses of blocks, to be linked with
// it.
func (c *Code) Early() (items []loader.Item) {
	_, items = c.inOneGo(withData)
	return items
}

// inOneGo gives the parts that are linked at some time in one go, but for those that it has to give up.
func (c *Code) inOneGo(when when) (parts []*part, items []loader.Item) {
	for _, p := range c.hot() {
		if p.when != when {
			continue
		}
		item, err := c.item(p, false)
		if err != nil {
			c.giveUp(p, err)
			continue
		}
		parts, items = append(parts, p), append(items, item)
	}
	return parts, items
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

// settled notes that a part is linked, or why it cannot be.
func (p *part) settled(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.linked, p.err = err == nil, err
}

func (p *part) state() (linked bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.linked, p.err
}

// LinkFirst publishes what was linked with static data, and links what others need and then the first of the claimed
// parts of each module, which the program needs at once.
func (c *Code) LinkFirst() {
	for _, p := range c.hot() {
		if _, err := p.state(); p.when == withData && err == nil {
			c.linkedInOneGo(p, 0)
		}
	}
	c.linkTogether()
	for _, p := range c.later() {
		if p != p.of.parts[0] {
			continue
		}
		// Workers settle none before all static data has an address. They compile what is needed.
		if err := c.link(p, c.session); !c.needsTable(err) {
			p.taken.Store(true)
			c.finish(p, err)
		}
	}
}

// needsTable says that something cannot be linked before a function is compiled that has a table of addresses of
// blocks.
func (c *Code) needsTable(err error) bool {
	var failure *llvm.LinkError
	if !errors.As(err, &failure) {
		return false
	}
	_, ok := c.program.Missing(failure)
	return ok
}

// linkTogether links the parts that may need each other, or gives them up.
func (c *Code) linkTogether() {
	parts, items := c.inOneGo(together)
	if len(parts) == 0 {
		return
	}
	clock := c.journal.Time(journal.Link)
	linked, err := c.program.Link(items...)
	clock.Stop()
	for i, p := range parts {
		items[i].Code.Close()
		if err != nil {
			c.giveUp(p, err)
			continue
		}
		c.journal.Linked(linked[i].CodeSize)
		c.linkedInOneGo(p, linked[i].CodeSize)
	}
}

// linkedInOneGo tells of a part of which others have been linked with it.
func (c *Code) linkedInOneGo(p *part, code uint64) {
	p.settled(nil)
	span := c.begin(p)
	span.Code = code
	span.End()
	c.finish(p, nil)
}

// giveUp has the functions of a claimed part compiled as if it had not been there.
func (c *Code) giveUp(p *part, err error) {
	p.settled(err)
	c.warnOf(p, err)
	c.finish(p, err)
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

// settle links a claimed part, unless another worker does.
func (c *Code) settle(p *part, linker Linker) {
	if p.taken.CompareAndSwap(false, true) {
		c.finish(p, c.link(p, linker))
	}
}

// finish publishes the functions of a claimed part. If that could not be linked, they are compiled as if it had not
// been there.
func (c *Code) finish(p *part, err error) {
	if err != nil {
		c.session.Abandon(p.functions)
		return
	}
	c.session.Publish(p.functions, p.tier(c.tier))
}

// link links a part, once. If it cannot be linked before something is compiled, it may be tried again.
func (c *Code) link(p *part, linker Linker) error {
	first, err := c.tryLink(p, linker)
	if first && err != nil && !c.needsTable(err) {
		c.warnOf(p, err)
	}
	return err
}

// warnOf tells that a part cannot be linked. No lock is held, as it is the embedder who is told.
func (c *Code) warnOf(p *part, err error) {
	c.store.Warn(fmt.Sprintf("%s: its cached code is compiled anew, for it cannot be linked: %v", p.of.Name, err))
}

// tryLink links a part if nobody has done so, or found that it cannot be.
func (c *Code) tryLink(p *part, linker Linker) (first bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.linked || p.err != nil {
		return false, p.err
	}
	err = c.linkOnce(p, linker)
	if p.linked = err == nil; !c.needsTable(err) {
		p.err = err
	}
	return true, err
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

// Offers says that an image has a function, or had it: its code may turn out not to be of use.
func (c *Code) Offers(f program.FuncID) bool {
	return c != nil && int(f) < len(c.parts) && c.parts[f] != nil
}

// Use publishes a claimed function if an image has it, and others that come with it.
func (c *Code) Use(f program.FuncID, linker Linker) bool {
	if !c.Offers(f) || !c.session.AwaitLinkable() {
		return false
	}
	p := c.parts[f]
	if c.link(p, linker) != nil {
		return false
	}
	t := p.tier(c.tier)
	c.session.Publish([]program.FuncID{f}, t)
	for _, g := range p.functions {
		if c.session.Claim(g) {
			c.session.Publish([]program.FuncID{g}, t)
		}
	}
	return true
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
		p.edited.Uses[place] = bitcode.Place(place)
	}
	for _, f := range functions {
		if c.session.Claim(f) {
			place := c.program.Program.Functions[f].Def.Place()
			p.edited.Definitions[place] = place
			p.functions = append(p.functions, f)
		}
	}
}
