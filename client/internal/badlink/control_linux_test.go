package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	plain   = "rate=0 delay=0s jitter=0s order=kept loss=0 queue=300ms up"
	nothing = `{"enteredPackets":0,"enteredBytes":0,"leftPackets":0,"leftBytes":0,"lost":0,"overflowed":0,"cut":0,"waitingBytes":0,"mostBytes":0}`
)

func TestEveryLineIsAnswered(t *testing.T) {
	slow := strings.Replace(plain, "rate=0", "rate=300000", 1)
	cut := strings.Replace(slow, "up", "down", 1)
	in := strings.Join([]string{
		"",
		"to=near rate=300k",
		"down",
		"up delay=1ms loss=3",
		"to=far",
		"to=moon down",
		"count",
	}, "\n")
	want := []string{
		`"hello"`,
		`{"far":"` + plain + `","near":"` + plain + `"}`,
		`{"far":"` + plain + `","near":"` + slow + `"}`,
		`{"far":"` + strings.Replace(plain, "up", "down", 1) + `","near":"` + cut + `"}`,
		`{"error":"setting \"loss=3\": not between 0 and 1"}`,
		`{"error":"a direction, and no setting"}`,
		`{"error":"\"to=moon\" is neither to=far nor to=near"}`,
		`{"far":` + nothing + `,"near":` + nothing + `}`,
		"",
	}
	var out strings.Builder
	c := newControl(1)
	if err := c.serve(t.Context(), "hello", strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.Split(out.String(), "\n")); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if got := c.near.settings().String(); got != cut {
		t.Errorf("a line that was refused changed something: %s", got)
	}
}

func TestServeEnds(t *testing.T) {
	in, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := newControl(1).serve(ctx, "hello", in, io.Discard); err != nil {
		t.Errorf("told to end: %v", err)
	}
	long := strings.NewReader(strings.Repeat("x", maxLine+1))
	if err := newControl(1).serve(t.Context(), "hello", long, io.Discard); err == nil {
		t.Error("a line without an end was read")
	}
}

func TestRunRefuses(t *testing.T) {
	for name, c := range map[string]struct{ args, why string }{
		"a setting":              {"speed=1", "speed"},
		"a flag":                 {"-speed 1", "speed"},
		"an address of IPv6":     {"-near ::1", "IPv4"},
		"the same address twice": {"-near 10.77.0.2", "IPv4"},
		"addresses far apart":    {"-far 10.78.0.2", "/24"},
		"a small packet":         {"-mtu 100", "mtu 100"},
	} {
		err := run(t.Context(), strings.Fields(c.args), strings.NewReader(""), io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.why)
		}
	}
}
