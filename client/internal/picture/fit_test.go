package picture

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
)

// asked is a codec that notes what its encoders are asked for.
type asked struct {
	mu   sync.Mutex
	list []ask
}

type ask struct {
	new      bool // the encoder's first picture
	refine   bool
	maxBytes int
}

func (a *asked) codec() encode.Codec {
	c := fakecodec.Codec()
	c.New = func(config encode.Config) (encode.Encoder, error) {
		e, err := fakecodec.New(config)
		return &asking{Encoder: e, asked: a, isNew: true}, err
	}
	return c
}

func (a *asked) take() []ask {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := a.list
	a.list = nil
	return list
}

type asking struct {
	encode.Encoder
	asked *asked
	isNew bool
}

func (e *asking) Encode(f *capture.Frame, opts encode.Options) (encode.Packet, error) {
	e.asked.mu.Lock()
	e.asked.list = append(e.asked.list, ask{e.isNew, opts.Refine, opts.MaxBytes})
	e.asked.mu.Unlock()
	e.isNew = false
	return e.Encoder.Encode(f, opts)
}

// The first picture is there soon, as it is small; the next one begins anew. What moves
// takes the network for a part of a second only. Who has no network waits for nothing.
func TestBytesOfAPicture(t *testing.T) {
	for _, c := range []struct {
		name  string
		sink  Sink
		first []ask
		moves int
	}{
		{"3 Mbit/s", &far{bits: 3_000_000, bytes: 1000}, []ask{{new: true, maxBytes: 80_000}, {new: true}, {refine: true, maxBytes: 37_500}}, 0},
		{"1 Mbit/s", &far{bits: 1_000_000, bytes: 1000}, []ask{{new: true, maxBytes: 31_250}, {new: true}, {refine: true, maxBytes: 12_500}}, 22_500},
		{"a recording", &album{}, []ask{{new: true}, {refine: true}, {refine: true}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var a asked
				s := newStudio(t, func(config *Config) { config.Codecs = []encode.Codec{a.codec()} })
				defer s.Add(c.sink)()
				s.run(t)
				defer s.stop(t)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				if d := cmp.Diff(c.first, a.take()[:3], cmp.AllowUnexported(ask{})); d != "" {
					t.Errorf("the first pictures (-want +got):\n%s", d)
				}
				s.screen.Fill(0, corner, 1)
				time.Sleep(50 * time.Millisecond)
				synctest.Wait()
				if d := cmp.Diff([]ask{{maxBytes: c.moves}}, a.take(), cmp.AllowUnexported(ask{})); d != "" {
					t.Errorf("a picture that moves (-want +got):\n%s", d)
				}
			})
		})
	}
}

// Soon after a change a pass is short, as the next change may have to wait for it. Where
// that shows nothing more, a longer one follows later.
func TestPassesAreShortAtFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a asked
		s := newStudio(t, func(config *Config) { config.Codecs = []encode.Codec{a.codec()} })
		defer s.Add(&far{bits: 1_000_000, bytes: 1000})()
		s.run(t)
		defer s.stop(t)
		time.Sleep(10 * time.Second)
		s.screen.Fill(0, corner, 1)
		time.Sleep(calm / 2)
		synctest.Wait()
		a.take()
		s.screen.Fill(0, corner, 2)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		short, long := ask{refine: true, maxBytes: 12_500}, ask{refine: true, maxBytes: 37_500}
		want := []ask{{maxBytes: 22_500}, short, short, short, long}
		if d := cmp.Diff(want, a.take(), cmp.AllowUnexported(ask{})); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}

// A key frame of what moves is short, also when it is one because the encoder is new. One
// of what rests may take longer.
func TestBytesOfAKeyFrame(t *testing.T) {
	for _, c := range []struct {
		name              string
		bits              int
		key, fresh, moves bool
		want              int
	}{
		{"at rest", 3_000_000, true, false, false, 225_000},
		{"in motion", 3_000_000, true, false, true, 93_750},
		{"of a new encoder, at rest", 3_000_000, false, true, false, 0},
		{"of a new encoder, in motion", 3_000_000, false, true, true, 93_750},
		{"on a fast network", 50_000_000, true, true, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &loop{fresh: c.fresh, lastKey: time.Now()}
			l.network.BitsPerSecond = c.bits
			if got := l.limit(encode.Options{KeyFrame: c.key}, c.moves); got != c.want {
				t.Errorf("%d bytes, want %d", got, c.want)
			}
		})
	}
}

// rated is an encoder that notes its rates.
type rated struct {
	encode.Encoder
	rates []int
}

func (r *rated) SetRate(bitsPerSecond int) error {
	r.rates = append(r.rates, bitsPerSecond)
	return nil
}

// The rate follows the network up and down, if not each of its moods.
func TestTheRateFollowsTheNetwork(t *testing.T) {
	r := &rated{}
	l := &loop{encoder: r}
	l.made.BitsPerSecond = 1_000_000
	for _, bits := range []int{1_050_000, 950_000, 1_200_000, 1_100_000, 800_000, 850_000} {
		if err := l.setRate(bits); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]int{1_200_000, 800_000}, r.rates); diff != "" {
		t.Errorf("rates (-want +got):\n%s", diff)
	}
}
