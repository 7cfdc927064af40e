package profile_test

import (
	"fmt"
	"time"

	"github.com/orcast/orcast/profile"
)

// A program has run twice, and did something else the second time.
func Example() {
	functions := []string{"main", "compress", "expand"}
	identify := func(f int) profile.Function { return profile.Function{Module: "zip.bc", Name: functions[f]} }

	var p profile.Profile
	p.Record(profile.Run{Calls: []profile.Call{{Function: 0}, {Function: 1, At: 40 * time.Microsecond}}}, identify)
	p.Record(profile.Run{Calls: []profile.Call{{Function: 0}, {Function: 2, At: 50 * time.Microsecond}}}, identify)
	file := p.Encode()

	read, err := profile.Decode(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, e := range read.Expectations() {
		fmt.Printf("%s: %.2f, after %v\n", read.Functions()[i].Name, e.Probability, e.At)
	}
	// Output:
	// main: 1.00, after 0s
	// expand: 0.53, after 50µs
	// compress: 0.47, after 40µs
}
