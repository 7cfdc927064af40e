package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Where the driver over LLVM's own speculation is, and from what it is built.
const (
	speculationSource = "bench/peers/speculation.cpp"
	speculationDriver = ".build/peers/speculation"
)

// objectParts is in how many objects a program is compiled for llvm-jitlink, which links an object as a whole.
const objectParts = 32

// lliWay is LLVM's own tool in one of its modes.
func lliWay(name, about string, effort, threads int, flags ...string) way {
	w := Way{Name: "lli " + name, Kind: KindPeer, Effort: effort, Threads: threads}
	return way{Way: w, about: about, command: func(_ context.Context, s *subject) (Command, error) {
		c := LLI(flags, s.Program, s.Args...)
		c.Stdin = s.Stdin
		return c, nil
	}}
}

// lliWays are the modes of lli that do not vary with the number of threads. Its ORC modes take no notice of -O0.
func lliWays() []way {
	return []way{
		lliWay("mcjit -O0", "LLVM's older JIT: compiles everything before it starts, fast.", 0, 0, "--jit-kind=mcjit",
			"-O0"),
		lliWay("mcjit -O2", "LLVM's older JIT: compiles everything before it starts, optimising.", 2, 0,
			"--jit-kind=mcjit", "-O2"),
		lliWay("orc", "LLVM's ORC: compiles everything before it starts, optimising.", 2, 0, "--jit-kind=orc"),
	}
}

func lazyWay(threads int) way {
	return lliWay("orc-lazy, "+Count(threads, "thread"),
		"LLVM's ORC: compiles a function when it is first called, optimising.", 2, threads,
		"--jit-kind=orc-lazy", fmt.Sprintf("--compile-threads=%d", threads))
}

// speculationWay is LLVM's own speculation with one of its queries.
func speculationWay(query string, threads int) way {
	w := Way{Name: fmt.Sprintf("LLVM speculation %s -O0, %s", query, Count(threads, "thread")), Kind: KindPeer,
		Threads: threads}
	about := map[string]string{
		"none":     "The layers of LLVM's speculation without it, function by function.",
		"block":    "LLVM's IRSpeculationLayer, which guesses by the frequency of blocks (BlockFreqQuery).",
		"sequence": "LLVM's IRSpeculationLayer, which guesses by the sequence of blocks (SequenceBBQuery).",
	}[query]
	return way{Way: w, about: about, command: func(_ context.Context, s *subject) (Command, error) {
		argv := []string{speculationDriver, query, strconv.Itoa(threads), "0", Folder + s.Program + ".bc"}
		return Command{Name: w.Name, Argv: append(argv, s.Args...), Stdin: s.Stdin}, nil
	}}
}

// buildSpeculation builds the driver if its source is newer.
func buildSpeculation(ctx context.Context, p *Progress) error {
	if done, err := newer(speculationDriver, speculationSource); done || err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(speculationDriver), 0o777); err != nil {
		return err
	}
	p.Say("building " + speculationDriver)
	flags, err := exec.Command("llvm-config-22", "--cxxflags", "--ldflags", "--libs").Output()
	if err != nil {
		return fmt.Errorf("llvm-config-22: %w; scripts/setup.sh installs it", err)
	}
	argv := slices.Concat([]string{"-O2", "-fexceptions", speculationSource, "-o", speculationDriver + ".tmp"},
		strings.Fields(string(flags)))
	output, err := exec.CommandContext(ctx, "g++", argv...).CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", speculationSource, err, output)
	}
	return os.Rename(speculationDriver+".tmp", speculationDriver)
}

// jitlinkWay is LLVM's linker of objects into memory, which can link ahead in a recorded order.
func jitlinkWay(speculate bool, threads int) way {
	w := Way{Kind: KindPeer, Threads: threads}
	about := fmt.Sprintf("llvm-jitlink -lazy: the program was compiled to %d objects before, which the time leaves "+
		"out; an object is linked when something of it is first called", objectParts)
	if speculate {
		w.Name = "llvm-jitlink of objects, recorded order, " + Count(threads, "thread")
		about += ", or ahead in the order in which an equal run by orcast called (its own -record-lazy-execs writes " +
			"nothing if a program calls exit)"
	} else {
		w.Name = "llvm-jitlink of objects, lazy, " + Count(threads, "thread")
	}
	return way{Way: w, about: about + ".", command: func(ctx context.Context, s *subject) (Command, error) {
		if _, made := s.objects[s.Program]; !made {
			if err := s.makeObjects(ctx); err != nil {
				return Command{}, fmt.Errorf("compiling to objects: %w", err)
			}
		}
		if !speculate {
			return s.jitlink(threads)
		}
		order, err := s.jitlinkOrder(ctx)
		if err != nil {
			return Command{}, fmt.Errorf("recording a run: %w", err)
		}
		return s.jitlink(threads, "-speculate=simple", "-speculate-order="+order)
	}}
}

// jitlink runs the workload from its objects.
func (s *subject) jitlink(threads int, flags ...string) (Command, error) {
	runtime, err := exec.Command("clang-22", "-print-file-name=liborc_rt-x86_64.a").Output()
	file := strings.TrimSpace(string(runtime))
	if err != nil || !filepath.IsAbs(file) {
		return Command{}, errors.New("there is no ORC runtime; scripts/setup.sh bench installs it")
	}
	argv := append([]string{"llvm-jitlink-22", "-orc-runtime=" + file, fmt.Sprintf("-num-threads=%d", threads)},
		flags...)
	for _, part := range s.objects[s.Program] {
		argv = append(argv, "-lazy", part)
	}
	argv = append(argv, "--args", s.Program) // the program's own name comes first
	return Command{Name: "llvm-jitlink", Argv: append(argv, s.Args...), Stdin: s.Stdin}, nil
}

// jitlinkOrder writes the order of an equal run's first calls as llvm-jitlink takes it: each line has the library,
// which it calls main, and the function, by the name it gives to the one behind the stub.
func (s *subject) jitlinkOrder(ctx context.Context) (string, error) {
	file := filepath.Join(s.dir, s.Name+".csv")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	known, err := s.recorded(ctx, 0)
	if err != nil {
		return "", err
	}
	names, err := os.ReadFile(known.Order())
	if err != nil {
		return "", err
	}
	var order strings.Builder
	for _, name := range strings.Fields(string(names)) {
		fmt.Fprintf(&order, "main, %s$orc_fnbody\n", name)
	}
	return file, os.WriteFile(file, []byte(order.String()), 0o600)
}

// makeObjects compiles the program to objects, and notes how long that took.
func (s *subject) makeObjects(ctx context.Context) error {
	dir, err := filepath.Abs(filepath.Join(s.dir, "objects", s.Program))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	bitcode := Folder + s.Program + ".bc"
	split, err := timedBuild(ctx, s.Program, 0, "",
		"llvm-split-22", "-j", strconv.Itoa(objectParts), "-o", filepath.Join(dir, "part"), bitcode)
	if err != nil {
		return err
	}
	argv := []string{"clang-22", "-O0", "-Xclang", "-disable-llvm-passes", "-fPIC", "-w", "-c", "-x", "ir"}
	var objects []string
	for part := range objectParts {
		argv = append(argv, fmt.Sprintf("part%d", part))
		objects = append(objects, filepath.Join(dir, fmt.Sprintf("part%d.o", part)))
	}
	built, err := timedBuild(ctx, s.Program, 0, dir, argv...)
	if err != nil {
		return err
	}
	built.WallMS += split.WallMS
	built.CPUMS += split.CPUMS
	s.objects[s.Program] = objects
	return s.note(Line{Objects: &built})
}
