package app

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// Scenario: somebody asks whom the person has not called, and they say so. It is over for
// both, and whoever it was is not shown again, whatever they come with; others are.
func TestReport(t *testing.T) {
	w := newWorld(t)
	tech := w.request(viewAndControl)
	receive(t, "request", w.person.requests)
	w.person.reports <- struct{}{}
	if got := fromEnd(tech); got != signaling.EndReported {
		t.Errorf("the technician reads %q", got)
	}
	if got := w.person.waitPhase(t, ui.Ended).Reason; got != signaling.EndReported {
		t.Errorf("the person reads %q", got)
	}
	again := w.request(onlyView)
	if got := fromEnd(again); got != signaling.EndDeclined {
		t.Errorf("the next request ends with %q", got)
	}
	if n := len(w.person.requests); n > 0 {
		t.Error("the person is asked again")
	}
	receive(t, "code after that", w.person.codes)
	w.person.commands <- ui.Open{Code: again.invite(onlyView)}
	w.person.waitSaid(t, "whom you have reported")
	receive(t, "code in place of the invitation", w.person.codes)
	w.checkEvents("code", "request", "stopped", "code", "code", "code")
}

// waitSaid waits until the person reads it.
func (p *person) waitSaid(t testing.TB, text string) {
	t.Helper()
	for said := ""; !bytes.Contains([]byte(said), []byte(text)); {
		said = receive(t, "notice: "+text, p.said)
	}
}

// A report answers every question, also whether control goes on.
func TestReportInsteadOfConfirming(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(&signaling.Limits{Scopes: viewAndControl, ConfirmEvery: 1})
		p.runs(request("r_1", 60), viewAndControl)
		receive(t, "request", p.person.requests)
		receive(t, "question", p.person.requests)
		p.person.reports <- struct{}{}
		want := []signaling.Message{&signaling.Report{}}
		if d := cmp.Diff(want, p.take()); d != "" {
			t.Error(d)
		}
		if !p.session.memory.hasReported(ines.ID) || p.session.gate.Permits(signaling.ScopeView) {
			t.Error("the technician is still there")
		}
		other := request("r_2", 60)
		other.Technician.ID = "u_other"
		if p.session.memory.hasReported(other.Technician.ID) {
			t.Error("somebody else is reported")
		}
	})
}

// A report counts that comes at the moment when the question is taken back: whoever asks
// does not get away with being quick.
func TestReportCrossesTheWithdrawal(t *testing.T) {
	for name, takeBack := range map[string]func(*session){
		"withdrawn":  func(s *session) { s.hearRelay(&signaling.Withdrawn{RequestID: "r_1"}) },
		"asked anew": func(s *session) { s.hearRelay(request("r_2", 60)) },
		"ended":      func(s *session) { s.hearRelay(&signaling.Ended{Reason: signaling.EndTechnicianStopped}) },
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				p.says(request("r_1", 60))
				receive(t, "request", p.person.requests)
				p.do(func(s *session) {
					p.person.reports <- struct{}{}
					time.Sleep(time.Millisecond) // their answer is there, and not heard yet
					takeBack(s)
				})
				time.Sleep(time.Second)
				sent := p.take()
				if !p.session.memory.hasReported(ines.ID) || len(p.person.requests) > 0 {
					t.Error("the technician can come again")
				}
				if d := cmp.Diff([]signaling.Message{&signaling.Report{}}, sent); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestTheBarIsHidden(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	w.person.commands <- ui.Hidden{}
	tech.waitEnded(signaling.EndBarHidden)
	if got := w.person.waitPhase(t, ui.Ended).Reason; got != signaling.EndBarHidden {
		t.Errorf("the person reads %q", got)
	}
}

// What a toolkit gets is a file of our own making, of the same picture.
func TestPhoto(t *testing.T) {
	face := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	face.SetNRGBA(1, 1, color.NRGBA{R: 200, A: 255})
	var file bytes.Buffer
	must(t, png.Encode(&file, face))
	withText := append(bytes.Clone(file.Bytes()[:33]), chunk("tEXt", "Author\x00somebody")...)
	withText = append(withText, file.Bytes()[33:]...)
	for name, c := range map[string]struct {
		file   []byte
		isNone bool
		fails  bool
	}{
		"none":               {nil, true, false},
		"right":              {file.Bytes(), false, false},
		"with words in it":   {withText, false, false},
		"cut short":          {file.Bytes()[:40], true, true},
		"not a PNG":          {[]byte("GIF89a"), true, true},
		"lies about itself":  {append(bytes.Clone(file.Bytes()[:16]), bytes.Repeat([]byte{0xff}, 60)...), true, true},
		"larger than it may": {make([]byte, signaling.MaxPhotoFile+1), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			own, err := photoOf(c.file)
			if (own == nil) != c.isNone || (err != nil) != c.fails {
				t.Fatalf("%d bytes, error %v", len(own), err)
			}
			if own == nil {
				return
			}
			if bytes.Contains(own, []byte("somebody")) {
				t.Error("what came with the picture is still there")
			}
			shown, err := png.Decode(bytes.NewReader(own))
			must(t, err)
			if shown.Bounds() != face.Bounds() || color.NRGBAModel.Convert(shown.At(1, 1)) != face.At(1, 1) {
				t.Errorf("another picture: %v, %v", shown.Bounds(), shown.At(1, 1))
			}
		})
	}
}

// chunk makes a chunk of a PNG file.
func chunk(name, data string) []byte {
	raw := append([]byte{0, 0, 0, byte(len(data))}, name+data...)
	return binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw[4:]))
}

// The request has the photo, for the person to see, and goes on without a broken one.
func TestRequestWithPhoto(t *testing.T) {
	var file bytes.Buffer
	must(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 8, 8))))
	for name, c := range map[string]struct {
		photo []byte
		want  bool
	}{"right": {file.Bytes(), true}, "broken": {file.Bytes()[:40], false}} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				m := request("r_1", 60)
				m.Photo = c.photo
				p.says(m)
				asked := receive(t, "request", p.person.requests)
				if got := len(asked.Photo) > 0; got != c.want {
					t.Errorf("a photo: %v, want %v", got, c.want)
				}
			})
		})
	}
}
