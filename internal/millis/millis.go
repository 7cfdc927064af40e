// Package millis writes times as numbers of milliseconds.
//
// Rule: in Go a time is a time.Duration; in JSON it is a number under a key that ends in "_ms".
package millis

import (
	"encoding/json"
	"math"
	"time"
)

// Duration is a time that JSON has in milliseconds, with three places after the point.
type Duration time.Duration

// MarshalJSON implements json.Marshaler.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Duration(d).Microseconds()) / 1000)
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *Duration) UnmarshalJSON(text []byte) error {
	var f float64
	err := json.Unmarshal(text, &f)
	*d = Duration(math.Round(f*1000)) * Duration(time.Microsecond)
	return err
}
