package test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// eachRedis runs a test with the native server and with orcast's, by the path of what starts it.
func eachRedis(t *testing.T, test func(t *testing.T, program string)) {
	folder := largeProgram(t, "redis")
	t.Run("native", func(t *testing.T) { test(t, filepath.Join(folder, "redis-server")) })
	t.Run("orcast", func(t *testing.T) {
		test(t, startingScript(t, filepath.Join(folder, "redis-server.bc")))
	})
}

// TestRedisUnderSupervisor starts the server as a supervisor does that knows it by its process number: it stops itself
// to say that it is up, its pid file has that number, it answers, saves from a fork, starts itself again and leaves on
// SIGTERM.
func TestRedisUnderSupervisor(t *testing.T) {
	eachRedis(t, func(t *testing.T, program string) {
		r := newRedis(t)
		cmd := r.command(program, "--daemonize", "no", "--supervised", "upstart", "--enable-debug-command", "yes")
		cmd.Env = append(slices.Clone(environment), "UPSTART_JOB=redis")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer cmd.Process.Kill()
		hanging := time.AfterFunc(largeLimit, func() { _ = cmd.Process.Kill() })
		defer hanging.Stop()

		var status syscall.WaitStatus
		pid := cmd.Process.Pid
		if _, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil); err != nil ||
			status.StopSignal() != syscall.SIGSTOP {
			t.Fatalf("it did not stop itself: %#x (%v)", status, err)
		}
		if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		r.awaitLog("ready to accept connections")
		r.requireServer(pid)
		r.requireAnswer("SET key 40", "+OK")
		r.requireAnswer("BGSAVE", "+Background saving started")
		r.awaitLog("Background saving terminated with success")

		r.send("DEBUG RESTART")
		r.awaitLog("ready to accept connections")
		r.requireServer(pid)
		r.requireAnswer("INCRBY key 2", ":42") // as it was saved
		r.requireAnswer(`EVAL "return redis.call('GET', KEYS[1]) * 2" 1 key`, ":84")

		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("after SIGTERM: %v", err)
		}
		r.requireGone()
	})
}

// TestRedisDaemon lets the server become a daemon: the process that was started ends, and its pid file names another
// one, which is the server.
func TestRedisDaemon(t *testing.T) {
	eachRedis(t, func(t *testing.T, program string) {
		r := newRedis(t)
		cmd := r.command(program, "--daemonize", "yes")
		if err := cmd.Run(); err != nil {
			t.Fatalf("the process that was started: %v", err)
		}
		r.awaitLog("ready to accept connections")
		pid := r.pid()
		defer syscall.Kill(pid, syscall.SIGKILL)
		if pid == cmd.Process.Pid {
			t.Error("it did not become a daemon")
		}
		r.requireServer(pid)
		server, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(server)
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		r.awaitLog("bye bye")
		ended := []unix.PollFd{{Fd: int32(server), Events: unix.POLLIN}}
		if n, err := unix.Poll(ended, int(largeLimit.Milliseconds())); n != 1 {
			t.Errorf("it did not end (%v)", err)
		}
		r.requireGone()
	})
}

// redis is a server in a folder of its own, which listens at a socket there and writes its log into a pipe.
type redis struct {
	*testing.T
	folder     string
	log        *bufio.Scanner
	connection net.Conn
	answers    *bufio.Reader
}

func newRedis(t *testing.T) *redis {
	t.Helper()
	// The path of a socket must be short, so it is not t.TempDir.
	folder, err := os.MkdirTemp("", "redis-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	pipe := filepath.Join(folder, "log")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	// Open for writing too, the pipe does not end when the server, which opens it for each line, closes it.
	log, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	if err := log.SetReadDeadline(time.Now().Add(largeLimit)); err != nil {
		t.Fatal(err)
	}
	return &redis{T: t, folder: folder, log: bufio.NewScanner(log)}
}

func (r *redis) command(program string, flags ...string) *exec.Cmd {
	cmd := exec.Command(program, append([]string{"--port", "0", "--unixsocket", "socket", "--pidfile", "pid",
		"--logfile", "log", "--save", ""}, flags...)...)
	cmd.Dir, cmd.Env = r.folder, environment
	cmd.Stderr = os.Stderr
	return cmd
}

// awaitLog reads the log up to a line that holds a text.
func (r *redis) awaitLog(text string) {
	r.Helper()
	var before []string
	for r.log.Scan() {
		if strings.Contains(r.log.Text(), text) {
			return
		}
		before = append(before, r.log.Text())
	}
	r.Fatalf("%q is not in the log (%v):\n%s", text, r.log.Err(), strings.Join(before, "\n"))
}

// pid is the number in the pid file.
func (r *redis) pid() int {
	r.Helper()
	text := strings.TrimSpace(string(readFile(r.T, filepath.Join(r.folder, "pid"))))
	pid, err := strconv.Atoi(text)
	if err != nil {
		r.Fatalf("the pid file has %q", text)
	}
	return pid
}

func (r *redis) connect() {
	r.Helper()
	connection, err := net.Dial("unix", filepath.Join(r.folder, "socket"))
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { connection.Close() })
	if err := connection.SetDeadline(time.Now().Add(largeLimit)); err != nil {
		r.Fatal(err)
	}
	r.connection, r.answers = connection, bufio.NewReader(connection)
}

// send writes a command in the inline form of Redis's protocol.
func (r *redis) send(command string) {
	r.Helper()
	if _, err := fmt.Fprintf(r.connection, "%s\r\n", command); err != nil {
		r.Fatalf("%s: %v", command, err)
	}
}

// line reads a line of an answer.
func (r *redis) line() string {
	r.Helper()
	line, err := r.answers.ReadString('\n')
	if err != nil {
		r.Fatalf("reading an answer: %q (%v)", line, err)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// requireAnswer asks what is answered by one line.
func (r *redis) requireAnswer(command, want string) {
	r.Helper()
	r.send(command)
	if got := r.line(); got != want {
		r.Errorf("%s: %q, want %q", command, got, want)
	}
}

// requireServer connects, and checks that who answers is the process with this number, and that the pid file has it.
func (r *redis) requireServer(pid int) {
	r.Helper()
	if got := r.pid(); got != pid {
		r.Errorf("the pid file has %d, not the server's %d", got, pid)
	}
	r.connect()
	r.requireAnswer("PING", "+PONG")
	r.send("INFO server")
	size, err := strconv.Atoi(strings.TrimPrefix(r.line(), "$"))
	if err != nil {
		r.Fatalf("INFO: %v", err)
	}
	info := make([]byte, size+len("\r\n"))
	if _, err := io.ReadFull(r.answers, info); err != nil {
		r.Fatalf("INFO: %v", err)
	}
	if want := fmt.Sprintf("\r\nprocess_id:%d\r\n", pid); !strings.Contains(string(info), want) {
		r.Errorf("process %d does not answer:\n%s", pid, info)
	}
}

// requireGone checks that the server has taken its files away.
func (r *redis) requireGone() {
	r.Helper()
	for _, name := range []string{"pid", "socket"} {
		if _, err := os.Stat(filepath.Join(r.folder, name)); !errors.Is(err, fs.ErrNotExist) {
			r.Errorf("%s is still there (%v)", name, err)
		}
	}
}
