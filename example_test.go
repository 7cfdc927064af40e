package orcast_test

import (
	"fmt"
	"os"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/forecast"
)

const squares = `
define i64 @square(i64 %x) {
  %y = mul i64 %x, %x
  ret i64 %y
}
define i64 @sum(i64 %a, i64 %b) {
  %x = call i64 @square(i64 %a)
  %y = call i64 @square(i64 %b)
  %z = add i64 %x, %y
  ret i64 %z
}`

func ExampleEngine() {
	engine, err := orcast.New(orcast.Options{})
	if err != nil {
		panic(err)
	}
	defer engine.Close()
	fmt.Println(sumOfSquares(engine))
	// Output: 25
}

func sumOfSquares(engine *orcast.Engine) int64 {
	if err := engine.AddModule("squares", []byte(squares)); err != nil {
		panic(err)
	}
	f, err := engine.Lookup("sum")
	if err != nil {
		panic(err)
	}
	var sum func(a, b int64) int64
	if err := f.Bind(&sum); err != nil {
		panic(err)
	}
	return sum(3, 4)
}

// What one engine compiled is there for the next.
func ExampleOpenCache() {
	dir, err := os.MkdirTemp("", "cache")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	cache, err := orcast.OpenCache(orcast.CacheOptions{Dir: dir})
	if err != nil {
		panic(err)
	}
	for range 2 {
		engine, err := orcast.New(orcast.Options{Cache: cache})
		if err != nil {
			panic(err)
		}
		sum := sumOfSquares(engine)
		fmt.Println(sum, engine.Stats().Compiled > 0)
		engine.Close()
	}
	// Output:
	// 25 true
	// 25 false
}

// callees is a heuristic: what was called calls others, the last first.
type callees struct {
	program *forecast.Program
	list    []forecast.Candidate
}

func (h *callees) Observe(e forecast.Event) {
	if e.Kind == forecast.Called {
		for _, c := range h.program.Calls(e.Func) {
			h.list = append(h.list, forecast.Candidate{Func: c.Callee, Probability: max(c.Reach, 0.01), After: c.After,
				Reason: "called by", Cause: e.Func})
		}
	}
}

func (h *callees) Forecast(n int) (list []forecast.Candidate) {
	for i := len(h.list) - 1; i >= 0 && len(list) < n; i-- {
		if h.program.Open(h.list[i].Func) {
			list = append(list, h.list[i])
		}
	}
	return list
}

// A heuristic of one's own takes some twenty lines.
func Example_heuristic() {
	engine, err := orcast.New(orcast.Options{
		Heuristic: func(p *forecast.Program) forecast.Heuristic { return &callees{program: p} },
		Hints:     map[string]forecast.Hint{"square": {Likely: 1}},
	})
	if err != nil {
		panic(err)
	}
	defer engine.Close()
	if err := engine.AddModule("squares", []byte(squares)); err != nil {
		panic(err)
	}
	f, err := engine.Lookup("sum")
	if err != nil {
		panic(err)
	}
	var sum func(a, b int64) int64
	if err := f.Bind(&sum); err != nil {
		panic(err)
	}
	fmt.Println(sum(5, 12), engine.Stats().Called)
	// Output: 169 2
}
