package bench

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// History is what one run of a workload left for later ones, in a folder.
type History struct{ dir string }

// Record runs the workload by orcast twice, at an effort of code generation, and keeps its code and its profile in the
// folder. It runs on the cores of a list as taskset takes it, on any if that is "".
func Record(ctx context.Context, w Workload, dir string, cores string, flags ...string) (History, error) {
	h := History{dir}
	for _, keep := range [][]string{
		{"--cache-dir", h.Cache(), "--no-profile"},
		{"--no-cache", "--profile", h.recorded()},
	} {
		c, err := w.Keeping(append(keep, flags...)...)
		if err != nil {
			return h, err
		}
		if cores != "" {
			c = c.OnCores(cores)
		}
		if _, err := c.Run(ctx); err != nil {
			return h, err
		}
	}
	return h, writeOrder(h.recorded(), h.Order())
}

// Cache is a folder of compiled code.
func (h History) Cache() string { return filepath.Join(h.dir, "cache") }

// Order is a symbol order file of the run's first calls.
func (h History) Order() string { return filepath.Join(h.dir, "order") }

// Profile is a file that Renew fills.
func (h History) Profile() string { return filepath.Join(h.dir, "profile") }

func (h History) recorded() string { return filepath.Join(h.dir, "recorded") }

// Renew makes the profile that of the one run again, for a run adds to the profile that it is given.
func (h History) Renew() error { return CopyFile(h.recorded(), h.Profile()) }

// CopyFile copies a file's contents, for this user only.
func CopyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}

// writeOrder makes a symbol order file of a profile.
func writeOrder(profile, order string) error {
	text, err := exec.Command(os.Getenv("ORCAST_BIN"), "profile", "show", "--json", profile).Output()
	if err != nil {
		return fmt.Errorf("orcast profile show: %w", err)
	}
	type function struct {
		Name string  `json:"name"`
		At   float64 `json:"at_us"`
	}
	var p struct {
		Functions []function `json:"functions"`
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return err
	}
	slices.SortStableFunc(p.Functions, func(a, b function) int { return cmp.Compare(a.At, b.At) })
	var names strings.Builder
	for _, f := range p.Functions {
		fmt.Fprintln(&names, f.Name)
	}
	return os.WriteFile(order, []byte(names.String()), 0o600)
}
