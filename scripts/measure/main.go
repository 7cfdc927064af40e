// Command measure runs programs through orcast, natively and through LLVM's own lli, and compares them.
//
// Rule: it uses the command orcast and the files of .build/workloads, nothing of orcast's packages. Every figure is a
// median, and what is compared runs in turns, so that a change of the machine's speed meets all alike.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
)

func main() {
	runs := flag.Int("runs", 3, "how often each command runs; medians are shown")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: measure [-runs N] demo|claims|forecast|warm, from the top of the checkout, $ORCAST_BIN set")
		flag.PrintDefaults()
	}
	flag.Parse()
	var err error
	switch flag.Arg(0) {
	case "demo":
		err = demo(*runs)
	case "claims":
		err = claims(*runs)
	case "forecast":
		err = forecast(flag.Args()[1:])
	case "warm":
		err = warm(flag.Args()[1:])
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

// machine says where the figures come from, and how busy it was with other work.
func machine() string {
	model := "an unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := regexp.MustCompile(`model name\s*: (.*)`).FindSubmatch(info); m != nil {
			model = string(m[1])
		}
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return fmt.Sprintf("%d cores of %s", runtime.NumCPU(), model)
	}
	minute, _, _ := strings.Cut(string(load), " ")
	return fmt.Sprintf("%d cores of %s, load %s", runtime.NumCPU(), model, minute)
}
