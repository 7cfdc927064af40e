package simulation

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// A simulation that is written and read again is the same, and every key of a time ends in "_ms".
func TestJSON(t *testing.T) {
	want := Simulation{Stall: 1500 * time.Microsecond, Wall: time.Second, Called: 3, Speed: 2,
		Policies: []Run{{Policy: "none", Threads: 1, Stall: time.Millisecond, StallMax: 7 * time.Microsecond,
			Wall: 2 * time.Second, Stalls: 4, OfNone: 1, Wasted: 5}},
		Limits: []Limit{{Threads: 1, Best: 3 * time.Millisecond, Bound: time.Microsecond, BestOfNone: 0.5}}}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"stall_ms":1.5,`, `"wall_ms":1000,`, `"stall_max_ms":0.007`, `"best_ms":3,`,
		`"bound_ms":0.001,`, `"called":3`, `"policies":[`, `"of_none":1`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s is not in %s", part, text)
		}
	}
	var got Simulation
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v", got)
	}
}
