package cache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// memory is a server that keeps all it gets, and in which each test spoils what it wants to.
type memory struct {
	mu       sync.Mutex
	files    map[string][]byte
	requests []string // method and path, the key left out
}

func newMemory() *memory { return &memory{files: map[string][]byte{}} }

func (m *memory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests = append(m.requests, r.Method+" "+r.URL.Path[:strings.LastIndex(r.URL.Path, "/")])
	file, there := m.files[r.URL.Path]
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case r.Method == http.MethodPut:
		m.files[r.URL.Path] = body
		w.WriteHeader(http.StatusCreated)
	case !there:
		http.NotFound(w, r)
	default:
		w.Write(file)
	}
}

// store puts a blob as a client would.
func (m *memory) store(kind Kind, key Key, blob []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	hash := Key(sha256.Sum256(blob))
	m.files["/cas/"+hash.String()] = blob
	m.files["/ac/"+key.String()] = result{kind.String(), hash, int64(len(blob))}.marshal()
}

func (m *memory) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.requests)
}

func serve(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// client is a Remote and what it has warned of.
type client struct {
	*Remote
	mu       sync.Mutex
	warnings []string
}

// calm is patience that no working server on this machine exhausts.
var calm = patience{connect: time.Minute, answer: time.Minute, get: time.Minute, put: time.Minute}

func connect(t *testing.T, url string, upload bool, wait patience) *client {
	t.Helper()
	c := &client{}
	r, err := newRemote(url, upload, func(s string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.warnings = append(c.warnings, s)
	}, wait)
	if err != nil {
		t.Fatal(err)
	}
	c.Remote = r
	t.Cleanup(r.client.CloseIdleConnections)
	return c
}

func TestRemoteURLs(t *testing.T) {
	for _, test := range []struct{ url, want string }{ // "" if it is good
		{"http://cache", ""},
		{"https://user:secret@cache:8080/some/path/", ""},
		{"", "http://HOST/PATH"},
		{"cache:8080", "http://HOST/PATH"},
		{"ftp://user:secret@cache", "http://HOST/PATH"},
		{"http:///path", "http://HOST/PATH"},
		{"http://cache?a=b", "http://HOST/PATH"},
		{"http://user:secret@cache:port", "malformed"},
	} {
		_, err := NewRemote(test.url, false, nil)
		if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) ||
			strings.Contains(err.Error(), "secret")) {
			t.Errorf("%s gives %v, want %q", test.url, err, test.want)
		}
	}
}

func TestRemotePutAndGet(t *testing.T) {
	m := newMemory()
	s := serve(t, m)
	writer, reader := connect(t, s.URL, true, calm), connect(t, s.URL+"/", false, calm)
	blob := bytes.Repeat([]byte("code"), 1000)
	for _, b := range [][]byte{blob, nil} {
		if err := writer.Put(t.Context(), Image, keyOf("a"), b); err != nil {
			t.Fatal(err)
		}
		if got, err := reader.Get(t.Context(), Image, keyOf("a")); err != nil || !bytes.Equal(got, b) {
			t.Errorf("of %d bytes came back %d, %v", len(b), len(got), err)
		}
	}
	if want := []string{"PUT /cas", "PUT /ac", "GET /ac", "GET /cas"}; !slices.Equal(m.requests[:4], want) {
		t.Errorf("requests were %q, want %q", m.requests[:4], want)
	}
	before := m.count()
	if err := reader.Put(t.Context(), Image, keyOf("b"), blob); err != nil || m.count() != before {
		t.Errorf("one who may not upload has sent something, %v", err)
	}
	if warnings := append(writer.warnings, reader.warnings...); len(warnings) > 0 {
		t.Errorf("warnings: %q", warnings)
	}
}

func TestRemoteMisses(t *testing.T) {
	m := newMemory()
	m.store(Image, keyOf("a"), []byte("code"))
	delete(m.files, "/cas/"+keyOf("code").String()) // as a server does that evicts blobs first
	c := connect(t, serve(t, m).URL, false, calm)
	for range 5 {
		for _, name := range []string{"a", "b"} {
			if _, err := c.Get(t.Context(), Image, keyOf(name)); err != ErrMiss {
				t.Errorf("%s gives %v, want a miss", name, err)
			}
		}
	}
	if len(c.warnings) > 0 {
		t.Errorf("warnings: %q", c.warnings)
	}
}

// mangled is a memory that has the blob "code" as the image a, but gives something else in one place.
func mangled(place string, answer http.HandlerFunc) http.Handler {
	m := newMemory()
	m.store(Image, keyOf("a"), []byte("code"))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, place) {
			answer(w, r)
		} else {
			m.ServeHTTP(w, r)
		}
	})
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// stalls sends some bytes of an answer and nothing more until the client goes away.
func stalls(sent string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // else it is not noticed that the client goes
		if sent != "" {
			io.WriteString(w, sent)
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}
}

// breaksOff announces more than it sends.
func breaksOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "4")
	io.WriteString(w, "co")
}

func endless(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		if _, err := w.Write(make([]byte, 10_000)); err != nil {
			return
		}
	}
}

// hurried is patience that is soon at its end.
var hurried = patience{connect: time.Minute, answer: 100 * time.Millisecond, get: 200 * time.Millisecond,
	put: 200 * time.Millisecond}

func TestServersThatAreNoGoodForReading(t *testing.T) {
	for _, test := range []struct {
		name   string
		server http.Handler
		wait   patience
		want   string // part of the warning
	}{
		{"error", mangled("/ac/", status(500)), calm, "500 Internal Server Error"},
		{"error for the blob", mangled("/cas/", status(502)), calm, "502"},
		{"no content", mangled("/ac/", status(204)), calm, "204"},
		{"no access", mangled("/ac/", status(401)), calm, "user and a password"},
		{"redirect", mangled("/ac/", http.RedirectHandler("/elsewhere/", http.StatusFound).ServeHTTP), calm,
			"302 Found; it is not followed"},
		{"hangs", mangled("/ac/", stalls("")), hurried, "timeout"},
		{"hangs with the blob", mangled("/cas/", stalls("")), hurried, "timeout"},
		{"stalls in the result", mangled("/ac/", stalls("\x12")), hurried, "breaks off"},
		{"stalls in the blob", mangled("/cas/", stalls("co")), hurried, "breaks off"},
		{"stalls in a 404", mangled("/ac/", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(404)
			stalls("no")(w, r)
		}), hurried, "breaks off"},
		{"page as result", mangled("/ac/", says("<html>Welcome!</html>")), calm, "no ActionResult"},
		{"empty result", mangled("/ac/", says("")), calm, "no ActionResult"},
		{"long result", mangled("/ac/", says(strings.Repeat("\x20\x01", maxResult))), calm, "expected at most"},
		{"endless result", mangled("/ac/", endless), calm, "expected at most"},
		{"other kind", mangled("/ac/", says(string(result{"profile", keyOf("code"), 4}.marshal()))),
			calm, `"profile", not "image"`},
		{"huge blob announced", mangled("/ac/", says(string(result{"image", keyOf("code"), maxBlob + 1}.marshal()))),
			calm, "more than the 268435456"},
		{"longer blob announced", mangled("/ac/", says(string(result{"image", keyOf("code"), 5}.marshal()))),
			calm, "not the one"},
		{"wrong bytes", mangled("/cas/", says("c0de")), calm, "not the one"},
		{"short blob", mangled("/cas/", says("cod")), calm, "not the one"},
		{"long blob", mangled("/cas/", says("code!")), calm, "expected at most"},
		{"endless blob", mangled("/cas/", endless), calm, "expected at most"},
		{"blob breaks off", mangled("/cas/", breaksOff), calm, "breaks off"},
		{"compressed blob", mangled("/cas/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "\x1f\x8b\x08\x00")
		}), calm, "not the one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests atomic.Int32
			s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				test.server.ServeHTTP(w, r)
			}))
			c := connect(t, s.URL, false, test.wait)
			checkGivenUp(t, c, test.want, func() error {
				blob, err := c.Get(t.Context(), Image, keyOf("a"))
				if len(blob) > 0 {
					t.Errorf("it gives %q", blob)
				}
				return err
			})
			if n := requests.Load(); n > 4 {
				t.Errorf("it was asked %d times", n)
			}
		})
	}
}

// checkGivenUp does something five times, which must fail each time, with one warning, and be given up at the third.
func checkGivenUp(t *testing.T, c *client, want string, do func() error) {
	t.Helper()
	began := time.Now()
	for i := range 5 {
		err := do()
		if err == nil || errors.Is(err, ErrMiss) || i == 0 && errors.Is(err, ErrGivenUp) || i >= 2 &&
			err != ErrGivenUp {
			t.Errorf("try %d gives %v", i+1, err)
		}
	}
	if took := time.Since(began); took > 30*time.Second { // calm would be a minute
		t.Errorf("it took %v", took)
	}
	if len(c.warnings) != 1 || !strings.Contains(c.warnings[0], want) || !strings.Contains(c.warnings[0], c.name) ||
		strings.Contains(c.warnings[0], "\n") {
		t.Errorf("warnings: %q; want one line, with %q and %s", c.warnings, want, c.name)
	}
}

func TestServersThatAreNoGoodForWriting(t *testing.T) {
	for _, test := range []struct {
		name   string
		server http.HandlerFunc
		wait   patience
		want   string
	}{
		{"full", status(507), calm, "507 Insufficient Storage; it has no room"},
		{"too large", status(413), calm, "413 Request Entity Too Large; it has no room"},
		{"read-only", status(405), calm, "PUT was answered with 405"},
		{"no access", status(403), calm, "user and a password"},
		{"redirect", http.RedirectHandler("/elsewhere/", http.StatusTemporaryRedirect).ServeHTTP, calm, "307"},
		{"hangs", stalls(""), hurried, "timeout"},
		{"stalls", stalls("wait"), hurried, "breaks off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMemory()
			m.store(Image, keyOf("a"), []byte("code"))
			c := connect(t, serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut {
					test.server(w, r)
				} else {
					m.ServeHTTP(w, r)
				}
			})).URL, true, test.wait)
			checkGivenUp(t, c, test.want, func() error {
				return c.Put(t.Context(), Image, keyOf("b"), make([]byte, 1<<20))
			})
			if _, err := c.Get(t.Context(), Image, keyOf("a")); err != nil {
				t.Errorf("it cannot be read any more: %v", err)
			}
		})
	}
}

// rawServer accepts connections and answers each with the same bytes, whatever it gets.
func rawServer(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				c.Read(make([]byte, 10_000))
				io.WriteString(c, answer)
			}()
		}
	}()
	return l.Addr().String()
}

func TestWhatIsNoServer(t *testing.T) {
	down, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // connections wait in its queue
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	secure := httptest.NewUnstartedServer(newMemory())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that do not know its certificate
	secure.StartTLS()
	defer secure.Close()
	for _, test := range []struct {
		name, url string
		wait      patience
		want      string
	}{
		{"down", "http://" + down.Addr().String(), calm, "connection refused"},
		{"silent", "http://" + silent.Addr().String(), hurried, "timeout"},
		{"silent with TLS", "https://" + silent.Addr().String(), hurried, "timeout"},
		{"another protocol", "http://" + rawServer(t, "220 mail ready\r\n"), calm, "malformed HTTP"},
		{"hangs up", "http://" + rawServer(t, ""), calm, "EOF"},
		{"no TLS", "https://" + rawServer(t, "HTTP/1.0 200 OK\r\n\r\n"), calm,
			"server gave HTTP response to HTTPS client"},
		{"unknown certificate", secure.URL, calm, "certificate"},
		{"endless header", "http://" + rawServer(t, "HTTP/1.0 200 OK\r\n"+strings.Repeat("a: b\r\n", 50_000)), calm,
			"header"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, test.url, false, test.wait)
			checkGivenUp(t, c, test.want, func() error { _, err := c.Get(t.Context(), Image, keyOf("a")); return err })
			c = connect(t, test.url, true, test.wait)
			checkGivenUp(t, c, "", func() error { return c.Put(t.Context(), Image, keyOf("a"), make([]byte, 8<<20)) })
		})
	}
}

func TestRemoteOverTLSWithPassword(t *testing.T) {
	m := newMemory()
	m.store(Image, keyOf("a"), []byte("code"))
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		m.ServeHTTP(w, r)
	}))
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	for _, test := range []struct {
		user string
		ok   bool
	}{{"me:secret@", true}, {"me:wrong@", false}, {"", false}} {
		c := connect(t, strings.Replace(s.URL, "//", "//"+test.user, 1), false, calm)
		c.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
		blob, err := c.Get(t.Context(), Image, keyOf("a"))
		if (err == nil) != test.ok || test.ok && string(blob) != "code" {
			t.Errorf("with %q: %q, %v", test.user, blob, err)
		}
		if text := fmt.Sprint(c.warnings, err); strings.Contains(text, "secret") || strings.Contains(text, "wrong") {
			t.Errorf("the password is told: %s", text)
		}
	}
}

func TestCancelledIsNoFailure(t *testing.T) {
	m := newMemory()
	m.store(Image, keyOf("a"), []byte("code"))
	arrived := make(chan bool)
	c := connect(t, serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			arrived <- true
			stalls("")(w, r)
			return
		}
		m.ServeHTTP(w, r)
	})).URL, true, calm)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-arrived; cancel() }()
		if err := c.Put(ctx, Image, keyOf("a"), nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := c.Get(t.Context(), Image, keyOf("a")); err != nil || len(c.warnings) > 0 {
		t.Errorf("got %v, warnings %q", err, c.warnings)
	}
}

func TestFailuresThatAreNotInARow(t *testing.T) {
	m := newMemory()
	m.store(Image, keyOf("a"), []byte("code"))
	m.files["/ac/"+keyOf("bad").String()] = []byte("bad")
	c := connect(t, serve(t, m).URL, false, calm)
	for range 5 {
		if _, err := c.Get(t.Context(), Image, keyOf("bad")); err == nil || err == ErrGivenUp {
			t.Errorf("got %v", err)
		}
		if _, err := c.Get(t.Context(), Image, keyOf("a")); err != nil {
			t.Error(err)
		}
	}
	if len(c.warnings) != 1 {
		t.Errorf("warnings: %q", c.warnings)
	}
}

func TestOneWarningOfManyGoroutines(t *testing.T) {
	c := connect(t, serve(t, status(500)).URL, true, calm)
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			c.Get(t.Context(), Image, keyOf("a"))
			c.Put(t.Context(), Image, keyOf("a"), nil)
		})
	}
	wait.Wait()
	if len(c.warnings) != 1 {
		t.Errorf("warnings: %q", c.warnings)
	}
}
