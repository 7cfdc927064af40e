package profile

import (
	"encoding/json"
	"fmt"
	"time"
)

// The JSON form. Names of fields are part of the interface and do not change; see docs/profile.md.
type (
	jsonProfile struct {
		Version   int            `json:"version"`
		Functions []jsonFunction `json:"functions"`
		Runs      []jsonRun      `json:"runs"`
	}
	jsonFunction struct {
		Module      string  `json:"module"`
		Name        string  `json:"name"`
		ID          string  `json:"id"`
		Probability float64 `json:"probability"`
		AtUS        float64 `json:"at_us"`
	}
	jsonRun struct {
		Weight float64    `json:"weight"`
		Calls  []jsonCall `json:"calls"`
		Wasted []int      `json:"wasted"`
	}
	jsonCall struct {
		Function int    `json:"function"`
		AtUS     int64  `json:"at_us"`
		StallUS  int64  `json:"stall_us"`
		Outcome  string `json:"outcome"`
	}
)

// MarshalJSON implements json.Marshaler.
func (p *Profile) MarshalJSON() ([]byte, error) {
	form := jsonProfile{version, make([]jsonFunction, 0, len(p.functions)), make([]jsonRun, 0, len(p.runs))}
	expectations := p.Expectations()
	for i, f := range p.functions {
		e := expectations[i]
		form.Functions = append(form.Functions, jsonFunction{f.Module, f.Name, fmt.Sprintf("%016x", f.ID),
			e.Probability, float64(e.At) / float64(time.Microsecond)})
	}
	for _, r := range p.runs {
		run := jsonRun{r.Weight, make([]jsonCall, 0, len(r.Calls)), append([]int{}, r.Wasted...)}
		for _, c := range r.Calls {
			run.Calls = append(run.Calls, jsonCall{c.Function, c.At.Microseconds(), c.Stall.Microseconds(),
				c.Outcome.String()})
		}
		form.Runs = append(form.Runs, run)
	}
	return json.Marshal(form)
}
