//go:build linux

// Program stage is what a session is measured with: a window over the whole X
// display that plays scenes. It says on standard output what it does and when, so
// that whoever sees the window from afar can tell how late that is.
//
// Commands come on standard input, a line each:
//
//	scene NAME   plays a scene; answered by "ready NAME X Y WIDTH HEIGHT", where the
//	             rectangle is the part that a watcher reads
//	times        prints what happened since the last time, oldest first, then "end":
//	             "frame N HANDED DRAWN" for a numbered frame,
//	             "press N ARRIVED DRAWN" for a key
//
// All times are microseconds of the wall clock. HANDED is just before the X server
// is given the frame, DRAWN when it has confirmed that it is on the screen.
// The scenes are:
//
//	idle    text at rest; the rectangle is the whole window
//	text    coloured text on coloured grounds at rest; the same
//	key     the rectangle changes between two colours at each key
//	typing  each key writes a letter, and the rectangle, nearby, changes colour
//	scroll  text scrolls by a line a frame; the rectangle holds the frame's number
//	full    everything moves, as in a film; the rectangle holds the frame's number
//
// A frame's number is written as sixteen cells, black for 0 and white for 1, the
// most significant first, above sixteen of that number times 40503, modulo 65536.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	seed := flag.Uint64("seed", 1, "another seed is another content")
	rate := flag.Int("fps", 30, "frames a second of the scenes that move")
	flag.Parse()
	if err := run(*seed, *rate, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}

// run plays what in asks for until it ends.
func run(seed uint64, rate int, in io.Reader, out io.Writer) error {
	if rate < 1 || rate > 240 {
		return fmt.Errorf("%d frames a second: 1 to 240 can be played", rate)
	}
	s, err := openStage(seed)
	if err != nil {
		return err
	}
	defer s.close()
	return (&player{stage: s, rate: rate, out: out}).play(lines(in))
}

// lines gives what is read from in. The channel is closed at its end.
func lines(in io.Reader) <-chan string {
	read := make(chan string)
	go func() {
		defer close(read)
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			read <- scanner.Text()
		}
	}()
	return read
}
