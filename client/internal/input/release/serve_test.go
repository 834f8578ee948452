package release

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pipe is all that is told.
func told(records ...[]byte) *bytes.Reader { return bytes.NewReader(bytes.Join(records, nil)) }

func down(k Kind, code uint16) []byte { return encode(markDown, Held{k, code}) }
func up(k Kind, code uint16) []byte   { return encode(markUp, Held{k, code}) }

func TestWhatIsLetGo(t *testing.T) {
	for name, c := range map[string]struct {
		pipe   *bytes.Reader
		want   []Held
		failed bool
	}{
		"nothing":                {told(), nil, false},
		"nothing any more":       {told(down(Key, 37), up(Key, 37)), nil, false},
		"the last first":         {told(down(Key, 37), down(Silence, 38), down(Key, 38), down(Button, 1)), []Held{{Button, 1}, {Key, 38}, {Silence, 38}, {Key, 37}}, false},
		"once":                   {told(down(Key, 300), down(Key, 300)), []Held{{Key, 300}}, false},
		"a button is no key":     {told(down(Key, 1), up(Button, 1)), []Held{{Key, 1}}, false},
		"what was not told":      {told(up(Key, 1)), nil, false},
		"half a record":          {told(down(Key, 1), down(Key, 2)[:3]), []Held{{Key, 1}}, true},
		"something else":         {told(down(Key, 1), []byte("quit"), up(Key, 1)), []Held{{Key, 1}}, true},
		"an unknown kind":        {told(down(Key, 1), []byte("+x\x00\x02")), []Held{{Key, 1}}, true},
		"more than anyone has":   {told(bytes.Repeat(down(Key, 1), 9999)), []Held{{Key, 1}}, false},
		"the line feed of a tty": {told([]byte("\n")), nil, true},
	} {
		var got []Held
		err := Serve(c.pipe, func(held []Held) error { got = held; return nil })
		if d := cmp.Diff(c.want, got); d != "" || (err != nil) != c.failed {
			t.Errorf("%s: %s, %v", name, d, err)
		}
	}
}

func TestADesktopThatDoesNotAnswerIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := errors.New("silent")
		for _, c := range []struct{ fails, asked int }{{0, 1}, {2, 3}, {99, tries}} {
			asked, began := 0, time.Now()
			err := Serve(told(down(Key, 1)), func([]Held) error {
				if asked++; asked <= c.fails {
					return silent
				}
				return nil
			})
			if asked != c.asked || errors.Is(err, silent) != (c.fails >= tries) {
				t.Errorf("asked %d times, %v", asked, err)
			}
			if took := time.Since(began); took != time.Duration(c.asked-1)*pause {
				t.Errorf("it took %s", took)
			}
		}
	})
}

// The child takes what comes through its standard input, from whomever.
func FuzzServe(f *testing.F) {
	f.Add(bytes.Join([][]byte{down(Key, 37), up(Key, 37), down(Button, 9)}, nil))
	f.Fuzz(func(t *testing.T, pipe []byte) {
		_ = Serve(bytes.NewReader(pipe), func(held []Held) error {
			if len(held) == 0 || len(held) > maxHeld {
				t.Errorf("%d things are let go", len(held))
			}
			return nil
		})
	})
}
