package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/orcast/orcast/bench"
)

// demo shows SQLite's speedtest1 running, and then what that takes beside other ways to run the same bitcode.
func demo(runs int) error {
	shown := exec.Command(os.Getenv("ORCAST_BIN"), append([]string{"run", bench.Folder + "speedtest1.bc", "--"},
		bench.Speedtest...)...)
	shown.Stdout, shown.Stderr = os.Stdout, os.Stderr
	if err := shown.Run(); err != nil {
		return fmt.Errorf("orcast run: %w", err)
	}
	where := bench.Machine()
	fmt.Printf("\nNow %d runs each, in turns; lli's take their time ...\n", runs)
	commands := []bench.Command{
		bench.Native("speedtest1", bench.Speedtest...),
		bench.Orcast(nil, "speedtest1", bench.Speedtest...),
		bench.Orcast([]string{"--speculate", "none"}, "speedtest1", bench.Speedtest...),
		bench.LLI([]string{"--jit-kind=mcjit", "-O0"}, "speedtest1", bench.Speedtest...),
		bench.LLI([]string{"--jit-kind=orc-lazy"}, "speedtest1", bench.Speedtest...),
	}
	medians, err := bench.Compare(runs, bench.WithoutTimes, commands...)
	if err != nil {
		return err
	}
	fmt.Printf("\nspeedtest1 %s of SQLite, from bitcode of clang -O2: medians of %d runs on\n%s\n\n",
		strings.Join(bench.Speedtest, " "), runs, where)
	fmt.Printf("%-30s %8s %9s %9s %8s %8s %9s\n", "", "wall s", "defined", "called", "compiled", "stalls", "stall ms")
	for i, c := range commands {
		m := medians[i]
		fmt.Printf("%-30s %8.3f", c.Name, m.Wall.Seconds())
		if c.HasStats() {
			s := m.Stats
			fmt.Printf(" %9d %9d %8d %8d %9.0f", s.Defined, s.Called, s.Compiled, s.Stalls, s.StallMS)
		}
		fmt.Println()
	}
	fmt.Println("\nfunctions defined, called and compiled; " +
		"stalls are the times the program waited for code, and their sum.")
	fmt.Println("All printed what the native program prints, times aside.")
	return nil
}
