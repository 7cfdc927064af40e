package bitcode

// rawRecords keeps records for digests.
type rawRecords struct {
	list []rawRecord
	ops  []uint64 // operands of all
}

type rawRecord struct {
	code  uint32
	count uint32 // of operands
	first int    // of them
}

func (r *rawRecords) clear() { r.list, r.ops = r.list[:0], r.ops[:0] }

// add adds a record to those of a block; whoever adds operands has done so before.
func (r *rawRecords) add(code uint64, operands int) {
	r.list = append(r.list, rawRecord{uint32(min(code, 1<<32-1)), uint32(operands), len(r.ops) - operands})
}

// operands are those of a record.
func (r *rawRecords) operands(of rawRecord) record { return r.ops[of.first:][:of.count] }
