package cache

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nginxConfig makes nginx a store for a user, a port, a folder and the size in bytes of the largest upload. All may
// read, and who has a password may write.
const nginxConfig = `
daemon off;
worker_processes 1;
user %s;
pid nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path temp;
	proxy_temp_path temp;
	fastcgi_temp_path temp;
	uwsgi_temp_path temp;
	scgi_temp_path temp;
	server {
		listen %s;
		root %s;
		client_max_body_size %d;
		location / {
			dav_methods PUT;
			create_full_put_path on;
			limit_except GET {
				auth_basic cache;
				auth_basic_user_file users;
			}
		}
	}
}
`

// nginxBinary is nginx as Debian has it, or as scripts/setup.sh unpacks it.
func nginxBinary(t *testing.T) string {
	for _, path := range []string{"../../.build/nginx/usr/sbin/nginx", "/usr/sbin/nginx", "nginx"} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	t.Skip("nginx is not here; scripts/setup.sh test fetches it from Debian")
	return ""
}

// startNginx gives its address and the folder with what it stores.
func startNginx(t *testing.T, largest int) (address, root string) {
	t.Helper()
	dir := t.TempDir()
	root = filepath.Join(dir, "root")
	if err := os.Mkdir(root, 0o700); err != nil {
		t.Fatal(err)
	}
	// It takes over a socket that listens already, as it does from its predecessor when it is upgraded. So its port is
	// free, and connections wait until it is ready.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	address = l.Addr().String()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "nginx.conf"), fmt.Appendf(nil, nginxConfig, me.Username, address, root,
			largest), 0o600),
		os.WriteFile(filepath.Join(dir, "users"), []byte("ci:{PLAIN}secret\n"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	c := exec.Command(nginxBinary(t), "-p", dir, "-c", "nginx.conf", "-e", "stderr")
	c.Env = append(os.Environ(), "NGINX=3;")
	c.ExtraFiles = []*os.File{socket} // descriptor 3
	c.Stderr = &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM)
		c.Wait()
		if t.Failed() {
			t.Logf("nginx ended with %v and says: %s", c.ProcessState, log.Bytes())
		}
	})
	if err := syscall.SetNonblock(int(socket.Fd()), true); err != nil { // which nginx takes for granted
		t.Fatal(err)
	}
	return address, root
}

func TestNginx(t *testing.T) {
	address, root := startNginx(t, 1<<20)
	reader := connect(t, "http://"+address+"/some/path", false, calm)
	writer := connect(t, "http://ci:secret@"+address+"/some/path", true, calm)
	stranger := connect(t, "http://"+address+"/some/path", true, calm)

	if _, err := reader.Get(t.Context(), Image, keyOf("a")); err != ErrMiss {
		t.Fatalf("the empty server gives %v, want a miss", err)
	}
	blob := bytes.Repeat([]byte("code"), 200_000)
	for _, b := range [][]byte{[]byte("old"), blob} {
		if err := writer.Put(t.Context(), Image, keyOf("a"), b); err != nil {
			t.Fatal(err)
		}
		if got, err := reader.Get(t.Context(), Image, keyOf("a")); err != nil || !bytes.Equal(got, b) {
			t.Errorf("of %d bytes came back %d, %v", len(b), len(got), err)
		}
	}
	if len(reader.warnings)+len(writer.warnings) > 0 {
		t.Errorf("warnings: %q, %q", reader.warnings, writer.warnings)
	}

	checkGivenUp(t, stranger, "401", func() error { return stranger.Put(t.Context(), Image, keyOf("b"), blob) })
	checkGivenUp(t, writer, "413", func() error {
		return writer.Put(t.Context(), Image, keyOf("b"), make([]byte, 2<<20))
	})
	if _, err := reader.Get(t.Context(), Image, keyOf("b")); err != ErrMiss {
		t.Errorf("what was refused gives %v", err)
	}

	file := filepath.Join(root, "some/path/cas", fmt.Sprintf("%x", sha256.Sum256(blob)))
	if err := os.WriteFile(file, bytes.Replace(blob, []byte("code"), []byte("evil"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	checkGivenUp(t, reader, "not the one that its digest stands for", func() error {
		_, err := reader.Get(t.Context(), Image, keyOf("a"))
		return err
	})
}

// TestNginxServesManyAtOnce lets several write the same at once.
func TestNginxServesManyAtOnce(t *testing.T) {
	address, _ := startNginx(t, 1<<20)
	writer := connect(t, "http://ci:secret@"+address, true, calm)
	done := make(chan error)
	const clients = 8
	for i := range clients {
		go func() {
			name := fmt.Sprint(i % 3) // so that several write the same
			blob := bytes.Repeat([]byte(name), 100_000)
			err := writer.Put(t.Context(), Profile, keyOf(name), blob)
			got, getErr := writer.Get(t.Context(), Profile, keyOf(name))
			if err == nil && getErr == nil && !bytes.Equal(got, blob) {
				err = errors.New("other bytes came back: " + strings.ToValidUTF8(string(got[:min(len(got), 10)]), "?"))
			}
			done <- errors.Join(err, getErr)
		}()
	}
	for range clients {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
