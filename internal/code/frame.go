package code

import "encoding/binary"

// Unwinding tables: DWARF call frame information as in the LSB, section 10.6 (.eh_frame), with the instructions of
// DWARF 4, section 6.4.2. Registers have the numbers of the psABI, figure 3.36.

// Frame says how to unwind through a range of a unit's text.
type Frame struct {
	Start, End uint32 // in the text
	// Instructions change, going through the range, the initial state, in which CFA is rsp + 8 and the return address
	// is at CFA - 8.
	Instructions []byte
	// Personality is the routine that knows LSDA, the offset of the exception table in the read-only section.
	HasLSDA     bool
	Personality Target
	LSDA        uint32
}

// Call frame instructions and registers.
const (
	cfaDefCFA         = 0x0c
	cfaDefCFARegister = 0x0d
	cfaDefCFAOffset   = 0x0e
	cfaOffset         = 0x80
	cfaRestore        = 0xc0
	cfaAdvance        = 0x40
	cfaAdvance1       = 0x02
	cfaAdvance2       = 0x03
	cfaAdvance4       = 0x04

	dwarfRSP, dwarfRBP, dwarfReturn = 7, 6, 16
)

// dwarfRegisters are the psABI's numbers of the general registers, by their numbers in instructions.
var dwarfRegisters = [16]byte{0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15}

// FrameWriter writes the instructions of a [Frame]. The zero value stands at the start of the range.
type FrameWriter struct {
	Bytes []byte
	at    uint32
}

// Start begins at a position of the text.
func (w *FrameWriter) Start(at uint32) { w.Bytes, w.at = w.Bytes[:0], at }

// Advance makes what follows hold from a position of the text on.
func (w *FrameWriter) Advance(to uint32) {
	switch d := to - w.at; {
	case d == 0:
	case d < 0x40:
		w.Bytes = append(w.Bytes, cfaAdvance|byte(d))
	case d < 1<<8:
		w.Bytes = append(w.Bytes, cfaAdvance1, byte(d))
	case d < 1<<16:
		w.Bytes = append(w.Bytes, cfaAdvance2, byte(d), byte(d>>8))
	default:
		w.Bytes = binary.LittleEndian.AppendUint32(append(w.Bytes, cfaAdvance4), d)
	}
	w.at = to
}

// PushedRBP says that rbp lies at CFA - 16 and CFA is rsp + 16.
func (w *FrameWriter) PushedRBP() {
	w.Bytes = append(w.Bytes, cfaDefCFAOffset, 16, cfaOffset|dwarfRBP, 2)
}

// FramedByRBP says that CFA is rbp + 16.
func (w *FrameWriter) FramedByRBP() { w.Bytes = append(w.Bytes, cfaDefCFARegister, dwarfRBP) }

// Saved says that a general register lies at CFA - 8*words.
func (w *FrameWriter) Saved(reg uint8, words uint32) {
	w.Bytes = binary.AppendUvarint(append(w.Bytes, cfaOffset|dwarfRegisters[reg]), uint64(words))
}

// Restored says that a general register has the caller's value again.
func (w *FrameWriter) Restored(reg uint8) { w.Bytes = append(w.Bytes, cfaRestore|dwarfRegisters[reg]) }

// Left says that the frame is gone: CFA is rsp + 8 and rbp the caller's.
func (w *FrameWriter) Left() {
	w.Bytes = append(w.Bytes, cfaRestore|dwarfRBP, cfaDefCFA, dwarfRSP, 8)
}

// Encodings of pointers: signed distances of 32 bits from where they stand, maybe to where the address is.
const (
	encodingPCRel         = 0x1b
	encodingIndirectPCRel = 0x9b
)

// EncodingOmit and EncodingPCRelIndirect are encodings for exception tables.
const (
	EncodingOmit          = 0xff
	EncodingULEB          = 0x01
	EncodingPCRelIndirect = encodingIndirectPCRel
)

// AddFrame adds an unwinding table for a range of text, which is the unit's only one.
func (u *Unit) AddFrame(f Frame) {
	var personality uint32
	if f.HasLSDA {
		personality = u.Address(f.Personality, 0)
	}
	start := u.Pad(8)
	u.EHFrame = start
	u.put32(0) // length, to come
	u.put32(0) // this is a CIE
	if f.HasLSDA {
		u.ReadOnly = append(u.ReadOnly, 1, 'z', 'P', 'L', 'R', 0, 1, 0x78, dwarfReturn, 7, encodingIndirectPCRel)
		u.distance(Target{InReadOnly, personality})
		u.ReadOnly = append(u.ReadOnly, encodingPCRel)
	} else {
		u.ReadOnly = append(u.ReadOnly, 1, 'z', 'R', 0, 1, 0x78, dwarfReturn, 1)
	}
	u.ReadOnly = append(u.ReadOnly, encodingPCRel, cfaDefCFA, dwarfRSP, 8, cfaOffset|dwarfReturn, 1)
	u.endEntry(start)

	entry := uint32(len(u.ReadOnly))
	u.put32(0)
	u.put32(entry + 4 - start) // back to the CIE
	u.distance(Target{InText, f.Start})
	u.put32(f.End - f.Start)
	if f.HasLSDA {
		u.ReadOnly = append(u.ReadOnly, 4)
		u.distance(Target{InReadOnly, f.LSDA})
	} else {
		u.ReadOnly = append(u.ReadOnly, 0)
	}
	u.ReadOnly = append(u.ReadOnly, f.Instructions...)
	u.endEntry(entry)
	u.EHFrameSize = uint32(len(u.ReadOnly)) - start
}

// distance adds the distance to a target to the read-only section.
func (u *Unit) distance(t Target) {
	u.Refer(Reference{Offset: uint32(len(u.ReadOnly)), In: ReadOnly, Kind: Rel32, To: t})
	u.put32(0)
}

// endEntry pads an entry with instructions that do nothing, which are zeros, and writes its length.
func (u *Unit) endEntry(start uint32) {
	u.Pad(8)
	binary.LittleEndian.PutUint32(u.ReadOnly[start:], uint32(len(u.ReadOnly))-start-4)
}
