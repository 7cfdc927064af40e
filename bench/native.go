package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"time"
)

// nativeFolder is where native programs are built whose building is timed.
const nativeFolder = ".build/bench/native/"

// nativeWay is the program that clang makes of the bitcode with an effort of code generation, 0 or 2.
func nativeWay(effort int) way {
	w := Way{Name: fmt.Sprintf("native -O%d", effort), Kind: KindNative, Effort: effort}
	about := fmt.Sprintf("The program compiled by clang -O%d from the same bitcode and linked before, which the time "+
		"leaves out.", effort)
	return way{Way: w, about: about, command: func(_ context.Context, s *subject) (Command, error) {
		return s.NativeAt(effort), nil
	}}
}

// NativeAt is the workload's run of the program that BuildNative made.
func (w Workload) NativeAt(effort int) Command {
	c := w.Native()
	c.Argv[0] = nativeFile(w, effort)
	return c
}

// source is the bitcode that the workload's native program is built from.
func (w Workload) source() string { return strings.TrimSuffix(w.Program, ".thin") }

func nativeFile(w Workload, effort int) string {
	return fmt.Sprintf("%s%s-O%d", nativeFolder, w.source(), effort)
}

// BuildNative compiles and links the workload's program from its bitcode, without LLVM's passes over the IR.
func BuildNative(ctx context.Context, w Workload, effort int) (Build, error) {
	link, err := os.ReadFile(Folder + w.source() + ".link")
	if err != nil {
		return Build{}, err
	}
	words := strings.Fields(string(link))
	if len(words) == 0 {
		return Build{}, fmt.Errorf("%s%s.link is empty; remove it and %[2]s.bc to have them built again", Folder,
			w.source())
	}
	if err := os.MkdirAll(nativeFolder, 0o777); err != nil {
		return Build{}, err
	}
	argv := []string{words[0], fmt.Sprintf("-O%d", effort), "-Xclang", "-disable-llvm-passes", "-w",
		"-x", "ir", Folder + w.source() + ".bc", "-o", nativeFile(w, effort)}
	return timedBuild(ctx, w.source(), effort, "", append(argv, words[1:]...)...)
}

// timedBuild runs a compiler in a folder.
func timedBuild(ctx context.Context, program string, effort int, dir string, argv ...string) (Build, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	killAsGroup(cmd)
	began := time.Now()
	output, err := cmd.CombinedOutput()
	wall := time.Since(began)
	if ctx.Err() != nil {
		return Build{}, ctx.Err()
	}
	if err != nil {
		return Build{}, &RunError{Argv: argv, Err: err, Stderr: output}
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return Build{Program: program, Effort: effort, WallMS: inMS(wall), CPUMS: inMS(cpu)}, nil
}

func inMS(d time.Duration) float64 { return d.Seconds() * 1e3 }

// newer tells whether a file is there and newer than another.
func newer(file, than string) (bool, error) {
	made, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	from, err := os.Stat(than)
	if err != nil {
		return false, err
	}
	return made.ModTime().After(from.ModTime()), nil
}
