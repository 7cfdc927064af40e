package bitcode

import "iter"

// Ids of abbreviations that every block has.
const (
	endBlock       = 0
	enterSubblock  = 1
	defineAbbrev   = 2
	unabbrevRecord = 3
	firstAbbrev    = 4 // the block's own begin here
)

// blockInfoSetID is the record of a BLOCKINFO that says whose abbreviations follow.
const blockInfoSetID = 1

// Block ids.
const (
	blockInfoBlock      = 0
	moduleBlock         = 8
	paramAttrBlock      = 9
	paramAttrGroupBlock = 10
	constantsBlock      = 11
	functionBlock       = 12
	identificationBlock = 13
	valueSymtabBlock    = 14
	metadataBlock       = 15
	metadataAttachBlock = 16
	typeBlock           = 17
	summaryBlock        = 20
	strtabBlock         = 23
	fullSummaryBlock    = 24
	knownBlocks         = 32 // ids from here on have no meaning, nor does their block info
)

// Limits, far above what LLVM writes.
const (
	maxAbbrevs        = 256 // of one block
	maxAbbrevOperands = 64
	maxWidth          = 32 // bits of abbreviation ids and operands; bits are read 57 at a time at least
)

// abbrev is how records are written.
type abbrev struct {
	scalars  []operand // the first is the code of the record
	need     uint      // bits that decode looks at for the others
	tail     encoding  // what follows them: arrayEncoding, blobEncoding, or anything else for nothing
	element  operand   // of the array
	literals int       // how many of the other scalars are literals
}

// blockInfo are the abbreviations which BLOCKINFO gives to all blocks of an id.
type blockInfo [knownBlocks][]abbrev

// block is the block which a stream stands in.
type block struct {
	id      uint64
	width   uint   // of abbreviation ids
	end     uint64 // bits
	abbrevs []abbrev
}

// stream reads blocks and records. Of every record first the code is read and then either the operands, or
// they are skipped.
type stream struct {
	cursor
	block
	info *blockInfo
	ops  []uint64 // room for operands; the first are those of the present record
	blob []byte   // the blob of the record that had one last

	// literals counts the literal operands that were read. They take no room in records, so without a limit a
	// small file could hold records of any size. LLVM writes few, the codes of records aside.
	literals int

	head uint64 // bit at which the block found last begins
	// How the present record is written: by one of abbrevs, or with a number of unabbreviated operands. (Neither is a
	// pointer, as that would cost a write barrier for each record while the garbage collector runs.)
	form  int // or noForm
	plain uint64
}

const noForm = -1

// item is what comes next in a block.
type item uint8

const (
	blockEnd   item = iota // also after an error
	subBlock               // id is the block's id; enter or skipBlock must follow
	dataRecord             // id is the abbreviation's id; code must follow
)

// stand goes to where a block's head continues.
func (s *stream) stand(at place) { s.pos, s.limit, s.end = at.pos, at.limit, at.limit }

// next finds the next record or block, having taken up abbreviations before it.
func (s *stream) next() (what item, id uint64) {
	start := s.pos
	id = peek(s.data, start) & (1<<(s.width&63) - 1)
	s.pos += uint64(s.width)
	if id >= unabbrevRecord && s.pos <= s.limit {
		return dataRecord, id
	}
	return s.noRecord(start, id)
}

// noRecord goes on where next has found the id of something else than a record.
func (s *stream) noRecord(start, id uint64) (what item, _ uint64) {
	s.checkLimit()
	switch {
	case s.err != nil:
		return blockEnd, 0
	case id == endBlock:
		s.align()
		if s.err == nil && s.pos != s.end {
			s.fail("a block ends %d bytes before its length says", (s.end-s.pos)/8)
		}
		return blockEnd, 0
	case id == enterSubblock:
		s.head = start
		return subBlock, s.vbr(8)
	}
	s.define(s.abbrev())
	return s.next()
}

// define adds an abbreviation to those of the block, which at first it shares with other blocks.
func (s *stream) define(a abbrev) {
	n := len(s.abbrevs)
	if n == maxAbbrevs {
		s.fail("a block has more than %d abbreviations", n)
		return
	}
	s.abbrevs = append(s.abbrevs[:n:n], a)
}

// enter goes into the block that next has found, and returns the outer one for leave.
func (s *stream) enter(id uint64) (outer block) {
	outer = s.block
	width := s.vbr(4)
	s.align()
	words := s.fixed(32)
	s.checkLimit()
	switch {
	case s.err != nil:
	case width < 2 || width > maxWidth:
		s.fail("a block has abbreviation ids of %d bits", width)
	case words*32 > s.left():
		s.fail("a block of %d bytes reaches beyond the end of what holds it", words*4)
	}
	if s.err != nil {
		return outer
	}
	s.block = block{id: id, width: uint(width), end: s.pos + words*32}
	s.limit = s.end
	if s.info != nil && id < knownBlocks {
		s.abbrevs = s.info[id]
	}
	return outer
}

// leave goes to the end of the present block and back to the outer one, whether or not all has been read.
func (s *stream) leave(outer block) {
	s.pos = s.end
	s.block = outer
	s.limit = outer.end
	if s.err != nil {
		s.pos = s.limit
	}
}

// skipBlock passes over the block that next has found.
func (s *stream) skipBlock(id uint64) {
	s.leave(s.enter(id))
}

// records goes through the block that next has found, passing over blocks within it, and gives the code of every
// record; operands or skipOperands must follow.
func (s *stream) records(id uint64) iter.Seq[uint64] {
	return func(yield func(code uint64) bool) {
		outer := s.enter(id)
		for {
			what, id := s.next()
			if what == blockEnd || what == dataRecord && !yield(s.code(id)) {
				break
			}
			if what == subBlock {
				s.skipBlock(id)
			}
		}
		s.leave(outer)
	}
}
