package test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// moments are how many of a run are chosen to kill it.
const moments = 12

// TestKilled kills runs at random moments: at any time, soon after the program has said its last word, and when a file
// of the cache comes or changes. Whatever is left of them verifies, and the next run is right.
func TestKilled(t *testing.T) {
	times, random := campaign(t)
	const functions = 150
	folder, cache := t.TempDir(), t.TempDir()
	program, file := filepath.Join(folder, "program.ll"), filepath.Join(folder, "program.profile")
	k := 0
	command := func(profile bool) []string {
		flags := []string{orcastBinary(t), "run", "--cache-dir", cache}
		if profile {
			flags = append(flags, "--profile", file)
		}
		return append(flags, program)
	}
	// edit makes another version of the program, which a run has to compile a good part of.
	edit := func() result {
		k++
		if err := os.WriteFile(program, []byte(chain(functions, k)), 0o644); err != nil {
			t.Fatal(err)
		}
		return chainResult(functions, k)
	}
	want := edit()
	began := time.Now()
	requireSame(t, "the first run", want, runOrcast(t, command(true)[1:]...))
	whole := time.Since(began)
	killed := map[string]int{}
	for i := range moments * times {
		profile := random.IntN(2) == 0
		m := moment{folder: filepath.Join(cache, "entries")}
		switch i % 3 {
		case 0:
			m.what, m.after = "at any time", time.Duration(random.Int64N(int64(whole)))
		case 1:
			m.what, m.output, m.after = "after its output", true, time.Duration(random.Int64N(int64(whole/4)))
		default:
			m.what, m.changes = "while files change", 1+random.IntN(9)
		}
		want = edit()
		what := fmt.Sprintf("killed %+v (run %d)", m, i)
		if m.kill(t, command(profile)) {
			killed[m.what]++
		}
		requireVerified(t, cache)
		if shown := runOrcast(t, "profile", "show", file); shown.status != 0 {
			t.Errorf("%s: the profile after it: %s%s", what, shown.ending(), shown.stderr)
		}
		requireSame(t, "after it was "+what, want, runOrcast(t, command(profile)[1:]...))
		requireSame(t, "again, after it was "+what, want,
			runOrcast(t, slices.Concat(command(profile)[1:3], []string{cache}, lazily, []string{program})...))
	}
	t.Logf("killed before they ended: %v of %d", killed, moments*times)
	if killed["while files change"] == 0 {
		t.Error("no run was killed while it wrote")
	}
}

// moment is when a run is killed: some time after its beginning or its first line of output, or with one of the changes
// to files in a folder.
type moment struct {
	what    string
	after   time.Duration
	output  bool
	changes int
	folder  string
}

// kill runs a command and kills it, with all that it started. It says whether that came before its end.
func (m moment) kill(t *testing.T, command []string) bool {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env, cmd.Dir = environment, t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	watch, changes := watchFolder(t, m.folder)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	now := func() { once.Do(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }) }
	hanging := time.AfterFunc(runLimit, now)
	defer hanging.Stop()
	var waiting sync.WaitGroup
	if m.changes > 0 {
		waiting.Go(func() {
			for range m.changes {
				if _, ok := <-changes; !ok {
					return
				}
			}
			now()
		})
	} else if !m.output {
		defer time.AfterFunc(m.after, now).Stop()
	}
	reader := bufio.NewReader(stdout)
	line, _ := reader.ReadString('\n')
	if m.output && strings.HasSuffix(line, "\n") {
		defer time.AfterFunc(m.after, now).Stop()
	}
	_, _ = io.Copy(io.Discard, reader) // to the end of all its processes
	_ = cmd.Wait()                     // the state below tells more
	watch.Close()
	waiting.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// watchFolder sends something for each file that appears or changes in a folder, until it is closed.
func watchFolder(t *testing.T, folder string) (io.Closer, <-chan struct{}) {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err == nil {
		_, err = unix.InotifyAddWatch(fd, folder, unix.IN_CREATE|unix.IN_MODIFY|unix.IN_MOVED_TO|unix.IN_CLOSE_WRITE)
	}
	if err != nil {
		t.Fatalf("watching %s: %v", folder, err)
	}
	watch, changes := os.NewFile(uintptr(fd), "inotify"), make(chan struct{}, 1000)
	go func() {
		defer close(changes)
		buffer := make([]byte, 4096)
		for {
			n, err := watch.Read(buffer)
			if errors.Is(err, os.ErrClosed) || n <= 0 {
				return
			}
			for at := 0; at+unix.SizeofInotifyEvent <= n; {
				changes <- struct{}{}
				const lengthAt = 12
				at += unix.SizeofInotifyEvent + int(uint32(buffer[at+lengthAt])|uint32(buffer[at+lengthAt+1])<<8)
			}
		}
	}()
	return watch, changes
}
