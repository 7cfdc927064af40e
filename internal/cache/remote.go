package cache

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Remote is a cache on a server that speaks the HTTP protocol of Bazel's remote cache: under URL/ac/KEY stands an
// ActionResult that names a blob's digest and size, under URL/cas/DIGEST the blob. So everybody's store will do:
// bazel-remote, nginx with WebDAV, a bucket behind a gateway.
//
// Whoever may write the server decides what code is run here. A blob is compared with its digest, but that comes from
// the same server: it guards against damage only.
//
// A server that is no good costs little: it is asked no more, for the rest of this process, after the first answer that
// does not come in time or the second failure in a row. Reading and writing are given up separately, since a
// server may be read-only or full. The first failure, and none after it, is told to the user.
//
// All methods may be called by any number of goroutines at once.
type Remote struct {
	url    string // of the server, with user and password if there are any, without a slash at its end
	name   string // the same without user and password, for messages
	upload bool
	client *http.Client
	wait   patience

	warn   func(string)
	warned atomic.Bool
	gets   breaker
	puts   breaker
}

// patience is how long a server may take.
type patience struct {
	connect time.Duration // to look its name up and accept a connection
	answer  time.Duration // from the request until the first byte
	get     time.Duration // for a Get altogether
	put     time.Duration // for a Put altogether
}

var usualPatience = patience{connect: 300 * time.Millisecond, answer: time.Second, get: 5 * time.Second,
	put: 20 * time.Second}

// NewRemote is the cache at a URL, of http or https, that may have a user and a password. It is only read unless upload
// is set. Warn is called at most once, with one line, if the server fails in some way; it may be called by any
// goroutine that uses the Remote. The error says what is wrong with the URL; the server is not asked yet.
func NewRemote(address string, upload bool, warn func(string)) (*Remote, error) {
	return newRemote(address, upload, warn, usualPatience)
}

func newRemote(address string, upload bool, warn func(string), wait patience) (*Remote, error) {
	u, err := url.Parse(address)
	if err != nil {
		// The text of the error has the address in it, and that may have a password.
		return nil, errors.New("the URL of the remote cache is malformed")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("the URL of the remote cache is %s; it must be of the form http://HOST/PATH or "+
			"https://HOST/PATH", u.Redacted())
	}
	r := &Remote{url: strings.TrimRight(u.String(), "/"), upload: upload, warn: warn, wait: wait}
	u.User = nil
	r.name = strings.TrimRight(u.String(), "/")
	r.client = &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: wait.connect}).DialContext,
			TLSHandshakeTimeout:   wait.answer,
			ResponseHeaderTimeout: wait.answer,
			IdleConnTimeout:       30 * time.Second,
			ForceAttemptHTTP2:     true, // which setting DialContext would prevent
			DisableCompression:    true,

			MaxResponseHeaderBytes: 64 << 10,
		},
		// Another server is not the one that the user trusts.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return r, nil
}

// ErrGivenUp says that the server is not asked any more, for it has failed before.
var ErrGivenUp = errors.New("the remote cache has failed before and is not asked any more")

// Get is the blob of a key, checked against the digest that the server has for it. Errors are ErrMiss, ErrGivenUp, or
// another that says how the server failed; after any of them the caller does without the blob. It takes a few seconds
// at most, or less if the context says so. If that is cancelled, nothing is held against the server; if its time is
// over, the server was too slow.
func (r *Remote) Get(ctx context.Context, kind Kind, key Key) ([]byte, error) {
	var blob []byte
	err := r.try(ctx, &r.gets, r.wait.get, func(ctx context.Context) (err error) {
		blob, err = r.get(ctx, kind, key)
		return err
	})
	return blob, err
}

// Put stores a blob under a key, if this Remote may upload. Errors are as of Get; no caller needs to act on them.
func (r *Remote) Put(ctx context.Context, kind Kind, key Key, blob []byte) error {
	if !r.upload {
		return nil
	}
	return r.try(ctx, &r.puts, r.wait.put, func(ctx context.Context) error {
		return r.put(ctx, kind, key, blob)
	})
}

// try does something with the server unless that is given up, and draws the conclusions.
func (r *Remote) try(caller context.Context, b *breaker, wait time.Duration, do func(context.Context) error) error {
	if b.open() {
		return ErrGivenUp
	}
	ctx, cancel := context.WithTimeout(caller, wait)
	defer cancel()
	err := do(ctx)
	switch {
	case err == nil, errors.Is(err, ErrMiss):
		b.succeeded()
		return err
	case errors.Is(caller.Err(), context.Canceled):
		return err
	}
	var slow net.Error
	b.failed(errors.As(err, &slow) && slow.Timeout())
	err = fmt.Errorf("the remote cache %s: %w", r.name, err)
	if !r.warned.Swap(true) {
		r.warn(err.Error() + "; the run does not depend on it")
	}
	return err
}

func (r *Remote) get(ctx context.Context, kind Kind, key Key) ([]byte, error) {
	data, err := r.fetch(ctx, "/ac/"+key.String(), maxResult)
	if err != nil {
		return nil, err
	}
	result, err := parseResult(data)
	if err != nil {
		return nil, err
	}
	if result.path != kind.String() {
		return nil, fmt.Errorf("under the key stands the file %.20q, not %q", result.path, kind)
	}
	if result.size > maxBlob {
		return nil, fmt.Errorf("a blob has %d bytes, more than the %d that are taken", result.size, maxBlob)
	}
	blob, err := r.fetch(ctx, "/cas/"+result.hash.String(), result.size)
	if err != nil {
		return nil, err
	}
	if int64(len(blob)) != result.size || sha256.Sum256(blob) != result.hash {
		return nil, errors.New("a blob is not the one that its digest stands for")
	}
	return blob, nil
}

// fetch gets at most limit bytes; more are an error.
func (r *Remote) fetch(ctx context.Context, path string, limit int64) ([]byte, error) {
	response, err := r.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return nil, cmp.Or(finish(response), ErrMiss)
	}
	if response.StatusCode != http.StatusOK {
		return nil, statusError(response)
	}
	if response.ContentLength > limit {
		return nil, fmt.Errorf("an answer has %d bytes, %d were expected at most", response.ContentLength, limit)
	}
	var body bytes.Buffer
	body.Grow(int(max(response.ContentLength, 0)) + bytes.MinRead) // which ReadFrom wants to have free at the end
	if _, err := body.ReadFrom(io.LimitReader(response.Body, limit+1)); err != nil {
		return nil, fmt.Errorf("an answer breaks off: %w", err)
	}
	if int64(body.Len()) > limit {
		return nil, fmt.Errorf("an answer has more than the %d bytes that were expected at most", limit)
	}
	return body.Bytes(), nil
}

// put stores the blob first, so that nobody finds an ActionResult whose blob is missing.
func (r *Remote) put(ctx context.Context, kind Kind, key Key, blob []byte) error {
	digest := Key(sha256.Sum256(blob))
	if err := r.store(ctx, "/cas/"+digest.String(), blob); err != nil {
		return err
	}
	return r.store(ctx, "/ac/"+key.String(), result{kind.String(), digest, int64(len(blob))}.marshal())
}

func (r *Remote) store(ctx context.Context, path string, data []byte) error {
	response, err := r.do(ctx, http.MethodPut, path, data)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return statusError(response)
	}
	return finish(response)
}

// finish reads an answer that does not matter, so that its connection can be used again.
func finish(response *http.Response) error {
	if _, err := io.CopyN(io.Discard, response.Body, 4<<10); err != nil && err != io.EOF {
		return fmt.Errorf("an answer breaks off: %w", err)
	}
	return nil
}

func (r *Remote) do(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, r.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := r.client.Do(request)
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err // without the URL, which the caller of try gets anyway
	}
	return response, err
}

// statusError explains a status that says neither success nor that there is nothing.
func statusError(response *http.Response) error {
	hint := ""
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		hint = "; a user and a password can stand in its URL"
	case code == http.StatusRequestEntityTooLarge || code == http.StatusInsufficientStorage:
		hint = "; it has no room"
	case code >= 300 && code <= 399:
		hint = "; it is not followed to another place"
	}
	return fmt.Errorf("%s was answered with %d %s%s", response.Request.Method, response.StatusCode,
		http.StatusText(response.StatusCode), hint)
}

// breaker counts failures until it opens, and then stays open.
type breaker struct {
	mu       sync.Mutex
	failures int // in a row
}

const tooMany = 2

func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures >= tooMany
}

func (b *breaker) succeeded() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < tooMany {
		b.failures = 0
	}
}

// failed counts a failure. One that took all the time there was is enough by itself.
func (b *breaker) failed(slow bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	if slow {
		b.failures = tooMany
	}
}
