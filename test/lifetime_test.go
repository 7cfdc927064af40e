package test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// started is a command that runs, and what it says.
type started struct {
	t      *testing.T
	cmd    *exec.Cmd
	input  io.WriteCloser
	output *bufio.Reader
	stderr strings.Builder
}

// start starts a command in a group of its own; it is killed if it takes too long.
func start(t *testing.T, argv ...string) *started {
	t.Helper()
	s := &started{t: t, cmd: exec.Command(argv[0], argv[1:]...)}
	s.cmd.Env, s.cmd.Dir, s.cmd.Stderr = environment, t.TempDir(), &s.stderr
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.cmd.WaitDelay = runLimit
	stdout, err := s.cmd.StdoutPipe()
	if err == nil {
		s.input, err = s.cmd.StdinPipe()
	}
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	s.output = bufio.NewReader(stdout)
	hanging := time.AfterFunc(runLimit, func() { _ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) })
	t.Cleanup(func() { hanging.Stop() })
	return s
}

// expect reads a line of standard output.
func (s *started) expect(want string) {
	s.t.Helper()
	if line, err := s.output.ReadString('\n'); line != want+"\n" {
		s.t.Errorf("%q (%v), want %q; %s", line, err, want, s.stderr.String())
	}
}

func (s *started) say(line string) {
	s.t.Helper()
	if _, err := io.WriteString(s.input, line+"\n"); err != nil {
		s.t.Error(err)
	}
}

// end closes standard input and waits for the end: of all processes that have the output, and of what compiles.
func (s *started) end() result {
	s.t.Helper()
	s.input.Close()
	rest, err := io.ReadAll(s.output)
	if err != nil {
		s.t.Error(err)
	}
	_ = s.cmd.Wait() // the state below tells more
	awaitLeftBehind(s.t, s.cmd.Args)
	got := result{stdout: string(rest), stderr: s.stderr.String(), status: s.cmd.ProcessState.ExitCode()}
	if status := s.cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		got.signal = status.Signal()
	}
	return got
}

// compiler is the process that compiles for a command.
func (s *started) compiler() int {
	s.t.Helper()
	pids := leftBehind(s.cmd.Args)
	if len(pids) != 1 {
		s.t.Fatalf("%d processes compile", len(pids))
	}
	return pids[0]
}

// lazyRun is a run that compiles nothing before it is called.
func lazyRun(t *testing.T, module string, arguments ...string) []string {
	command := []string{orcastBinary(t), "run", "--speculate", "none", "--no-cache", "--no-profile", module, "--"}
	return append(command, arguments...)
}

// later is a program that calls a function for the first time when it has read a line: itself, or in a child in one of
// several ways.
const later = `#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) static int times(int x) { return x * 7; }
int main(int argc, char **argv) {
  char line[100];
  int status = 0;
  if (strcmp(argv[1], "namespace") == 0 && unshare(CLONE_NEWPID))
    return 77;
  puts("ready");
  fflush(stdout);
  if (strcmp(argv[1], "itself") == 0 || fork() == 0) {
    fgets(line, sizeof line, stdin);
    printf("%d\n", times(argc));
    return 0;
  }
  wait(&status);
  return WEXITSTATUS(status);
}
`

// TestKilledCompiler: without a compiler a program goes on until it needs one, and says then what is wrong. While there
// is one, nothing of the kind is said.
func TestKilledCompiler(t *testing.T) {
	module := cModules(t, "later.c", later)[0]
	for _, who := range []string{"itself", "child", "namespace"} {
		for _, killed := range []bool{false, true} {
			name := who
			if killed {
				name += ", killed"
			}
			t.Run(name, func(t *testing.T) {
				s := start(t, lazyRun(t, module, who)...)
				if line, _ := s.output.ReadString('\n'); line != "ready\n" {
					if got := s.end(); got.status == 77 {
						t.Skip("namespaces for processes are not permitted here")
					}
					t.Fatalf("the program said %q", line)
				}
				want := result{stdout: "14\n"}
				if killed {
					want = result{status: 125,
						stderr: "orcast: the compiler process is gone; a function not yet compiled cannot be called\n"}
					compiler := s.compiler()
					if err := syscall.Kill(compiler, syscall.SIGKILL); err != nil {
						t.Fatal(err)
					}
					awaitZombie(t, compiler)
				}
				s.say("go on")
				if d := difference(want, s.end()); d != "" {
					t.Error(d)
				}
			})
		}
	}
}

// awaitZombie waits for a process to end and leaves it to be reaped.
func awaitZombie(t *testing.T, pid int) {
	t.Helper()
	err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// TestKilledProgram: nothing is left of a run whose program is killed, or executes another one.
func TestKilledProgram(t *testing.T) {
	module := cModules(t, "later.c", later)[0]
	s := start(t, lazyRun(t, module, "itself")...)
	s.expect("ready")
	compiler := s.compiler()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	awaitEnd(t, compiler)
	if got := s.end(); got.signal != syscall.SIGKILL {
		t.Errorf("the program %s", got.ending())
	}
}

// TestKilledBeforeBegin: if a program is killed before it begins, as by a time limit, orcast says nothing. The program
// is read from a pipe: once that is open both processes are there, and the module comes when one of them is killed.
func TestKilledBeforeBegin(t *testing.T) {
	module := readFile(t, cModules(t, "main.c", "int main(void) { return 0; }")[0])
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		s := start(t, lazyRun(t, pipe)...)
		writer, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(s.cmd.Process.Pid, signal); err != nil {
			t.Error(err)
		}
		if _, err := writer.Write(module); err != nil {
			t.Error(err)
		}
		writer.Close()
		requireSame(t, signal.String(), result{status: -1, signal: signal}, s.end())
	}
}

// TestExecutedProgram: a program that executes another one is this other one, which knows nothing of a compiler.
func TestExecutedProgram(t *testing.T) {
	module := cModules(t, "execute.c", `#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv) {
  printf("%d\n", getpid());
  fflush(stdout);
  execvp(argv[1], argv + 1);
  return 1;
}
`)[0]
	s := start(t, lazyRun(t, module, "/bin/bash", "-c",
		`trap 'echo a child' CHLD; echo $$; wait; read line; echo $line`)...)
	pid, _ := s.output.ReadString('\n')
	s.expect(strings.TrimSpace(pid))
	for _, compiler := range leftBehind(s.cmd.Args) {
		awaitEnd(t, compiler)
	}
	s.say("the end")
	if got := s.end(); got.stdout != "the end\n" || got.status != 0 {
		t.Errorf("%s, %q, %s", got.ending(), got.stdout, got.stderr)
	}
}

// TestDaemons: a daemon has a compiler as long as it lives, whatever it closes and whoever it leaves behind; and nobody
// else waits for it.
func TestDaemons(t *testing.T) {
	module := cModules(t, "daemon.c", `#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
__attribute__((noinline)) static int times(int x) { return x * 7; }
__attribute__((noinline)) static void prepare(void) { umask(0); chdir("/"); }
static void leave(const char *how) { if (*how == '_') _exit(3); exit(3); }
int main(int argc, char **argv) {
  struct rlimit l;
  getrlimit(RLIMIT_NOFILE, &l);
  for (int i = 0; i < (int)l.rlim_cur && i < 70000; i++)
    close(i);
  open("/dev/null", O_RDWR); dup(0); dup(0);
  if (fork())
    leave(argv[1]);
  setsid();
  if (fork())
    _exit(0);
  char text[40];
  int in = open(argv[2], O_RDONLY); // waits for somebody who writes
  read(in, text, sizeof text);
  prepare();
  int out = open(argv[3], O_WRONLY);
  write(out, text, sprintf(text, "daemon %d\n", times(argc)));
  return 0;
}
`)[0]
	for _, how := range []string{"exit", "_exit"} {
		t.Run(how, func(t *testing.T) {
			folder := t.TempDir()
			in, out := filepath.Join(folder, "in"), filepath.Join(folder, "out")
			for _, path := range []string{in, out} {
				if err := unix.Mkfifo(path, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := start(t, lazyRun(t, module, how, in, out)...)
			s.input.Close()
			rest, err := io.ReadAll(s.output) // ends though the daemon lives
			_ = s.cmd.Wait()
			if len(rest) > 0 || err != nil || s.cmd.ProcessState.ExitCode() != 3 {
				t.Errorf("%q, %v, %v", rest, err, s.cmd.ProcessState)
			}
			if err := os.WriteFile(in, []byte("go on\n"), 0); err != nil {
				t.Fatal(err)
			}
			if text, err := os.ReadFile(out); string(text) != "daemon 28\n" {
				t.Errorf("the daemon said %q (%v)", text, err)
			}
			awaitLeftBehind(t, s.cmd.Args)
		})
	}
}

// TestFirstProcess: the first process of a namespace is the program too, sees no child, and takes with it what it has
// not waited for.
func TestFirstProcess(t *testing.T) {
	alone := []string{"unshare", "--pid", "--fork"}
	if output, err := exec.Command(alone[0], append(alone[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("namespaces for processes are not permitted here: %s", output)
	}
	module := cModules(t, "first.c", `#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static _Thread_local int local = 5;
__attribute__((noinline)) static int number(void) { return local; }
int main(void) {
  int pid = getpid(), child = wait(NULL);
  printf("%d %d %s %d\n", pid, child, strerror(errno), number());
  return 6;
}
`)[0]
	folder := t.TempDir()
	file := filepath.Join(folder, "stats.json")
	for _, state := range []string{"cold", "warm"} {
		command := append(alone, orcastBinary(t), "run", "--cache-dir", filepath.Join(folder, "cache"), "--stats", file,
			module)
		got := run(t, "/usr/bin/unshare", command, "")
		if d := difference(result{stdout: "1 -1 No child processes 5\n", status: 6}, got); d != "" {
			t.Fatal(d)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if s := parseStatistics(t, string(text)); s.numbers["exit"] != 6 ||
			(s.numbers["cached"] > 0) != (state == "warm") {
			t.Errorf("%s: %s", state, text)
		}
	}
}

// TestStatsOfEveryEnd: however a program ends, its stats come, and say how it was.
func TestStatsOfEveryEnd(t *testing.T) {
	module := cModules(t, "end.c", `#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void *leave(void *x) { exit(9); }
int main(int argc, char **argv) {
  pthread_t thread;
  switch (*argv[1]) {
  case 'r': return 300;
  case 'e': exit(5);
  case '_': _exit(6);
  case 'q': quick_exit(7);
  case 'a': abort();
  case 'k': kill(getpid(), SIGKILL);
  case 't': pthread_create(&thread, NULL, leave, NULL); pause();
  case 'p': pthread_exit(NULL);
  case 'c': if (fork()) _exit(8); exit(10);
  }
}
`)[0]
	for how, want := range map[string]int{"return": 44, "exit": 5, "_exit": 6, "quick_exit": 7, "abort": 134,
		"kill": 137, "thread": 9, "pthread_exit": 0, "child": 8} {
		t.Run(how, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "stats.json")
			runOrcast(t, "run", "--stats", file, module, "--", how)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got := parseStatistics(t, string(text)).numbers["exit"]; int(got) != want {
				t.Errorf("exit is %v, want %d", got, want)
			}
			got := runOrcast(t, "run", "--stats", "-", module, "--", how)
			if !strings.Contains(got.stderr, `"exit": `) {
				t.Errorf("on standard error: %q", got.stderr)
			}
		})
	}
}
