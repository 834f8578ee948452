//go:build linux

package main

import (
	"fmt"
	"image"
	"io"
	"strings"
	"time"
)

// scene is one thing that can be played.
type scene interface {
	// begin paints the whole window, and returns the part that a watcher reads.
	begin(*stage) (image.Rectangle, error)
	// press answers a key.
	press(*stage) error
	// frame shows the frame of that number.
	frame(*stage, uint16) error
	// moves reports whether there are frames.
	moves() bool
}

// still is what a scene is made from that neither moves nor answers keys.
type still struct{}

func (still) press(*stage) error         { return nil }
func (still) frame(*stage, uint16) error { return nil }
func (still) moves() bool                { return false }

// moments is how many frames and keys are remembered: more than five minutes'.
const moments = 10_000

// moment is when something was done, in microseconds of the wall clock.
type moment struct {
	what        string
	number      uint16
	from, drawn int64
}

// player plays scenes on a stage as it is told.
type player struct {
	stage *stage
	rate  int
	out   io.Writer

	scene   scene
	frames  uint16 // shown since the start; no scene begins again at zero
	presses uint16
	past    []moment
}

// play obeys until there are no more commands.
func (p *player) play(commands <-chan string) error {
	p.scene = &idle{}
	tick := time.NewTicker(time.Second / time.Duration(p.rate))
	defer tick.Stop()
	events := p.stage.events()
	for {
		var err error
		select {
		case command, open := <-commands:
			if !open {
				return nil
			}
			err = p.obey(command)
		case event, open := <-events:
			if !open {
				return errDisplayGone
			}
			err = p.hear(event)
		case <-tick.C:
			err = p.next()
		}
		if err != nil {
			return err
		}
	}
}

func (p *player) obey(command string) error {
	name, isScene := strings.CutPrefix(command, "scene ")
	switch {
	case isScene:
		return p.begin(name)
	case command == "times":
		return p.tell()
	}
	return fmt.Errorf("unknown command %q", command)
}

func (p *player) begin(name string) error {
	scene, err := newScene(name)
	if err != nil {
		return err
	}
	p.scene = scene
	part, err := scene.begin(p.stage)
	if err != nil {
		return fmt.Errorf("begin scene %s: %w", name, err)
	}
	if err := p.stage.focus(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "ready %s %d %d %d %d\n", name, part.Min.X, part.Min.Y, part.Dx(), part.Dy())
	return err
}

// next shows a frame, if the scene has frames.
func (p *player) next() error {
	if !p.scene.moves() {
		return nil
	}
	p.frames++
	if err := p.draw(func() error { return p.scene.frame(p.stage, p.frames) }); err != nil {
		return err
	}
	p.note("frame", p.frames, p.stage.handed)
	return nil
}

func (p *player) hear(event event) error {
	if event.failure != nil {
		return event.failure
	}
	arrived := time.Now()
	p.presses++
	if err := p.draw(func() error { return p.scene.press(p.stage) }); err != nil {
		return err
	}
	p.note("press", p.presses, arrived)
	return nil
}

// draw draws, and waits until that is on the screen.
func (p *player) draw(draw func() error) error {
	if err := draw(); err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	return p.stage.sync()
}

// note remembers what was drawn by now.
func (p *player) note(what string, number uint16, from time.Time) {
	if len(p.past) == moments {
		p.past = p.past[1:]
	}
	p.past = append(p.past, moment{what, number, from.UnixMicro(), time.Now().UnixMicro()})
}

// tell prints what is remembered, and forgets it.
func (p *player) tell() error {
	var text strings.Builder
	for _, m := range p.past {
		fmt.Fprintf(&text, "%s %d %d %d\n", m.what, m.number, m.from, m.drawn)
	}
	p.past = p.past[:0]
	text.WriteString("end\n")
	_, err := io.WriteString(p.out, text.String())
	return err
}
