package forecast

// summary are the calls of a module's functions as its ThinLTO summary has them.
type summary struct{}

// SummaryCalls returns the calls of f by the ThinLTO summary of its module, for which its body is not looked into; none
// if the module has no summary. The result must not be changed.
func (p *Program) SummaryCalls(f Func) []Call {
	return nil
}
