package bench

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Options say what to measure and where to keep the results.
type Options struct {
	Suite Suite
	// names of real programs' runs, or "synthetic" for all programs that are made; all of the suite if empty
	Workloads []string
	Command   string // that repeats it
	Results   string // a file, which is gone on with if it is of the same suite, machine and orcast
	Fresh     bool   // begin a new file
	Traces    string // a folder for traces of runs, which simulations start from
	Progress  *Progress
}

// Measure runs a suite, at the top of a checkout, with this executable as the orcast that is measured. It builds what
// it needs. When ctx ends, it stops; what was measured until then is in the file of results, and the same call goes on.
func Measure(ctx context.Context, o Options) error {
	cores := runtime.NumCPU()
	subjects, err := o.Suite.subjects(o.Workloads, cores)
	if err != nil {
		return err
	}
	header, err := o.header(cores)
	if err != nil {
		return err
	}
	if err := prepare(ctx, subjects, o.Progress); err != nil {
		return err
	}
	file, err := openResults(o.Results, header, o.Fresh, o.Progress.Say)
	if err != nil {
		return err
	}
	defer file.file.Close()
	dir, err := os.MkdirTemp("", "orcast-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := newRunner(o.Suite, subjects, file, dir, o.Traces, o.Progress)
	defer o.Progress.clear()
	if err := r.buildNatives(ctx); err != nil {
		return err
	}
	if err := r.rounds(ctx); err != nil {
		return err
	}
	return r.simulate(ctx)
}

// header says what is measured, and has the commands of this package run this executable.
func (o Options) header(cores int) (Header, error) {
	executable, err := os.Executable()
	if err != nil {
		return Header{}, err
	}
	if err := os.Setenv("ORCAST_BIN", executable); err != nil {
		return Header{}, err
	}
	hash, err := fileHash(executable)
	if err != nil {
		return Header{}, err
	}
	version, err := exec.Command(executable, "--version").Output()
	if err != nil {
		return Header{}, fmt.Errorf("%s --version: %w", executable, err)
	}
	own, llvm, _ := strings.Cut(strings.TrimSpace(string(version)), ", ")
	return Header{Suite: o.Suite.Name, Command: o.Command, Machine: hardware() + ", " + system(), Cores: cores,
		Orcast: own + ", SHA-256 " + hash, LLVM: llvm, Began: time.Now().Round(time.Second)}, nil
}

// fileHash is a file's SHA-256. It does not read the file as a whole, for what this process has in memory is the least
// that its children are said to have.
func fileHash(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), nil
}

// AtTop tells, by an error, that the current folder is not the top of a checkout.
func AtTop() error {
	for _, file := range []string{"scripts/workloads.sh", speculationSource} {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no %s here: change to the top of a checkout of orcast's source", file)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// prepare builds what the subjects need, as far as it is not there.
func prepare(ctx context.Context, subjects []*subject, p *Progress) error {
	var programs []string
	peers := false
	for _, s := range subjects {
		if s.shape != nil {
			if err := s.shape.Make(); err != nil {
				return err
			}
		} else if !slices.Contains(programs, s.Program) {
			programs = append(programs, s.Program)
			if s.Again() && !slices.Contains(programs, s.source()) {
				programs = append(programs, s.source()) // the native program is made of this one
			}
		}
		peers = peers || slices.ContainsFunc(s.ways, func(w way) bool { return w.Kind == KindPeer })
	}
	if len(programs) > 0 {
		p.clear()
		cmd := exec.CommandContext(ctx, "scripts/workloads.sh", programs...)
		killAsGroup(cmd)
		cmd.Stderr = p.To // it says what it builds
		if err := cmd.Run(); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			return fmt.Errorf("scripts/workloads.sh: %w", err)
		}
	}
	if err := MakeInputs(); err != nil || !peers {
		return err
	}
	return buildSpeculation(ctx, p)
}

// buildNatives measures the building of the native programs that the subjects run, once.
func (r *runner) buildNatives(ctx context.Context) error {
	measured := make(map[string]bool)
	for _, b := range r.file.Builds {
		measured[fmt.Sprintf("%s -O%d", b.Program, b.Effort)] = true
	}
	for _, s := range r.subjects {
		for _, w := range s.ways {
			if w.Kind != KindNative {
				continue
			}
			name := fmt.Sprintf("%s -O%d", s.source(), w.Effort)
			made, err := newer(nativeFile(s.Workload, w.Effort), Folder+s.source()+".bc")
			if err != nil {
				return err
			}
			if made && measured[name] {
				continue
			}
			r.progress.at("building "+name, 0, 0)
			b, err := BuildNative(ctx, s.Workload, w.Effort)
			if err != nil {
				return err
			}
			measured[name] = true
			if err := r.file.append(Line{Build: &b}); err != nil {
				return err
			}
		}
	}
	return nil
}
