package app

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// What the person is asked follows from what is wanted and from what they have said; what
// they have agreed to stays agreed.
func TestWhatAYesMeansForTheRecording(t *testing.T) {
	terms := func(required bool) *signaling.RecordingTerms {
		return &signaling.RecordingTerms{Required: required, Readers: []signaling.Reader{{Name: "Auditors", Key: "age1x"}}}
	}
	for name, c := range map[string]struct {
		before, wanted *signaling.RecordingTerms
		says           bool
		asked          ui.Recording
		agreed         bool
	}{
		"nothing wanted":        {nil, nil, true, ui.Unrecorded, false},
		"required":              {nil, terms(true), false, ui.RecordingRequired, true},
		"asked, and they do":    {nil, terms(false), true, ui.RecordingAsked, true},
		"asked, and they not":   {nil, terms(false), false, ui.RecordingAsked, false},
		"agreed before":         {terms(false), terms(false), false, ui.RecordingAgreed, true},
		"a further request":     {terms(true), terms(true), false, ui.RecordingRequired, true},
		"no more of it is said": {terms(false), nil, false, ui.Unrecorded, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := recorded{terms: c.before}
			m := request("r_1", 60)
			m.Recording = c.wanted
			if got := r.asks(m); got != c.asked {
				t.Errorf("the person is asked %d, want %d", got, c.asked)
			}
			r.agree(m, ui.Answer{Recorded: c.says})
			if agreed := r.terms != nil; agreed != c.agreed || agreed != (len(r.readers()) == 1) {
				t.Errorf("agreed: %v, readers %q", agreed, r.readers())
			}
		})
	}
}
