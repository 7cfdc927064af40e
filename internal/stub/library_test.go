package stub

import (
	"bytes"
	"debug/elf"
	"testing"
)

func TestLibraryHasTheSymbols(t *testing.T) {
	want := []Definition{{Name: "first", Address: 0x1234}, {Name: "second", Address: 0x500000000000}, {Address: 7}}
	f, err := elf.NewFile(bytes.NewReader(library{symbols: want}.encode()))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Progs) != 3 || f.Progs[1].Type != elf.PT_DYNAMIC {
		t.Fatalf("segments %v", f.Progs)
	}
	names, symbols, _ := library{symbols: want}.symbolTable()
	for i, d := range want {
		s := symbols[i+1]
		name, _, _ := bytes.Cut([]byte(names[s.Name:]), []byte{0})
		if string(name) != d.Name || s.Value != d.Address || elf.SectionIndex(s.Shndx) != elf.SHN_ABS {
			t.Errorf("symbol %d is %q %+v, want %+v", i, name, s, d)
		}
	}
}

func TestLibrarySaysWhatStacksAre(t *testing.T) {
	for executable, want := range map[bool]elf.ProgFlag{false: elf.PF_R | elf.PF_W,
		true: elf.PF_R | elf.PF_W | elf.PF_X} {
		f, err := elf.NewFile(bytes.NewReader(library{executableStack: executable}.encode()))
		if err != nil {
			t.Fatal(err)
		}
		if p := f.Progs[2]; p.Type != elf.PT_GNU_STACK || p.Flags != want {
			t.Errorf("segment %+v, want flags %v", p.ProgHeader, want)
		}
	}
}

func TestEverySymbolIsInItsBucket(t *testing.T) {
	l := library{symbols: []Definition{{Name: "a"}, {Name: "printf"},
		{Name: "_ZNSt6vectorIiSaIiEE17_M_realloc_insertEv"}, {Name: "b"}}}
	table := l.hashTable(len(l.symbols) + 1)
	buckets := table[0]
	heads, chains := table[2:2+buckets], table[2+buckets:]
	seen := 0
	for _, at := range heads {
		for ; at != 0; at = chains[at] {
			seen++
		}
	}
	if seen != len(l.symbols) {
		t.Errorf("%d symbols can be found, want %d", seen, len(l.symbols))
	}
}

func TestTLSImageIsAligned(t *testing.T) {
	image := []byte{1, 2, 3}
	f, err := elf.NewFile(bytes.NewReader(library{image: image, tlsSize: 100, tlsAlign: 128}.encode()))
	if err != nil {
		t.Fatal(err)
	}
	p := f.Progs[3]
	if p.Type != elf.PT_TLS || p.Memsz != 100 || p.Filesz != 3 || p.Off%128 != 0 || p.Vaddr%128 != 0 {
		t.Fatalf("segment %+v", p.ProgHeader)
	}
	got := make([]byte, 3)
	if _, err := p.ReadAt(got, 0); err != nil || !bytes.Equal(got, image) {
		t.Errorf("image %v, %v", got, err)
	}
}
