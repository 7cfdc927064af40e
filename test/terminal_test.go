package test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// openTerminal makes a terminal: the side of its user, and that of programs (pty(7)).
func openTerminal(t *testing.T) (user, programs *os.File) {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	t.Cleanup(func() { user.Close() })
	fd := int(user.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		programs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return user, programs
}

// session is a shell with job control on a terminal.
type session struct {
	t      *testing.T
	user   *os.File
	output *bufio.Reader
	shell  *exec.Cmd
}

func openSession(t *testing.T) *session {
	t.Helper()
	user, programs := openTerminal(t)
	s := &session{t: t, user: user, output: bufio.NewReader(user),
		shell: exec.Command("/bin/bash", "--norc", "--noprofile", "--noediting", "-i")}
	s.shell.Stdin, s.shell.Stdout, s.shell.Stderr = programs, programs, programs
	s.shell.Env = append([]string{"PS1=", "PS2=", "TERM=dumb"}, environment...)
	s.shell.Dir = t.TempDir()
	s.shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.shell.Start(); err != nil {
		t.Fatal(err)
	}
	programs.Close()
	hanging := time.AfterFunc(runLimit, func() { _ = s.shell.Process.Kill() })
	t.Cleanup(func() {
		hanging.Stop()
		_ = s.shell.Process.Kill()
		_ = s.shell.Wait()
	})
	s.typed(`stty -echo -onlcr; PS1='prompt\n'`)
	s.expect("prompt")
	return s
}

// typed types a line.
func (s *session) typed(line string) {
	s.t.Helper()
	if _, err := io.WriteString(s.user, line+"\n"); err != nil {
		s.t.Error(err)
	}
}

// key types a key that makes a signal.
func (s *session) key(letter byte) {
	s.t.Helper()
	if _, err := s.user.Write([]byte{letter & 0x1f}); err != nil {
		s.t.Error(err)
	}
}

// expect reads lines until one ends like this.
func (s *session) expect(end string) {
	s.t.Helper()
	var seen strings.Builder
	for {
		line, err := s.output.ReadString('\n')
		seen.WriteString(line)
		if strings.HasSuffix(strings.TrimRight(line, "\r\n"), end) {
			return
		}
		if err != nil {
			s.t.Fatalf("the terminal shows %q, not %q (%v)", seen.String(), end, err)
		}
	}
}

// TestJobControl: keys of the terminal and commands of the shell do to a program what they do natively.
func TestJobControl(t *testing.T) {
	requireClang(t)
	source := inputs(t, "job.c", `#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) static void said(const char *line) { printf("read %s", line); fflush(stdout); }
static void interrupted(int s) { write(1, "interrupted\n", 12); }
static void resized(int s) { write(1, "resized\n", 8); }
int main(int argc, char **argv) {
  char line[100];
  struct sigaction a = {.sa_handler = interrupted, .sa_flags = SA_RESTART};
  if (argc > 1)
    sigaction(SIGINT, &a, NULL);
  a.sa_handler = resized;
  sigaction(SIGWINCH, &a, NULL);
  printf("foreground %d\n", tcgetpgrp(0) == getpgrp());
  fflush(stdout);
  while (fgets(line, sizeof line, stdin))
    said(line);
  puts("end of file");
  return 9;
}
`)[0]
	module, native := source+".bc", source+".native"
	compile(t, source, "-O1", "-emit-llvm", "-c", "-o", module)
	compile(t, module, "-o", native)
	for name, command := range map[string]string{"native": native, "orcast": strings.Join(lazyRun(t, module), " ")} {
		t.Run(name, func(t *testing.T) {
			s := openSession(t)
			s.begin(command, "one")
			s.key('z')
			s.status(128 + int(syscall.SIGTSTP))
			s.typed("fg > /dev/null")
			s.typed("two")
			s.expect("read two")
			s.key('c')
			s.status(128 + int(syscall.SIGINT))

			s.begin(command, "three")
			s.key('\\')
			s.status(128 + int(syscall.SIGQUIT))

			s.begin(command+" handles", "four")
			s.key('c')
			s.expect("interrupted")
			small := unix.Winsize{Row: 10, Col: 20}
			if err := unix.IoctlSetWinsize(int(s.user.Fd()), unix.TIOCSWINSZ, &small); err != nil {
				t.Error(err)
			}
			s.expect("resized")
			s.key('d')
			s.expect("end of file")
			s.status(9)

			// Who reads in the background is stopped; jobs -s lists it as soon as the shell knows.
			s.typed(command + " & until jobs -s | grep -q Stopped; do :; done")
			s.expect("prompt")
			s.typed("fg > /dev/null")
			s.typed("five")
			s.expect("read five")
			s.key('z')
			s.status(128 + int(syscall.SIGTSTP))
			s.typed("kill -KILL %%; fg; echo status $?")
			s.expect("status 137")
		})
	}
}

// begin runs a program in the foreground.
func (s *session) begin(command, line string) {
	s.t.Helper()
	s.typed(command)
	s.expect("foreground 1")
	s.typed(line)
	s.expect("read " + line)
}

// status asks the shell, once it has the terminal again, how the program ended or was stopped.
func (s *session) status(want int) {
	s.t.Helper()
	s.expect("prompt")
	s.typed("echo status $?")
	s.expect(fmt.Sprint("status ", want))
	s.expect("prompt")
}
