package shape_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/badlink/shape"
)

func TestWith(t *testing.T) {
	const queue = 300 * time.Millisecond
	for words, want := range map[string]shape.Settings{
		"rate=300k":              {Rate: 300_000, QueueTime: queue},
		"rate=2.5M rate=0":       {QueueTime: queue},
		"delay=75ms loss=0.02":   {Delay: 75 * time.Millisecond, Loss: 0.02, QueueTime: queue},
		"jitter=5ms order=loose": {Jitter: 5 * time.Millisecond, Reorder: true, QueueTime: queue},
		"order=loose order=kept": {QueueTime: queue},
		"queue=1s":               {QueueTime: time.Second},
		"queue=64k":              {QueueBytes: 64_000},
		"queue=1500 queue=200ms": {QueueTime: 200 * time.Millisecond},
		"queue=0":                {},
		"down":                   {Down: true, QueueTime: queue},
		"down up":                {QueueTime: queue},
	} {
		if diff := cmp.Diff(want, settings(t, words)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", words, diff)
		}
		if diff := cmp.Diff(want, settings(t, want.String())); diff != "" {
			t.Errorf("%s, said again as %s (-want +got):\n%s", words, want, diff)
		}
	}
}

func TestWithRefuses(t *testing.T) {
	for word, why := range map[string]string{
		"speed=1M":     "unknown",
		"":             "unknown",
		"rate":         "invalid",
		"rate=fast":    "invalid",
		"rate=-1":      "reasonable",
		"rate=NaN":     "reasonable",
		"rate=100":     "less than",
		"rate=1e300M":  "reasonable",
		"rate=1kM":     "invalid",
		"delay=75":     "unit",
		"delay=-1ms":   "between",
		"delay=1h":     "between",
		"loss=2":       "between",
		"loss=NaN":     "between",
		"loss=2%":      "invalid",
		"order=mostly": "neither",
		"queue=some":   "invalid",
		"down=1":       "no value",
	} {
		got, err := shape.Defaults().With(word)
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want an error with %q", word, err, why)
		}
		if got != (shape.Settings{}) {
			t.Errorf("%q: settings beside the error", word)
		}
	}
}
