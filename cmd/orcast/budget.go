package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/orcast/orcast"
)

// parseBudget reads "50%", "16MB", or both with a comma between them. The empty string is no bound.
func parseBudget(text string) (b orcast.Budget, err error) {
	if text == "" {
		return b, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		if share, ok := strings.CutSuffix(part, "%"); ok && b.CPU == 0 {
			percent, err := strconv.ParseFloat(share, 64)
			if err != nil || !(percent > 0 && percent <= 100) {
				return b, fmt.Errorf("%q is no share of the processor: give above 0 %% and at most 100 %%", part)
			}
			b.CPU = percent / 100
			continue
		}
		if b.Code != 0 {
			return b, fmt.Errorf("%s: give one share such as 50%% and one size such as 16MB", text)
		}
		if b.Code, err = parseSize(part); err != nil {
			return b, fmt.Errorf("%q is neither a share such as 50%% nor a size such as 800kB, 16MB or 1GB", part)
		}
	}
	return b, nil
}

// parseSize reads a number of bytes with the unit kB, MB or GB.
func parseSize(text string) (int64, error) {
	for _, unit := range []struct {
		name  string
		bytes float64
	}{{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}} {
		if number, ok := strings.CutSuffix(text, unit.name); ok {
			n, err := strconv.ParseFloat(number, 64)
			if err == nil && n*unit.bytes >= 1 && n*unit.bytes < 1<<62 {
				return int64(n * unit.bytes), nil
			}
		}
	}
	return 0, fmt.Errorf("%q is no size such as 800kB, 16MB or 1GB", text)
}
