package x64

import (
	"strings"
	"testing"
)

// sseNames are the operations of two operands and the units of the second in memory.
var sseNames = []struct {
	unit  string
	names string
	ops   []Sse
}{
	{"dword", "addss mulss subss minss divss maxss sqrtss ucomiss comiss cvtss2sd", []Sse{
		ADDSS, MULSS, SUBSS, MINSS, DIVSS, MAXSS, SQRTSS, UCOMISS, COMISS, CVTSS2SD}},
	{"qword", "addsd mulsd subsd minsd divsd maxsd sqrtsd ucomisd comisd cvtsd2ss cvtps2pd cvtdq2pd", []Sse{
		ADDSD, MULSD, SUBSD, MINSD, DIVSD, MAXSD, SQRTSD, UCOMISD, COMISD, CVTSD2SS, CVTPS2PD, CVTDQ2PD}},
	{"xmmword", "addps mulps subps minps divps maxps sqrtps andps andnps orps xorps " +
		"addpd mulpd subpd minpd divpd maxpd sqrtpd andpd andnpd orpd xorpd", []Sse{
		ADDPS, MULPS, SUBPS, MINPS, DIVPS, MAXPS, SQRTPS, ANDPS, ANDNPS, ORPS, XORPS,
		ADDPD, MULPD, SUBPD, MINPD, DIVPD, MAXPD, SQRTPD, ANDPD, ANDNPD, ORPD, XORPD}},
	{"xmmword", "cvtpd2ps cvtdq2ps cvtps2dq cvttps2dq cvtpd2dq cvttpd2dq unpcklps unpcklpd unpckhps unpckhpd", []Sse{
		CVTPD2PS, CVTDQ2PS, CVTPS2DQ, CVTTPS2DQ, CVTPD2DQ, CVTTPD2DQ, UNPCKLPS, UNPCKLPD, UNPCKHPS, UNPCKHPD}},
	{"xmmword", "punpcklbw punpcklwd punpckldq punpcklqdq punpckhbw punpckhwd punpckhdq punpckhqdq " +
		"packsswb packssdw packuswb pcmpgtb pcmpgtw pcmpgtd pcmpeqb pcmpeqw pcmpeqd " +
		"psrlw psrld psrlq psraw psrad psllw pslld psllq", []Sse{
		PUNPCKLBW, PUNPCKLWD, PUNPCKLDQ, PUNPCKLQDQ, PUNPCKHBW, PUNPCKHWD, PUNPCKHDQ, PUNPCKHQDQ,
		PACKSSWB, PACKSSDW, PACKUSWB, PCMPGTB, PCMPGTW, PCMPGTD, PCMPEQB, PCMPEQW, PCMPEQD,
		PSRLW, PSRLD, PSRLQ, PSRAW, PSRAD, PSLLW, PSLLD, PSLLQ}},
	{"xmmword", "paddb paddw paddd paddq psubb psubw psubd psubq " +
		"paddsb paddsw paddusb paddusw psubsb psubsw psubusb psubusw pmullw pmulhw pmulhuw pmuludq pmaddwd " +
		"psadbw pminub pminsw pmaxub pmaxsw pavgb pavgw pand pandn por pxor", []Sse{
		PADDB, PADDW, PADDD, PADDQ, PSUBB, PSUBW, PSUBD, PSUBQ,
		PADDSB, PADDSW, PADDUSB, PADDUSW, PSUBSB, PSUBSW, PSUBUSB, PSUBUSW, PMULLW, PMULHW, PMULHUW, PMULUDQ, PMADDWD,
		PSADBW, PMINUB, PMINSW, PMAXUB, PMAXSW, PAVGB, PAVGW, PAND, PANDN, POR, PXOR}},
}

func TestSse(t *testing.T) {
	var s sheet
	a := &s.a
	for _, group := range sseNames {
		for i, name := range strings.Fields(group.names) {
			op := group.ops[i]
			for x := range allXmms {
				for y := range allXmms {
					a.SseXX(op, x, y)
					s.add("%s %v, %v", name, x, y)
				}
				for _, m := range s.mems() {
					a.SseXM(op, x, m)
					s.add("%s %v, %s", name, x, m.in(group.unit))
				}
			}
		}
	}
	s.check(t)
}

func TestSseMoves(t *testing.T) {
	var s sheet
	a := &s.a
	for _, c := range []struct {
		name, unit string
		load       Sse
		store      SseStore
		registers  bool
	}{
		{"movss", "dword", MOVSS, StoreSS, true}, {"movsd", "qword", MOVSD, StoreSD, true},
		{"movaps", "xmmword", MOVAPS, StoreAPS, true}, {"movups", "xmmword", MOVUPS, StoreUPS, true},
		{"movapd", "xmmword", MOVAPD, StoreAPD, true}, {"movupd", "xmmword", MOVUPD, StoreUPD, true},
		{"movdqa", "xmmword", MOVDQA, StoreDQA, true}, {"movdqu", "xmmword", MOVDQU, StoreDQU, true},
		{"movd", "dword", MOVD, StoreD, false}, {"movq", "qword", MOVQ, StoreQ, true},
		{"movlps", "qword", MOVLPS, StoreLPS, false}, {"movhps", "qword", MOVHPS, StoreHPS, false},
		{"movlpd", "qword", MOVLPD, StoreLPD, false}, {"movhpd", "qword", MOVHPD, StoreHPD, false},
		{"movhlps", "", MOVHLPS, 0, true}, {"movlhps", "", MOVLHPS, 0, true},
		{"movntdq", "xmmword", 0, StoreNTQ, false}, {"movntps", "xmmword", 0, StoreNTS, false},
	} {
		for x := range allXmms {
			for y := range allXmms {
				if c.registers {
					a.SseXX(c.load, x, y)
					s.add("%s %v, %v", c.name, x, y)
				}
			}
			for _, m := range someMems {
				if c.load != 0 && c.unit != "" {
					a.SseXM(c.load, x, m)
					s.add("%s %v, %s", c.name, x, m.in(c.unit))
				}
				if c.store != 0 {
					a.SseMX(c.store, m, x)
					s.add("%s %s, %v", c.name, m.in(c.unit), x)
				}
			}
		}
	}
	for _, m := range someMems {
		a.Ldmxcsr(m)
		s.add("ldmxcsr %s", S32.in(m))
		a.Stmxcsr(m)
		s.add("stmxcsr %s", S32.in(m))
	}
	s.check(t)
}

func TestSseImmediates(t *testing.T) {
	var s sheet
	a := &s.a
	for i, name := range strings.Fields("shufps shufpd pshufd pshuflw pshufhw") {
		op := []SseImm{SHUFPS, SHUFPD, PSHUFD, PSHUFLW, PSHUFHW}[i]
		for x := range allXmms {
			for y := range allXmms {
				a.SseXXI(op, x, y, 3)
				s.add("%s %v, %v, 3", name, x, y)
			}
			for _, m := range s.mems() {
				a.SseXMI(op, x, m, 2)
				s.add("%s %v, %s, 2", name, x, m.in("xmmword"))
			}
		}
	}
	units := []string{"dword", "qword", "xmmword", "xmmword"}
	for i, name := range strings.Fields("ss sd ps pd") {
		op := []SseImm{CMPSS, CMPSD, CMPPS, CMPPD}[i]
		for pred, condition := range strings.Fields("eq lt le unord neq nlt nle ord") {
			for x := range allXmms {
				for y := range allXmms {
					a.SseXXI(op, x, y, uint8(pred))
					s.add("cmp%s%s %v, %v", condition, name, x, y)
				}
				for _, m := range s.mems() {
					a.SseXMI(op, x, m, uint8(pred))
					s.add("cmp%s%s %v, %s", condition, name, x, m.in(units[i]))
				}
			}
		}
	}
	for i, name := range strings.Fields("psrlw psraw psllw psrld psrad pslld psrlq psrldq psllq pslldq") {
		op := []SseShift{PSRLWI, PSRAWI, PSLLWI, PSRLDI, PSRADI, PSLLDI, PSRLQI, PSRLDQI, PSLLQI, PSLLDQI}[i]
		for x := range allXmms {
			a.SseShiftXI(op, x, 5)
			s.add("%s %v, 5", name, x)
		}
	}
	s.check(t)
}

func TestSseAndGeneral(t *testing.T) {
	var s sheet
	a := &s.a
	movd := map[Size]string{S32: "movd", S64: "movq"}
	for x := range allXmms {
		for r := range allRegs {
			for _, size := range longSizes {
				a.SseXR(CVTSI2SS, size, x, r)
				s.add("cvtsi2ss %v, %s", x, size.name(r))
				a.SseXR(CVTSI2SD, size, x, r)
				s.add("cvtsi2sd %v, %s", x, size.name(r))
				a.MovdXR(size, x, r)
				s.add("%s %v, %s", movd[size], x, size.name(r))
				a.MovdRX(size, r, x)
				s.add("%s %s, %v", movd[size], size.name(r), x)
				for op, name := range converters {
					a.SseRX(op, size, r, x)
					s.add("%s %s, %v", name, size.name(r), x)
				}
			}
			for op, name := range map[SseTo]string{MOVMSKPS: "movmskps", MOVMSKPD: "movmskpd", PMOVMSKB: "pmovmskb"} {
				a.SseRX(op, S32, r, x)
				s.add("%s %s, %v", name, S32.name(r), x)
			}
			a.PextrwRXI(r, x, 6)
			s.add("pextrw %s, %v, 6", S32.name(r), x)
			a.PinsrwXRI(x, r, 7)
			s.add("pinsrw %v, %s, 7", x, S32.name(r))
		}
		for _, m := range someMems {
			for _, size := range longSizes {
				a.SseFromXM(CVTSI2SS, size, x, m)
				s.add("cvtsi2ss %v, %s", x, size.in(m))
				a.SseFromXM(CVTSI2SD, size, x, m)
				s.add("cvtsi2sd %v, %s", x, size.in(m))
				for op, name := range converters {
					unit := S32
					if strings.Contains(name, "sd2") {
						unit = S64
					}
					a.SseToRM(op, size, Reg(x), m)
					s.add("%s %s, %s", name, size.name(Reg(x)), unit.in(m))
				}
			}
			a.PinsrwXMI(x, m, 1)
			s.add("pinsrw %v, %s, 1", x, S16.in(m))
		}
	}
	s.check(t)
}

var converters = map[SseTo]string{CVTTSS2SI: "cvttss2si", CVTTSD2SI: "cvttsd2si", CVTSS2SI: "cvtss2si",
	CVTSD2SI: "cvtsd2si"}
