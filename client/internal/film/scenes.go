package main

import (
	"image"
	"strings"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// frame is the time between two pictures while something moves.
const frame = 100

var monitors = []event.Monitor{
	{ID: 1, Name: "DP-1", Width: 1280, Height: 720},
	{ID: 2, Name: "HDMI-1", X: 1280, Y: 48, Width: 1024, Height: 640},
}

// shoot makes the recording, scene by scene, again and again until it is long enough.
func (f *film) shoot() error {
	if err := f.watch(1, image.Pt(f.c.width, f.c.height)); err != nil {
		return err
	}
	f.say(&event.Consent{Statement: "a.b.c"})
	f.say(&event.Permissions{Now: []string{"view"}})
	f.say(&event.Path{Path: "direct"})
	f.say(&event.Words{Result: "same"})
	for round := 0; ; round++ {
		for _, scene := range []func(int) error{f.letter, f.think, f.browse, f.talk, f.hide, f.other} {
			if err := scene(round); err != nil {
				return err
			}
			if f.now > recording.Time(f.c.seconds)*1000 {
				return f.end("technician")
			}
		}
	}
}

// watch shows another monitor from now on.
func (f *film) watch(monitor int, size image.Point) (err error) {
	if err := f.cut(); err != nil {
		return err
	}
	if f.camera, err = newCamera(f.c.codec, size, f.now); err != nil {
		return err
	}
	m := monitors[monitor-1]
	f.say(&event.Screen{Number: uint64(f.number + 2), X: m.X, Y: m.Y, Width: size.X, Height: size.Y, Monitor: monitor, Monitors: monitors})
	f.camera.Fill(f.camera.Frame.Bounds, 0x2c5263)
	return f.show(false)
}

// window opens one and brings it to the front.
func (f *film) window(r image.Rectangle, title, program string, seed uint64) error {
	f.say(&event.Window{Title: title, Program: program})
	f.camera.paint(r, func(r image.Rectangle) {
		f.camera.Fill(r, 0xf4f4f4)
		f.camera.Text(image.Rect(r.Min.X+4, r.Min.Y+3, r.Min.X+9*len(title), r.Min.Y+20), seed)
		f.camera.Fill(image.Rect(r.Min.X, r.Min.Y+22, r.Max.X, r.Max.Y), 0xffffff)
	})
	return f.still()
}

// still is one picture of what moved and one at rest.
func (f *film) still() error {
	for _, rest := range []bool{false, true} {
		if err := f.show(rest); err != nil {
			return err
		}
		if err := f.pass(frame); err != nil {
			return err
		}
	}
	return nil
}

func (f *film) letter(round int) error {
	if round == 0 {
		f.say(&event.Permissions{Now: []string{"view", "control", "files"}})
	}
	r := image.Rect(120, 80, 860, 620)
	if err := f.window(r, "Letter to the bank.odt – Writer", "soffice", 7); err != nil {
		return err
	}
	f.say(&event.Click{X: 200, Y: 130, By: event.Technician})
	for n := range 90 {
		x, y := 130+9*(n%72), 120+16*(n/72)
		f.camera.paint(image.Rect(x, y, x+11, y+16), func(r image.Rectangle) { f.camera.Text(r, uint64(n+round)) })
		if n%10 == 9 {
			f.say(&event.Keys{Count: 10})
		}
		f.say(&event.Pointer{X: 200 + 3*n, Y: 130 + 2*n, By: event.Technician})
		if err := f.show(false); err != nil {
			return err
		}
		if err := f.pass(frame); err != nil {
			return err
		}
	}
	return f.still()
}

func (f *film) think(int) error { return f.pass(recording.Time(f.c.rest) * 1000) }

func (f *film) browse(round int) error {
	r := image.Rect(320, 40, min(1240, f.c.width-20), min(690, f.c.height-20))
	if err := f.window(r, "Error 0x80070057 – Knowledge base – Browser", "firefox", 11); err != nil {
		return err
	}
	f.say(&event.Click{X: 700, Y: 300, By: event.Technician})
	page := image.Rect(r.Min.X+10, r.Min.Y+30, r.Max.X-10, r.Max.Y-10)
	for n := range 40 {
		f.camera.paint(page, func(r image.Rectangle) { f.camera.Text(r, uint64(n/8+10*round)) })
		f.say(&event.Pointer{X: 700 + n, Y: 300 + 5*n, By: event.Technician})
		if err := f.show(false); err != nil {
			return err
		}
		if err := f.pass(frame); err != nil {
			return err
		}
	}
	return f.still()
}

func (f *film) talk(int) error {
	f.say(&event.Chat{From: event.Technician, Text: "I will replace the driver now, all right?"})
	if err := f.pass(6000); err != nil {
		return err
	}
	f.say(&event.Chat{From: event.Person, Text: "Yes, go on."})
	f.say(&event.File{To: event.Host, Name: "printer-driver-7.2.zip", Size: 4_821_313, SHA256: strings.Repeat("0a", 32)})
	f.say(&event.Clipboard{To: event.Host, Characters: 84})
	f.say(&event.Click{Button: 2, X: 520, Y: 480, By: event.Person})
	f.say(&event.Quality{Codec: f.c.codec, Width: f.c.width, Height: f.c.height, BitsPerSecond: bitsPerSecond})
	return f.still()
}

func (f *film) hide(int) error {
	f.say(&event.Pause{What: event.PausedRecording, Reason: "person"})
	const length = 12_000
	if err := f.pass(length); err != nil {
		return err
	}
	f.say(&event.Unpause{What: event.PausedRecording, Length: length})
	return nil
}

func (f *film) other(int) error {
	if err := f.watch(2, image.Pt(1024, 640)); err != nil {
		return err
	}
	if err := f.window(image.Rect(60, 60, 900, 560), "Devices and printers – Control panel", "explorer", 13); err != nil {
		return err
	}
	for n := range 25 {
		f.camera.paint(image.Rect(80, 100+16*n, 880, 116+16*n), func(r image.Rectangle) { f.camera.Text(r, uint64(n)) })
		f.say(&event.Pointer{X: 100 + 20*n, Y: 108 + 16*n, By: event.Person})
		if err := f.show(false); err != nil {
			return err
		}
		if err := f.pass(frame); err != nil {
			return err
		}
	}
	if err := f.pass(9000); err != nil {
		return err
	}
	return f.watch(1, image.Pt(f.c.width, f.c.height))
}
