package trace

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

func sample() *Trace {
	return &Trace{
		Header: Header{Version: Version, Orcast: "v1", LLVM: "22.1.8", Opt: 2, Threads: 3, Cores: 4, Policy: "auto",
			Inputs: []string{"a.bc", "<&>.bc"}, Entry: "main", Modules: []string{"a.bc", "<&>.bc"}, Functions: 9},
		Functions: []Function{{ID: 2, Name: "main", Bytes: 100}, {ID: 8, Name: "", Module: 1, Bytes: 7, Miss: "new"}},
		Units: []Unit{
			{Functions: []int{}, Module: 1, Reason: Data, Tier: "O2", Worker: -1, Begin: 5, End: 6, Compile: 1},
			{Functions: []int{2, 8}, Reason: Speculation, Tier: "O2", Worker: 1, Begin: 1234567, End: 7654321,
				Compile: 999, Link: 1001, Code: 64}},
		Calls: []Call{{Function: 2, At: 3, Wait: 4, Stalled: true}, {Function: 8, At: 9_007_199_254_740}},
		End:   End{Exit: 139, Indexed: 1, Started: 2, Ended: Time(time.Hour), Stall: 4, Stalls: 1},
	}
}

func text(t *testing.T, of *Trace) string {
	t.Helper()
	var b bytes.Buffer
	if err := of.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	want := sample()
	got, err := Read(strings.NewReader(text(t, want)))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTimesAreMicroseconds(t *testing.T) {
	if got := text(t, sample()); !strings.Contains(got, `"begin":1234.567,"end":7654.321,`) {
		t.Errorf("no times in microseconds in\n%s", got)
	}
}

func TestUnknownKeysAreIgnored(t *testing.T) {
	of := strings.Replace(text(t, sample()), "{\"call\"", "{\"later\":{\"x\":1}}\n{\"call\"", 1)
	of = strings.Replace(of, `"reason"`, `"reasons":[],"reason"`, 1)
	got, err := Read(strings.NewReader(of))
	if err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestNoTraceIsRefused(t *testing.T) {
	whole := text(t, sample())
	change := func(from, to string) string {
		if !strings.Contains(whole, from) {
			t.Fatalf("the sample has no %s", from)
		}
		return strings.Replace(whole, from, to, 1)
	}
	for _, test := range []struct{ text, want string }{
		{"", "no end"},
		{"ELF\n", "no trace"},
		{`{"call":{}}`, "line 1 of the trace: a trace starts with a header"},
		{change(`"version":2`, `"version":1`), "version 1"},
		{whole[:strings.Index(whole, `{"end"`)], "no end"},
		{whole + "{}", "goes on after its end"},
		{change(`"functions":[2,8]`, `"functions":[2,9]`), "line 5 of the trace: there is no function 9"},
		{change(`"function":8`, `"function":-1`), "no function -1"},
		{change(`"id":8`, `"id":1`), "not in order"},
		{change(`"bytes":7`, `"bytes":-7`), "-7 bytes"},
		{change(`"module":1`, `"module":2`), "no module 2"},
		{change(`"at":0.003`, `"at":-1`), "-1 is no number of microseconds"},
		{change(`"at":0.003`, `"at":1e300`), "no number of microseconds"},
		{change(`"begin":1234.567`, `"begin":9999`), "ends before it begins"},
	} {
		if _, err := Read(strings.NewReader(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got error %v, want %q, for\n%s", err, test.want, test.text)
		}
	}
}
