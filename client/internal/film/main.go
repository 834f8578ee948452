// Command film makes a recording of a painted desktop, sealed and signed as real ones are,
// for the tests of who plays it. Every picture has its own time painted into it.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

func main() {
	seconds := flag.Int("seconds", 150, "about how long the recording is to be")
	rest := flag.Int("rest", 22, "for how many seconds nothing happens, each time")
	codec := flag.String("codec", "AV1 4:4:4", "AV1 4:4:4, AV1, VP9 or VP8")
	width := flag.Int("width", 1280, "of the picture")
	height := flag.Int("height", 720, "of the picture")
	file := flag.String("file", "film.lendhand", "where the recording goes; what opens it goes beside it, as .json")
	flag.Parse()
	if err := run(*file, config{seconds: *seconds, rest: *rest, codec: *codec, width: *width, height: *height}); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(file string, c config) error {
	f, err := newFilm(c)
	if err != nil {
		return err
	}
	if err := f.shoot(); err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := f.writeTo(out); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	about, err := json.MarshalIndent(f.about(), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file+".json", append(about, '\n'), 0o644)
}
