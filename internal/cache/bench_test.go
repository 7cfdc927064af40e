package cache

import (
	"fmt"
	"testing"
)

func BenchmarkGet(b *testing.B) {
	for _, size := range []int{4 << 10, 1 << 20, 20 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			d, err := Open(b.TempDir(), DefaultLimit)
			if err != nil {
				b.Fatal(err)
			}
			if err := d.Put(Image, Key{}, make([]byte, size)); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := d.Get(Image, Key{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPut puts small entries into a cache that has many, so that their number would be noticed.
func BenchmarkPut(b *testing.B) {
	for _, entries := range []int{10, 10_000} {
		b.Run(fmt.Sprint(entries), func(b *testing.B) {
			d, err := Open(b.TempDir(), DefaultLimit)
			if err != nil {
				b.Fatal(err)
			}
			blob := make([]byte, 2000)
			for i := range entries {
				if err := d.Put(Profile, Key{1, byte(i), byte(i >> 8)}, blob); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if err := d.Put(Profile, Key{}, blob); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
