package profile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"time"
)

const (
	magic   = "orcprof"
	version = 1
	// header is the number of bytes before the body: magic, version and checksum.
	header = len(magic) + 1 + 4
	// MaxBytes is more than Encode ever returns. A longer file is no profile and need not be read.
	MaxBytes = 32 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Encode returns the profile as the content of a file, for Decode.
func (p *Profile) Encode() []byte {
	b := make([]byte, header, header+len(p.functions)*32)
	copy(b, magic)
	b[len(magic)] = version
	b = p.appendFunctions(b)
	b = binary.AppendUvarint(b, uint64(len(p.runs)))
	for i := range p.runs {
		b = p.runs[i].append(b)
	}
	binary.LittleEndian.PutUint32(b[header-4:], crc32.Checksum(b[header:], castagnoli))
	return b
}

// appendFunctions writes the tables of modules and functions.
func (p *Profile) appendFunctions(b []byte) []byte {
	var modules []string
	number := map[string]int{}
	for _, f := range p.functions {
		if _, ok := number[f.Module]; !ok {
			number[f.Module] = len(modules)
			modules = append(modules, f.Module)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(modules)))
	for _, m := range modules {
		b = appendString(b, m)
	}
	b = binary.AppendUvarint(b, uint64(len(p.functions)))
	for _, f := range p.functions {
		b = binary.AppendUvarint(b, uint64(number[f.Module]))
		b = appendString(b, f.Name)
		b = binary.LittleEndian.AppendUint64(b, f.ID)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (r *Run) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(r.Weight))
	b = binary.AppendUvarint(b, uint64(len(r.Calls)))
	next, at := 0, int64(0)
	for _, c := range r.Calls {
		b = binary.AppendVarint(b, int64(c.Function-next))
		b = binary.AppendVarint(b, c.At.Microseconds()-at)
		b = binary.AppendUvarint(b, uint64(c.Stall.Microseconds())<<2|uint64(c.Outcome))
		next, at = c.Function+1, c.At.Microseconds()
	}
	b = binary.AppendUvarint(b, uint64(len(r.Wasted)))
	next = 0
	for _, f := range r.Wasted {
		b = binary.AppendVarint(b, int64(f-next))
		next = f + 1
	}
	return b
}

var (
	// ErrForeign says that data is not a profile at all.
	ErrForeign = errors.New("this is no profile of orcast's: it does not begin as one")
	// ErrUnusable says that data is a profile, but damaged or of another version.
	ErrUnusable = errors.New("the profile cannot be used")
)

// Decode reads what Encode wrote. It takes memory in proportion to the data. An error is ErrForeign or wraps
// ErrUnusable.
func Decode(data []byte) (*Profile, error) {
	if len(data) < header || string(data[:len(magic)]) != magic {
		return nil, ErrForeign
	}
	if v := data[len(magic)]; v != version {
		return nil, fmt.Errorf("%w: it is of version %d, and this orcast reads version %d", ErrUnusable, v, version)
	}
	if crc32.Checksum(data[header:], castagnoli) != binary.LittleEndian.Uint32(data[header-4:]) {
		return nil, fmt.Errorf("%w: it is damaged, for its checksum is wrong", ErrUnusable)
	}
	d := decoder{rest: data[header:], size: len(data)}
	p := d.profile()
	if d.err == nil && len(d.rest) > 0 {
		d.fail("more follows after its end")
	}
	if d.err != nil {
		return nil, d.err
	}
	return p, nil
}

// decoder reads a profile. After its first error everything is 0.
type decoder struct {
	rest []byte
	size int // of the whole file
	err  error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: it is damaged at byte %d of %d: %s", ErrUnusable, d.size-len(d.rest), d.size, what)
		d.rest = nil
	}
}

func (d *decoder) profile() *Profile {
	modules := make([]string, d.count(1, "modules"))
	for i := range modules {
		modules[i] = d.text()
	}
	const least = 1 + 1 + 8 // bytes of a function
	p := &Profile{functions: make([]Function, d.count(least, "functions"))}
	for i := range p.functions {
		f := &p.functions[i]
		if m := d.number(len(modules), "module"); d.err == nil {
			f.Module = modules[m]
		}
		f.Name = d.text()
		f.ID = d.fixed()
	}
	runs := d.count(8, "runs")
	if runs > maxRuns {
		d.fail(fmt.Sprintf("it has %d runs, and the most is %d", runs, maxRuns))
	}
	used := make([]int, len(p.functions)) // by which run, from 1
	for i := 1; i <= runs && d.err == nil; i++ {
		p.runs = append(p.runs, d.run(used, i))
	}
	return p
}

// run reads a run, the mark of whose functions in used is i.
func (d *decoder) run(used []int, i int) Run {
	r := Run{Weight: math.Float64frombits(d.fixed())}
	if d.err == nil && !(r.Weight > 0 && r.Weight <= mostWeight) {
		d.fail(fmt.Sprintf("a run has the weight %v", r.Weight))
	}
	next := 0
	function := func() int {
		f := next + int(d.signed(int64(len(used))))
		switch {
		case d.err != nil:
			return 0
		case f < 0 || f >= len(used):
			d.fail(fmt.Sprintf("there is no function %d", f))
			return 0
		case used[f] == i:
			d.fail(fmt.Sprintf("a run has function %d twice", f))
		}
		used[f], next = i, f+1
		return f
	}
	if n := d.count(3, "calls"); n > 0 {
		r.Calls = make([]Call, n)
	}
	at := int64(0)
	for j := range r.Calls {
		c := &r.Calls[j]
		c.Function = function()
		at += d.signed(longest)
		if at < 0 || at > longest {
			d.fail("a call is at no time of the run")
		}
		stall := d.unsigned()
		if stall>>2 > longest {
			d.fail("a call waits for too long")
		}
		if d.err != nil {
			return r
		}
		c.At, c.Stall, c.Outcome = time.Duration(at)*time.Microsecond, time.Duration(stall>>2)*time.Microsecond,
			Outcome(stall&3)
	}
	if n := d.count(1, "wasted functions"); n > 0 {
		r.Wasted = make([]int, n)
	}
	next = 0
	for j := range r.Wasted {
		r.Wasted[j] = function()
	}
	return r
}

func (d *decoder) unsigned() uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.fail("a number is cut off or too large")
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// signed reads a number from -most to most.
func (d *decoder) signed(most int64) int64 {
	n, size := binary.Varint(d.rest)
	if size <= 0 || n < -most || n > most {
		d.fail("a number is cut off or too large")
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// number reads a number below limit.
func (d *decoder) number(limit int, what string) int {
	n := d.unsigned()
	if n >= uint64(limit) {
		d.fail(fmt.Sprintf("there is no %s %d", what, n))
		return 0
	}
	return int(n)
}

// count reads the number of things that follow, of so many bytes at least: no more than there is room for.
func (d *decoder) count(least int, what string) int {
	n := d.unsigned()
	if n > uint64(len(d.rest)/least) {
		d.fail(fmt.Sprintf("there is no room for %d %s", n, what))
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.count(1, "bytes of a name")
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) fixed() uint64 {
	if len(d.rest) < 8 {
		d.fail("it ends too early")
		return 0
	}
	n := binary.LittleEndian.Uint64(d.rest)
	d.rest = d.rest[8:]
	return n
}
