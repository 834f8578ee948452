package calibrate_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/calibrate"
	"github.com/lendhand/lendhand/client/internal/encode/fake"
)

// taking is a codec whose pictures take time.
func taking(d time.Duration) encode.Codec {
	return encode.Codec{New: func(config encode.Config) (encode.Encoder, error) {
		e, err := fake.New(config)
		return sleeper{e, d}, err
	}}
}

type sleeper struct {
	encode.Encoder
	d time.Duration
}

func (s sleeper) Encode(f *capture.Frame, opts encode.Options) (encode.Packet, error) {
	time.Sleep(s.d)
	return s.Encoder.Encode(f, opts)
}

func TestMeasure(t *testing.T) {
	broken := encode.Codec{New: func(encode.Config) (encode.Encoder, error) { return nil, errors.New("no library") }}
	synctest.Test(t, func(t *testing.T) {
		const quick, slow = 2 * time.Millisecond, 70 * time.Millisecond
		start := time.Now()
		got := calibrate.Measure([]encode.Codec{taking(quick), broken, taking(slow), taking(quick)}, 2)
		for n, want := range []time.Duration{9 * quick, 0, 9 * slow, 0} {
			if got[n].Cost != want {
				t.Errorf("codec %d costs %v, want %v", n, got[n].Cost, want)
			}
		}
		if took := time.Since(start); took > calibrate.Budget+slow {
			t.Errorf("measuring took %v", took)
		}
	})
}
