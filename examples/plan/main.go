// Plan is a host that knows what it will call: the stages of a pipeline, in their order. It tells Orcast so by a
// heuristic of its own, and shows which stages were ready when they were called.
//
//	go run ./examples/plan
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

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
	// The pipeline calls stages through a table, in which no compiler could see their order.
	f, err := engine.Lookup("run")
	if err != nil {
		return err
	}
	var pipeline func(input int64) int64
	if err := f.Bind(&pipeline); err != nil {
		return err
	}
	fmt.Println("the pipeline made", pipeline(0))
	stats := engine.Stats()
	fmt.Fprintf(os.Stderr, "of %d functions called, %d were compiled ahead and ready, %d were being compiled\n", stats.Called, stats.Useful, stats.Late)
	return nil
}

// pipeline is a module of textual IR with a function for each stage, others that nobody needs, and one that calls the
// stages through a table which it fills first.
func pipeline() string {
	var ir, fill, call strings.Builder
	for i := range 40 {
		fmt.Fprintf(&ir, "define i64 @unused%d(i64 %%x) {\n  ret i64 %%x\n}\n", i)
	}
	for i, stage := range stages {
		fmt.Fprintf(&ir, "define i64 @%s(i64 %%x) {\n  %%y = add i64 %%x, %d\n  ret i64 %%y\n}\n", stage, i+1)
		fmt.Fprintf(&fill, "  %%slot%d = getelementptr ptr, ptr @table, i64 %d\n  store ptr @%s, ptr %%slot%d\n", i, i, stage, i)
		fmt.Fprintf(&call, "  %%stage%d = load ptr, ptr %%slot%d\n  %%value%d = call i64 %%stage%d(i64 %%value%d)\n", i, i, i+1, i, i)
	}
	return fmt.Sprintf("@table = global [%d x ptr] zeroinitializer\n%sdefine i64 @run(i64 %%value0) {\n%s%s  ret i64 %%value%d\n}\n",
		len(stages), ir.String(), fill.String(), call.String(), len(stages))
}
