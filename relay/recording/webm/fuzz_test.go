package webm_test

import (
	"testing"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

// FuzzPiece reads what a host could have sealed, and exports it when it can be read.
func FuzzPiece(f *testing.F) {
	for film := range recordingtest.Films() {
		for _, c := range recordingtest.Pictures(f, 0, 0, film) {
			f.Add(c.Video.Data, c.Video.First, c.Video.Codec)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, first bool, codec string) {
		frames, _, err := webm.ParsePiece(data, first)
		if err != nil {
			return
		}
		if len(frames) == 0 {
			t.Fatal("a piece without frames was read")
		}
		e := webm.NewExporter(func(int, webm.Track) (webm.File, error) { return nowhere{}, nil })
		for range 2 {
			v := &recording.Video{Codec: codec, First: first, KeyFrame: true, Data: data}
			_ = e.Add(&recording.Content{Length: 1000, Video: v}) // it need not be of use
		}
		if _, err := e.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// nowhere takes a file's bytes.
type nowhere struct{}

func (nowhere) Write(b []byte) (int, error)            { return len(b), nil }
func (nowhere) WriteAt(b []byte, _ int64) (int, error) { return len(b), nil }
func (nowhere) Close() error                           { return nil }

// FuzzInspect reads the beginning of what could be a key frame.
func FuzzInspect(f *testing.F) {
	for film := range recordingtest.Films() {
		codec, frames := recordingtest.Film(f, film)
		f.Add(string(codec), frames[0].Data[:min(64, len(frames[0].Data))])
	}
	f.Fuzz(func(t *testing.T, codec string, data []byte) {
		track, err := webm.Inspect(webm.Codec(codec), data)
		if err == nil && (track.Width < 1 || track.Height < 1 || track.Name == "") {
			t.Fatalf("read %+v", track)
		}
	})
}
