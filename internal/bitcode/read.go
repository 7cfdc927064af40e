package bitcode

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// newestLLVM is the newest major version of LLVM whose records are known here.
const newestLLVM = 22

var (
	magic        = []byte{'B', 'C', 0xC0, 0xDE}
	wrapperMagic = []byte{0xDE, 0xC0, 0x17, 0x0B}
)

// wrapperSize is the size of a wrapper header: magic, version, offset, size, CPU type, 32 bits each.
const wrapperSize = 20

// Records of the blocks outside of modules.
const (
	identificationString = 1
	identificationEpoch  = 2
	strtabBlob           = 1
)

// IsBitcode says whether data begins like a bitcode file, with or without wrapper.
func IsBitcode(data []byte) bool {
	return bytes.HasPrefix(data, magic) || bytes.HasPrefix(data, wrapperMagic)
}

// Read indexes a bitcode file. Bodies of functions are passed over; they are read from data when asked for, so
// data must never change. Name stands in errors, which also give the offset in bytes.
//
// Bitcode of LLVM 22 and older is understood; that of newer versions is an error.
func Read(name string, data []byte) (*File, error) {
	r := reader{stream: stream{cursor: cursor{name: name, data: data, limit: uint64(len(data)) * 8}},
		file: &File{Name: name}}
	r.unwrap()
	r.end = r.limit
	r.width = 2                               // outside of all blocks
	for r.err == nil && r.limit-r.pos >= 64 { // less than that is padding
		r.topLevel()
	}
	if r.err == nil && len(r.file.Modules) == 0 {
		r.fail("the file holds no module")
	}
	if r.err == nil && len(r.nameless) > 0 {
		r.fail("the table of symbol names is missing; the file may have been cut off")
	}
	if r.err != nil {
		return nil, r.err
	}
	return r.file, nil
}

// reader reads the top level of a file.
type reader struct {
	stream
	file     *File
	producer string // of the module to come
	epoch    uint64
	nameless []*indexer // modules whose names stand in a STRTAB to come
}

// unwrap passes over a wrapper header and the magic number.
func (r *reader) unwrap() {
	if bytes.HasPrefix(r.data, wrapperMagic) {
		if len(r.data) < wrapperSize {
			r.fail("the file ends inside its wrapper header")
			return
		}
		offset, size := binary.LittleEndian.Uint32(r.data[8:]), binary.LittleEndian.Uint32(r.data[12:])
		if uint64(offset)+uint64(size) > uint64(len(r.data)) {
			r.failAt(8*8,
				"the wrapper header says there are %d bytes of bitcode from byte %d on, but the file has only %d", size,
				offset, len(r.data))
			return
		}
		r.base = int64(offset)
		r.data = r.data[offset : offset+size]
		r.limit = uint64(size) * 8
	}
	if !bytes.HasPrefix(r.data, magic) {
		r.fail("this is not bitcode")
	}
	r.skip(32)
}

// topLevel reads one block outside of all others.
func (r *reader) topLevel() {
	what, id := r.next()
	if r.err != nil {
		return
	}
	if what != subBlock {
		r.fail("a block is missing where the next module might be")
		return
	}
	switch id {
	case identificationBlock:
		r.readIdentification()
	case moduleBlock:
		m := &Module{File: r.file, Index: len(r.file.Modules), Producer: r.producer, Epoch: int(r.epoch)}
		r.file.Modules = append(r.file.Modules, m)
		r.producer, r.epoch = "", 0
		x := &indexer{stream: &r.stream, module: m}
		x.readModule()
		if len(x.named) > 0 {
			r.nameless = append(r.nameless, x)
		} else {
			x.findStructors()
		}
	case strtabBlock:
		r.readStrtab()
	default:
		r.skipBlock(id)
	}
}

func (r *reader) readIdentification() {
	for code := range r.records(identificationBlock) {
		ops := r.operands()
		switch {
		case code == identificationString:
			r.producer = text(ops)
			r.checkProducer()
		case code == identificationEpoch && len(ops) > 0:
			if r.epoch = ops[0]; r.epoch != 0 {
				r.fail("the bitcode is of epoch %d and LLVM %d reads only epoch 0: compile it with clang-%d or older",
					r.epoch, newestLLVM, newestLLVM)
			}
		}
	}
}

func (r *reader) checkProducer() {
	version, ok := strings.CutPrefix(r.producer, "LLVM")
	if !ok {
		return
	}
	digits := strings.IndexFunc(version+".", func(r rune) bool { return r < '0' || r > '9' })
	if major, err := strconv.Atoi(version[:digits]); err == nil && major > newestLLVM {
		r.fail("the bitcode was written by %q, which is newer than LLVM %d: compile it with clang-%d or older",
			r.producer, newestLLVM, newestLLVM)
	}
}

// readStrtab gives the modules before it their names, unless an earlier one did.
func (r *reader) readStrtab() {
	for code := range r.records(strtabBlock) {
		if code != strtabBlob || len(r.nameless) == 0 {
			r.skipOperands()
			continue
		}
		r.operands()
		table := string(r.blob)
		for _, x := range r.nameless {
			x.setNames(table)
		}
		r.nameless = nil
	}
}
