package bitcode

// bitWriter writes bitstreams, for files that LLVM would not write.
type bitWriter struct {
	data []byte
	bits uint64 // written
}

func (w *bitWriter) fixed(n uint, v uint64) {
	for i := range n {
		if w.bits%8 == 0 {
			w.data = append(w.data, 0)
		}
		w.data[w.bits/8] |= byte(v>>i&1) << (w.bits % 8)
		w.bits++
	}
}

func (w *bitWriter) vbr(n uint, v uint64) {
	more := uint64(1) << (n - 1)
	for ; v >= more; v >>= n - 1 {
		w.fixed(n, v&(more-1)|more)
	}
	w.fixed(n, v)
}

func (w *bitWriter) align() {
	for w.bits%32 != 0 {
		w.fixed(1, 0)
	}
}

// width is that of the abbreviation ids in all blocks written here.
const width = 3

// block writes a block, whose inside the function writes. outer is the width of abbreviation ids around it.
func (w *bitWriter) block(outer uint, id uint64, inside func()) {
	w.fixed(outer, enterSubblock)
	w.vbr(8, id)
	w.vbr(4, width)
	w.align()
	start := len(w.data)
	w.fixed(32, 0)
	inside()
	w.fixed(width, endBlock)
	w.align()
	words := (len(w.data) - start - 4) / 4
	for i := range 4 {
		w.data[start+i] = byte(words >> (8 * i))
	}
}

// record writes an unabbreviated record.
func (w *bitWriter) record(code uint64, ops ...uint64) {
	w.fixed(width, unabbrevRecord)
	w.vbr(6, code)
	w.vbr(6, uint64(len(ops)))
	for _, op := range ops {
		w.vbr(6, op)
	}
}

func (w *bitWriter) textRecord(code uint64, text string) {
	var ops []uint64
	for _, c := range []byte(text) {
		ops = append(ops, uint64(c))
	}
	w.record(code, ops...)
}

// define writes the definition of an abbreviation of literals.
func (w *bitWriter) define(literals ...uint64) {
	w.fixed(width, defineAbbrev)
	w.vbr(5, uint64(len(literals)))
	for _, v := range literals {
		w.fixed(1, 1)
		w.vbr(8, v)
	}
}

// file writes a file with one module of version 1, whose names stand in the module.
func file(inside func(w *bitWriter)) []byte {
	w := &bitWriter{}
	for _, b := range magic {
		w.fixed(8, uint64(b))
	}
	w.block(2, moduleBlock, func() {
		w.record(moduleVersion, 1)
		inside(w)
	})
	return w.data
}
