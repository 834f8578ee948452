package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lendhand/lendhand/client/internal/badlink/shape"
)

const maxLine = 1024

// control does what the lines of standard input say.
type control struct {
	far, near *direction
}

// both is what is said of each direction, named by where its packets go.
type both struct {
	Far  any `json:"far"`
	Near any `json:"near"`
}

func newControl(seed uint64) *control {
	return &control{far: newDirection(seed), near: newDirection(seed + 1)}
}

// serve answers every line of in, after a first one that is not asked for, until in ends
// or ctx is done.
func (c *control) serve(ctx context.Context, greeting any, in io.Reader, out io.Writer) error {
	answers := json.NewEncoder(out)
	if err := answers.Encode(greeting); err != nil {
		return err
	}
	lines, ended := c.read(ctx, in)
	for {
		select {
		case line := <-lines:
			if err := answers.Encode(c.answer(line)); err != nil {
				return err
			}
		case err := <-ended:
			return err
		case <-ctx.Done():
			return nil
		}
	}
}

// read passes lines on. It cannot be interrupted within a read, so nobody waits for it.
func (c *control) read(ctx context.Context, in io.Reader) (<-chan string, <-chan error) {
	lines, ended := make(chan string), make(chan error, 1)
	go func() {
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, maxLine)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
		ended <- scanner.Err()
	}()
	return lines, ended
}

func (c *control) answer(line string) any {
	words := strings.Fields(line)
	if slices.Equal(words, []string{"count"}) {
		return both{c.far.counters(), c.near.counters()}
	}
	if err := c.change(words); err != nil {
		return struct {
			Error string `json:"error"`
		}{err.Error()}
	}
	return both{c.far.settings().String(), c.near.settings().String()}
}

// change puts settings in force, all of them or none.
func (c *control) change(words []string) error {
	which := []*direction{c.far, c.near}
	if len(words) > 0 && strings.HasPrefix(words[0], "to=") {
		switch words[0] {
		case "to=far":
			which = which[:1]
		case "to=near":
			which = which[1:]
		default:
			return fmt.Errorf("%q is neither to=far nor to=near", words[0])
		}
		words = words[1:]
		if len(words) == 0 {
			return errors.New("a direction, and no setting")
		}
	}
	changed := make([]shape.Settings, len(which))
	for i, d := range which {
		var err error
		if changed[i], err = with(d.settings(), words); err != nil {
			return err
		}
	}
	for i, d := range which {
		d.change(changed[i])
	}
	return nil
}

func with(s shape.Settings, words []string) (shape.Settings, error) {
	var err error
	for _, word := range words {
		if s, err = s.With(word); err != nil {
			return s, err
		}
	}
	return s, nil
}
