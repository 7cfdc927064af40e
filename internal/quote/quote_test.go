package quote

import (
	"fmt"
	"io/fs"
	"testing"
)

func TestName(t *testing.T) {
	for name, want := range map[string]string{
		"a b.bc":          "a b.bc",
		"grün.bc":         "grün.bc",
		`back\slash`:      `back\slash`,
		`with"quotes`:     `with"quotes`,
		"":                `""`,
		"new\nline":       `"new\nline"`,
		"tab\t":           `"tab\t"`,
		"in\xffvalid":     `"in\xffvalid"`,
		"\x1b[2Jcleared":  `"\x1b[2Jcleared"`,
		"left\u202eright": `"left\u202eright"`,
		"\ufffd":          "\ufffd",
	} {
		if got := Name(name); got != want {
			t.Errorf("Name(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestTextKeepsLines(t *testing.T) {
	const text = "first:\n\tsecond\xff\x1b[0m \"quoted\"\n"
	if got, want := Text(text), "first:\n\tsecond\\xff\\x1b[0m \"quoted\"\n"; got != want {
		t.Errorf("Text(%q) = %q, want %q", text, got, want)
	}
}

func TestMessage(t *testing.T) {
	path := &fs.PathError{Op: "open", Path: "a\nb", Err: fs.ErrNotExist}
	for want, err := range map[string]error{
		`the cache: open "a\nb": file does not exist`: fmt.Errorf("the cache: %w", path),
		`no paths\xff`: fmt.Errorf("no paths\xff"),
	} {
		if got := Message(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
