// Plan is a host that knows what it will call: the stages of a pipeline, in their order. It tells Orcast so by a
// heuristic of its own, and shows of each stage whether it was ready when it was called.
//
//	go run ./examples/plan
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ebitengine/purego"

	"github.com/orcast/orcast"
	"github.com/orcast/orcast/forecast"
)

// stages are the functions that the pipeline calls, in order. Each adds its number to what it is given.
var stages = []string{"parse", "check", "plan", "fetch", "join", "sort", "print"}

// planned is a heuristic: it expects the stages of the pipeline in their order, a millisecond apart.
type planned struct{ program *forecast.Program }

// Observe has nothing to learn: Program knows what is compiled.
func (planned) Observe(forecast.Event) {}

func (h planned) Forecast(n int) (list []forecast.Candidate) {
	for i, stage := range stages {
		if f, ok := h.program.Lookup(stage); ok && h.program.Open(f) {
			list = append(list, forecast.Candidate{Func: f, Probability: 0.95,
				After: time.Duration(i) * time.Millisecond, Reason: "a stage of the plan", Cause: forecast.NoFunc})
		}
	}
	return list[:min(n, len(list))]
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "plan:", err)
		os.Exit(1)
	}
}

func run() error {
	own := func(p *forecast.Program) forecast.Heuristic { return planned{p} }
	engine, err := orcast.New(orcast.Options{Heuristic: forecast.Blend(own, forecast.Sequence)})
	if err != nil {
		return err
	}
	defer engine.Close()
	if err := engine.AddModule("pipeline", []byte(pipeline())); err != nil {
		return err
	}
	// The module gives its stages away by address: no compiler could see the order in which they are called. Looking
	// each up would have it compiled too, but all at once.
	f, err := engine.Lookup("stages")
	if err != nil {
		return err
	}
	var addresses func(table *uintptr)
	if err := f.Bind(&addresses); err != nil {
		return err
	}
	table := make([]uintptr, len(stages))
	addresses(&table[0])
	value := int64(0)
	for i, name := range stages {
		var stage func(int64) int64
		purego.RegisterFunc(&stage, table[i])
		stalls := engine.Stats().Stalls
		value = stage(value)
		state := "was ready"
		if engine.Stats().Stalls > stalls {
			state = "was waited for"
		}
		fmt.Println(name, state)
	}
	fmt.Println("the pipeline made", value)
	return nil
}

// pipeline is a module of textual IR with a function for each stage, others that nobody needs, and one that fills a
// table with the stages' addresses.
func pipeline() string {
	var ir, fill strings.Builder
	for i := range 40 {
		fmt.Fprintf(&ir, "define i64 @unused%d(i64 %%x) {\n  ret i64 %%x\n}\n", i)
	}
	for i, stage := range stages {
		fmt.Fprintf(&ir, "define i64 @%s(i64 %%x) {\n  %%y = add i64 %%x, %d\n  ret i64 %%y\n}\n", stage, i+1)
		fmt.Fprintf(&fill, "  %%slot%d = getelementptr ptr, ptr %%table, i64 %d\n  store ptr @%s, ptr %%slot%d\n", i, i,
			stage, i)
	}
	return fmt.Sprintf("%sdefine void @stages(ptr %%table) {\n%s  ret void\n}\n", ir.String(), fill.String())
}
