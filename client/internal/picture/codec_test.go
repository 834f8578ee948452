package picture

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
)

// taking is a codec whose pictures take time.
func taking(d time.Duration, parameters string) encode.Codec {
	codec := fakecodec.Codec()
	codec.Parameters = parameters
	codec.New = func(config encode.Config) (encode.Encoder, error) {
		e, err := fakecodec.New(config)
		return sleeper{e, d}, err
	}
	return codec
}

type sleeper struct {
	encode.Encoder
	d time.Duration
}

func (s sleeper) Encode(f *capture.Frame, opts encode.Options) (encode.Packet, error) {
	time.Sleep(s.d)
	return s.Encoder.Encode(f, opts)
}

// credits is a Sink that notes which codecs came, in turn, and what began each.
type credits struct {
	mu       sync.Mutex
	codecs   []string
	unopened int // codecs that began without a key frame
}

func (c *credits) WriteFrame(f Frame) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.codecs) == 0 || c.codecs[len(c.codecs)-1] != f.Codec {
		c.codecs = append(c.codecs, f.Codec)
		if !f.KeyFrame {
			c.unopened++
		}
	}
	return nil
}

func (c *credits) so() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.codecs)
}

// What moves too much for the best codec gets a cheaper one, and the best one again
// when it rests.
func TestACodecThatIsTooSlowForMotion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, quick := taking(60*time.Millisecond, "slow"), taking(5*time.Millisecond, "quick")
		s := newStudio(t, func(c *Config) { c.Codecs = []encode.Codec{slow, quick} })
		sink := &credits{}
		defer s.Add(sink)()
		s.run(t)
		defer s.stop(t)
		for n := range 100 { // a letter now and then is no motion
			s.screen.Paint(corner, uint32(n))
			time.Sleep(100 * time.Millisecond)
		}
		if diff := cmp.Diff([]string{slow.Key()}, sink.so()); diff != "" {
			t.Errorf("typing (-want +got):\n%s", diff)
		}
		for n := range 50 {
			s.screen.Paint(desktop, uint32(n))
			time.Sleep(70 * time.Millisecond)
		}
		if diff := cmp.Diff([]string{slow.Key(), quick.Key()}, sink.so()); diff != "" {
			t.Errorf("motion (-want +got):\n%s", diff)
		}
		time.Sleep(10 * time.Second)
		if diff := cmp.Diff([]string{slow.Key(), quick.Key(), slow.Key()}, sink.so()); diff != "" {
			t.Errorf("rest (-want +got):\n%s", diff)
		}
		if sink.unopened > 0 {
			t.Errorf("%d codecs began without a key frame", sink.unopened)
		}
	})
}

// Key frames may take their time: a codec is not judged by them.
func TestSlowKeyFramesAreNoMotion(t *testing.T) {
	for _, c := range []struct {
		key   bool
		codec int
	}{{true, 0}, {false, 1}} {
		synctest.Test(t, func(t *testing.T) {
			codecs := []encode.Codec{taking(60*time.Millisecond, "slow"), taking(5*time.Millisecond, "quick")}
			climb, err := newLadder(codecs)
			if err != nil {
				t.Fatal(err)
			}
			s := newStudio(t, func(config *Config) { config.Codecs = codecs })
			l := newLoop(s.Pipeline, s.screen, climb)
			defer l.close()
			l.frame = *plain(desktop.Size())
			for range 20 {
				l.frame.Damage = append(l.frame.Damage[:0], desktop)
				if err := l.encode(encode.Options{KeyFrame: c.key}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second / 2)
			}
			if got := climb.Codec(); got != c.codec {
				t.Errorf("key frames %v: codec %d, want %d", c.key, got, c.codec)
			}
		})
	}
}

// A cheaper codec takes more bytes: where the network needs longer for a picture than this
// computer, motion keeps the best one.
func TestASlowNetworkKeepsTheBestCodec(t *testing.T) {
	for _, c := range []struct {
		bits    int
		changes bool
	}{{20_000, false}, {20_000_000, true}} {
		synctest.Test(t, func(t *testing.T) {
			slow, quick := taking(60*time.Millisecond, "slow"), taking(5*time.Millisecond, "quick")
			s := newStudio(t, func(config *Config) { config.Codecs = []encode.Codec{slow, quick} })
			sink := &wired{bits: c.bits}
			defer s.Add(sink)()
			s.run(t)
			defer s.stop(t)
			for n := range 100 {
				s.screen.Paint(desktop, uint32(n))
				time.Sleep(70 * time.Millisecond)
			}
			if got := len(sink.so()) > 1; got != c.changes {
				t.Errorf("at %d bit/s: codecs %v", c.bits, sink.so())
			}
		})
	}
}

// wired is credits at the other end of a network that has nothing to do.
type wired struct {
	credits
	bits int
}

func (w *wired) Network() Network { return Network{BitsPerSecond: w.bits} }
