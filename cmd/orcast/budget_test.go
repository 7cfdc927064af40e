package main

import (
	"testing"

	"github.com/orcast/orcast"
)

func TestBudget(t *testing.T) {
	for text, want := range map[string]orcast.Budget{
		"":           {},
		"50%":        {CPU: 0.5},
		"0.5%":       {CPU: 0.005},
		"16MB":       {Code: 16e6},
		"1.5kB":      {Code: 1500},
		"100%,2GB":   {CPU: 1, Code: 2e9},
		"800kB,100%": {CPU: 1, Code: 800e3},
	} {
		if got, err := parseBudget(text); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"0%", "101%", "-5%", "NaN%", "x%", "50", "16 MB", "MB", "0MB", "-1MB", "1e30GB",
		"NaNMB", "50%,", "50%,60%", "1MB,2MB", ",", "50%,1MB,1MB"} {
		if got, err := parseBudget(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
