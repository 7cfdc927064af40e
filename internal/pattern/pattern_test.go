package pattern

import "testing"

func TestNewCompilesOnce(t *testing.T) {
	word := New(`\w+`)
	if got := word().FindString("  a word"); got != "a" {
		t.Errorf("found %q", got)
	}
	if first, again := word(), word(); first != again {
		t.Error("compiled twice")
	}
}

func TestNewLeavesCompilingToTheFirstUse(t *testing.T) {
	wrong := New(`(`)
	defer func() {
		if recover() == nil {
			t.Error("a wrong expression was taken")
		}
	}()
	wrong()
}
