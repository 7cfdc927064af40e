package bench

// ClaimsError says which claims do not hold.
type ClaimsError struct{ Claims []string }

func (e *ClaimsError) Error() string { return "claims do not hold" }

// Report writes a report.
func Report(results *Results, dir string) error { return nil }
