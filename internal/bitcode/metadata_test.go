package bitcode

import (
	"path/filepath"
	"slices"
	"testing"
)

// withoutIndex takes up a block of metadata by reading all of it.
func withoutIndex(t *metadataTable, s *stream) {
	outer := s.enter(metadataBlock)
	t.parts = append(t.parts, metadataPart{first: t.end()})
	for what, id := s.next(); what != blockEnd; what, id = s.next() {
		start := s.pos - uint64(s.width)
		if code := s.code(id); code == metadataIndexOffset {
			s.skipOperands()
		} else {
			t.record(s, code, start)
		}
	}
	t.parts[len(t.parts)-1].block = s.block
	s.leave(outer)
}

// The index of a module's metadata says of every node where reading all finds it.
func TestMetadataIndex(t *testing.T) {
	clang := tool(t, newest, "clang")
	out := filepath.Join(t.TempDir(), "a.bc")
	for _, source := range []string{"program.c", "program.cpp"} {
		command(t, clang, "-O2", "-g", "-w", "-c", "-emit-llvm", "testdata/"+source, "-o", out)
		f, err := Read(source, load(t, out))
		if err != nil {
			t.Fatal(err)
		}
		m := f.Modules[0]
		fast, err := m.metadata()
		if err != nil {
			t.Fatal(err)
		}
		slow := metadataTable{named: map[string][]uint64{}, kinds: map[uint64]string{}}
		s := m.stream()
		for _, at := range m.nodes.at {
			if at.id == metadataBlock {
				s.stand(at.place)
				withoutIndex(&slow, &s)
			}
		}
		if s.err != nil {
			t.Fatal(s.err)
		}
		if len(fast.parts) != 1 || len(slow.parts) != 1 || len(fast.parts[0].texts) == 0 {
			t.Fatalf("%s: %d and %d parts", source, len(fast.parts), len(slow.parts))
		}
		if a, b := fast.parts[0].starts, slow.parts[0].starts; len(a) < 100 || !slices.Equal(a, b) {
			t.Errorf("%s: the index has %d nodes, the block %d", source, len(a), len(b))
		}
		if len(fast.named) != len(slow.named) || len(fast.named["llvm.module.flags"]) == 0 {
			t.Errorf("%s: names %v and %v", source, fast.named, slow.named)
		}
		r := metadataReader{stream: m.stream(), module: fast, local: &metadataTable{first: fast.end()}}
		for id := range fast.end() {
			if _, _, ok := r.open(id); !ok {
				t.Fatalf("%s: node %d: %v", source, id, r.err)
			}
		}
		if _, _, ok := r.open(fast.end()); ok {
			t.Errorf("%s: there is a node behind the last", source)
		}
	}
}
