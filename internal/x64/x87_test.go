package x64

import "testing"

func TestX87(t *testing.T) {
	var s sheet
	a := &s.a
	for op, c := range map[X87Mem]struct{ name, unit string }{
		FLD32: {"fld", "dword"}, FLD64: {"fld", "qword"}, FLD80: {"fld", "tbyte"}, FST32: {"fst", "dword"},
		FST64: {"fst", "qword"}, FSTP32: {"fstp", "dword"}, FSTP64: {"fstp", "qword"}, FSTP80: {"fstp", "tbyte"},
		FILD16: {"fild", "word"}, FILD32: {"fild", "dword"}, FILD64: {"fild", "qword"}, FIST16: {"fist", "word"},
		FIST32: {"fist", "dword"}, FISTP16: {"fistp", "word"}, FISTP32: {"fistp", "dword"}, FISTP64: {"fistp", "qword"},
		FADD32: {"fadd", "dword"}, FADD64: {"fadd", "qword"}, FMUL32: {"fmul", "dword"}, FMUL64: {"fmul", "qword"},
		FSUB32: {"fsub", "dword"}, FSUB64: {"fsub", "qword"}, FDIV32: {"fdiv", "dword"}, FDIV64: {"fdiv", "qword"},
		FLDCW: {"fldcw", "word"}, FNSTCW: {"fnstcw", "word"},
	} {
		for _, m := range someMems {
			a.X87M(op, m)
			s.add("%s %s", c.name, m.in(c.unit))
		}
	}
	for i := range uint8(8) {
		for op, format := range map[X87]string{
			FLD: "fld st(%d)", FXCH: "fxch st(%d)", FSTP: "fstp st(%d)", FADDP: "faddp st(%d), st",
			FMULP: "fmulp st(%d), st", FSUBRP: "fsubrp st(%d), st", FSUBP: "fsubp st(%d), st",
			FDIVRP: "fdivrp st(%d), st", FDIVP: "fdivp st(%d), st", FADD: "fadd st, st(%d)", FMUL: "fmul st, st(%d)",
			FSUB: "fsub st, st(%d)", FSUBR: "fsubr st, st(%d)", FDIV: "fdiv st, st(%d)", FDIVR: "fdivr st, st(%d)",
			FUCOMI: "fucomi st, st(%d)", FUCOMIP: "fucomip st, st(%d)", FCMOVB: "fcmovb st, st(%d)",
			FCMOVE: "fcmove st, st(%d)", FCMOVBE: "fcmovbe st, st(%d)", FCMOVU: "fcmovu st, st(%d)",
			FCMOVNB: "fcmovnb st, st(%d)", FCMOVNE: "fcmovne st, st(%d)", FCMOVA: "fcmovnbe st, st(%d)",
			FCMOVNU: "fcmovnu st, st(%d)",
		} {
			a.X87St(op, i)
			s.add(format, i)
		}
	}
	for op, name := range map[X87Op]string{
		FCHS: "fchs", FABS: "fabs", FLD1: "fld1", FLDZ: "fldz", FSQRT: "fsqrt", FRNDINT: "frndint",
	} {
		a.X87Op(op)
		s.add("%s", name)
	}
	s.check(t)
}
