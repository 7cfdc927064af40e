package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// childVariable makes the test binary a child that uses the cache in the folder that it names.
const childVariable = "ORCAST_CACHE_TEST_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		if err := child(dir, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// What children put has two properties: it tells under which key it was put, and any part of it tells the rest, so a
// mixture of two is no right content of either.
const (
	sharedKeys  = 16
	sharedLimit = 400_000 // about half of what all keys together may have
)

func sharedBlob(key int, random *rand.Rand) []byte {
	blob := make([]byte, 8*(2+random.IntN(8_000)))
	seed := random.Uint64()
	binary.LittleEndian.PutUint64(blob, uint64(key))
	for at := 8; at < len(blob); at += 8 {
		binary.LittleEndian.PutUint64(blob[at:], seed+uint64(at))
	}
	return blob
}

func checkShared(key int, blob []byte) error {
	if len(blob) < 16 || binary.LittleEndian.Uint64(blob) != uint64(key) {
		return fmt.Errorf("under key %d is what was not put there: %d bytes", key, len(blob))
	}
	seed := binary.LittleEndian.Uint64(blob[8:]) - 8
	for at := 8; at < len(blob); at += 8 {
		if binary.LittleEndian.Uint64(blob[at:]) != seed+uint64(at) {
			return fmt.Errorf("key %d has a mixture from byte %d on", key, at)
		}
	}
	return nil
}

// child puts or gets without end, or as often as told, in an order of its own, and prints a dot each time.
func child(dir string, args []string) error {
	var do string
	var seed uint64
	var times int
	if _, err := fmt.Sscan(strings.Join(args, " "), &do, &seed, &times); err != nil {
		return err
	}
	d, err := Open(dir, sharedLimit)
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(seed, 0))
	for i := 0; times == 0 || i < times; i++ {
		n := random.IntN(sharedKeys)
		key := keyOf(fmt.Sprint(n))
		if do == "put" {
			err = d.Put(Image, key, sharedBlob(n, random))
		} else {
			var blob []byte
			if blob, err = d.Get(Image, key); err == nil {
				err = checkShared(n, blob)
			} else if err == ErrMiss {
				err = nil
			}
		}
		if err != nil {
			return fmt.Errorf("%s %d: %w", do, n, err)
		}
		os.Stdout.Write([]byte{'.'})
	}
	return nil
}

func childCommand(dir, do string, seed, times int) *exec.Cmd {
	c := exec.Command(os.Args[0], do, fmt.Sprint(seed), fmt.Sprint(times))
	c.Env = append(os.Environ(), childVariable+"="+dir)
	return c
}

// checkAll checks that all entries are right, and that nothing else is there.
func checkAll(t *testing.T, d *Disk) {
	t.Helper()
	c, err := d.Verify()
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range c.Damaged {
		t.Error(damaged)
	}
	for n := range sharedKeys {
		blob, err := d.Get(Image, keyOf(fmt.Sprint(n)))
		if err == nil {
			err = checkShared(n, blob)
		}
		if err != nil && err != ErrMiss {
			t.Error(err)
		}
	}
	list, err := os.ReadDir(d.entries())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if _, ok := parseKey(e.Name()); !ok {
			t.Errorf("%s is left behind", e.Name())
		}
	}
	if c.Total.Files == 0 || c.Total.Files != len(list) {
		t.Errorf("%d entries were verified, there are %d", c.Total.Files, len(list))
	}
}

func TestManyProcessesAtOnce(t *testing.T) {
	d := newDisk(t, sharedLimit)
	var wait sync.WaitGroup
	for i := range 16 {
		c := childCommand(d.dir, []string{"put", "get"}[i%2], i, 200)
		wait.Go(func() {
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, bytes.TrimLeft(out, "."))
			}
		})
	}
	wait.Wait()
	checkAll(t, d)
	if err := d.evict(); err != nil || total(t, d) > sharedLimit {
		t.Errorf("nothing makes it keep the limit (%v)", err)
	}
}

func TestManyGoroutinesAtOnce(t *testing.T) {
	d := newDisk(t, sharedLimit)
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 0))
			for range 100 {
				n := random.IntN(sharedKeys)
				key := keyOf(fmt.Sprint(n))
				if err := d.Put(Image, key, sharedBlob(n, random)); err != nil {
					t.Error(err)
				}
				blob, err := d.Get(Image, key)
				if err == nil {
					err = checkShared(n, blob)
				}
				if err != nil && err != ErrMiss {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	checkAll(t, d)
}

// TestKilledWriters kills writers after any number of their steps, which is at any moment of the one after.
func TestKilledWriters(t *testing.T) {
	d := newDisk(t, sharedLimit)
	random := rand.New(rand.NewPCG(5, 6))
	for round := range 25 {
		var wait sync.WaitGroup
		for i := range 2 {
			steps := 1 + random.Int64N(40)
			wait.Go(func() { killAfter(t, childCommand(d.dir, "put", 2*round+i, 0), steps) })
		}
		wait.Wait()
	}
	checkAll(t, d)
	put(t, d, Image, "a", nil)
	if _, err := d.Get(Image, keyOf("a")); err != nil {
		t.Error(err)
	}
}

// killAfter starts a child and kills it with SIGKILL after so many dots.
func killAfter(t *testing.T, c *exec.Cmd, dots int64) {
	out, err := c.StdoutPipe()
	if err != nil {
		t.Error(err)
		return
	}
	if err := c.Start(); err != nil {
		t.Error(err)
		return
	}
	if _, err := io.CopyN(io.Discard, out, dots); err != nil {
		t.Errorf("the child ended by itself: %v", err)
	}
	c.Process.Kill()
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) {
		t.Errorf("a killed child gives %v", err)
	}
}
