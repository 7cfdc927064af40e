// Command measure runs programs through orcast, natively and through LLVM's own lli, and compares them.
//
// Rule: it uses the command orcast, the files of .build/workloads, and of orcast's packages only bench. Every figure is
// a median, and what is compared runs in turns, so that a change of the machine's speed meets all alike.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	runs := flag.Int("runs", 3, "how often each command runs; medians are shown")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr,
			"usage: measure [-runs N] demo|claims|tier|forecast|warm, from the top of the checkout, $ORCAST_BIN set")
		flag.PrintDefaults()
	}
	flag.Parse()
	var err error
	switch flag.Arg(0) {
	case "demo":
		err = demo(*runs)
	case "claims":
		err = claims(*runs)
	case "tier":
		err = tier(*runs)
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
