package recordingtest

import (
	"embed"
	"encoding/binary"
	"testing"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

// films are IVF files of a moving test picture, a second at ten pictures a second; only
// the first is a key frame. FILM.md says how they were made.
//
//go:embed film/*.ivf
var films embed.FS

// Films names them, with the name that WebCodecs has for each.
func Films() map[string]string {
	return map[string]string{
		"vp8": "vp8", "vp8-small": "vp8", "vp9": "vp09.00.10.08", "vp9-444": "vp09.01.10.08",
		"av1": "av01.0.00M.08", "av1-444": "av01.1.00M.08",
	}
}

// Film returns the frames of a film: real pictures of 96×64 pixels, vp8-small of 48×32.
func Film(t testing.TB, name string) (webm.Codec, []webm.Frame) {
	t.Helper()
	b, err := films.ReadFile("film/" + name + ".ivf")
	if err != nil {
		t.Fatal(err)
	}
	codec := map[string]webm.Codec{"VP80": webm.VP8, "VP90": webm.VP9, "AV01": webm.AV1}[string(b[8:12])]
	const header, frameHeader = 32, 12
	var frames []webm.Frame
	for b = b[header:]; len(b) > 0; {
		size := binary.LittleEndian.Uint32(b)
		data := b[frameHeader : frameHeader+size]
		frames = append(frames, webm.Frame{At: recording.Time(len(frames)) * 100, KeyFrame: len(frames) == 0, Data: data})
		b = b[frameHeader+size:]
	}
	return codec, frames
}
