package simulation

import (
	"encoding/json"
	"time"

	"github.com/orcast/orcast/internal/millis"
)

// The forms in JSON: first the times, then the fields that have tags.
type (
	simulationFile struct {
		Stall millis.Duration `json:"stall_ms"`
		Wall  millis.Duration `json:"wall_ms"`
		*simulationRest
	}
	runFile struct {
		Stall    millis.Duration `json:"stall_ms"`
		StallMax millis.Duration `json:"stall_max_ms"`
		Wall     millis.Duration `json:"wall_ms"`
		*runRest
	}
	limitFile struct {
		Best  millis.Duration `json:"best_ms"`
		Bound millis.Duration `json:"bound_ms"`
		*limitRest
	}

	simulationRest Simulation // without methods, as the others
	runRest        Run
	limitRest      Limit
)

// MarshalJSON implements json.Marshaler.
func (s Simulation) MarshalJSON() ([]byte, error) {
	return json.Marshal(simulationFile{millis.Duration(s.Stall), millis.Duration(s.Wall), (*simulationRest)(&s)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Simulation) UnmarshalJSON(text []byte) error {
	f := simulationFile{simulationRest: (*simulationRest)(s)}
	err := json.Unmarshal(text, &f)
	s.Stall, s.Wall = time.Duration(f.Stall), time.Duration(f.Wall)
	return err
}

// MarshalJSON implements json.Marshaler.
func (r Run) MarshalJSON() ([]byte, error) {
	return json.Marshal(runFile{millis.Duration(r.Stall), millis.Duration(r.StallMax), millis.Duration(r.Wall),
		(*runRest)(&r)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *Run) UnmarshalJSON(text []byte) error {
	f := runFile{runRest: (*runRest)(r)}
	err := json.Unmarshal(text, &f)
	r.Stall, r.StallMax, r.Wall = time.Duration(f.Stall), time.Duration(f.StallMax), time.Duration(f.Wall)
	return err
}

// MarshalJSON implements json.Marshaler.
func (l Limit) MarshalJSON() ([]byte, error) {
	return json.Marshal(limitFile{millis.Duration(l.Best), millis.Duration(l.Bound), (*limitRest)(&l)})
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *Limit) UnmarshalJSON(text []byte) error {
	f := limitFile{limitRest: (*limitRest)(l)}
	err := json.Unmarshal(text, &f)
	l.Best, l.Bound = time.Duration(f.Best), time.Duration(f.Bound)
	return err
}
