package bench

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Machine says where figures come from, and how busy it was with other work.
func Machine() string {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return hardware()
	}
	minute, _, _ := strings.Cut(string(load), " ")
	return fmt.Sprintf("%s, load %s", hardware(), minute)
}

// hardware is what of a machine does not change.
func hardware() string {
	model := "an unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := regexp.MustCompile(`model name\s*: (.*)`).FindSubmatch(info); m != nil {
			model = string(m[1])
		}
	}
	return fmt.Sprintf("%d cores of %s", runtime.NumCPU(), model)
}

// system is the kernel's name and version, and how much memory there is.
func system() string {
	kernel, err := exec.Command("uname", "-sr").Output()
	if err != nil {
		return "an unknown system"
	}
	text := strings.TrimSpace(string(kernel))
	if info, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kb float64
		if _, err := fmt.Sscanf(string(info), "MemTotal: %g kB", &kb); err == nil {
			text += fmt.Sprintf(", %.1f GiB of memory", kb/(1<<20))
		}
	}
	return text
}

// Median leaves out what is not a number; of nothing it is NaN.
func Median(list []float64) float64 {
	list = slices.DeleteFunc(slices.Clone(list), math.IsNaN)
	if len(list) == 0 {
		return math.NaN()
	}
	slices.Sort(list)
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// Figure shows a number in so many decimal places, and "-" for none.
func Figure(n float64, places int) string {
	if math.IsNaN(n) {
		return "-"
	}
	return fmt.Sprintf("%.*f", places, n)
}
