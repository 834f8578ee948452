package webm_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

func TestThePiecesOfASegmentAreReadAsTheyWereWritten(t *testing.T) {
	for film, name := range recordingtest.Films() {
		t.Run(film, func(t *testing.T) {
			codec, frames := recordingtest.Film(t, film)
			s, err := webm.NewSegment(codec, frames[0].Data)
			if err != nil {
				t.Fatal(err)
			}
			if s.Track.Name != name {
				t.Errorf("codec %q, want %q", s.Track.Name, name)
			}
			var got []webm.Frame
			for i := range frames {
				piece, err := s.Piece(frames[i : i+1])
				if err != nil {
					t.Fatal(err)
				}
				some, track, err := webm.ParsePiece(piece, i == 0)
				if err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					want := s.Track
					want.Name = ""
					if diff := cmp.Diff(&want, track); diff != "" {
						t.Errorf("track (-written +read):\n%s", diff)
					}
				}
				got = append(got, some...)
			}
			if codec == webm.AV1 {
				withoutDelimiters(frames)
			}
			if diff := cmp.Diff(frames, got); diff != "" {
				t.Errorf("frames (-written +read):\n%s", diff)
			}
		})
	}
}

// withoutDelimiters cuts the temporal delimiters off, with which each frame of AV1 in the
// films begins.
func withoutDelimiters(frames []webm.Frame) {
	for i := range frames {
		frames[i].Data = bytes.TrimPrefix(frames[i].Data, []byte{0x12, 0})
	}
}

func TestAPieceKeepsTheRules(t *testing.T) {
	codec, film := recordingtest.Film(t, "vp8")
	at := func(f webm.Frame, at int) webm.Frame {
		f.At = recording.Time(at)
		return f
	}
	if _, err := webm.NewSegment(codec, film[1].Data); !errors.Is(err, webm.ErrNoKeyFrame) {
		t.Errorf("a segment that begins without a key frame: %v", err)
	}
	for name, frames := range map[string][]webm.Frame{
		"no frame":                       {},
		"first frame is no key frame":    {film[1]},
		"key frame in the middle":        {film[0], film[0]},
		"times go backward":              {at(film[0], 100), at(film[1], 50)},
		"negative time":                  {at(film[0], -1)},
		"too long for a block's 16 bits": {film[0], at(film[1], 40_000)},
	} {
		s, err := webm.NewSegment(codec, film[0].Data)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Piece(frames); err == nil {
			t.Errorf("%s: no error", name)
		}
		if piece, err := s.Piece(film[:1]); err != nil || !bytes.HasPrefix(piece, []byte{0x1a, 0x45, 0xdf, 0xa3}) {
			t.Errorf("%s: the segment cannot begin afterwards: %v", name, err)
		}
	}
}
