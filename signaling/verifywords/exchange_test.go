package verifywords

import (
	"errors"
	"testing"
)

var honest = Connection{"s_1", Fingerprint{1}, Fingerprint{2}}

func TestExchange(t *testing.T) {
	host, technician := NewHost(honest), NewTechnician(honest)
	nonce, err := technician.Bind(host.Commitment())
	if err != nil {
		t.Fatal(err)
	}
	reveal, atHost, err := host.Hear(nonce)
	if err != nil {
		t.Fatal(err)
	}
	atTechnician, err := technician.Open(reveal)
	if err != nil || atTechnician != atHost || atHost == (Words{}) {
		t.Errorf("host %q, technician %q, %v", atHost, atTechnician, err)
	}
}

// Somebody in between has a connection to each of the two, with keys of their own.
func TestSomebodyInBetween(t *testing.T) {
	toHost := Connection{"s_1", Fingerprint{1}, Fingerprint{66}}
	toTechnician := Connection{"s_1", Fingerprint{66}, Fingerprint{2}}

	t.Run("who passes everything on", func(t *testing.T) {
		host, technician := NewHost(toHost), NewTechnician(toTechnician)
		nonce, err := technician.Bind(host.Commitment())
		if err != nil {
			t.Fatal(err)
		}
		reveal, _, err := host.Hear(nonce)
		if err != nil {
			t.Fatal(err)
		}
		if words, err := technician.Open(reveal); !errors.Is(err, ErrOpening) {
			t.Errorf("the technician has the words %q, %v", words, err)
		}
	})
	t.Run("who makes both exchanges", func(t *testing.T) {
		host, technician := NewHost(toHost), NewTechnician(toTechnician)
		asHost, asTechnician := NewHost(toTechnician), NewTechnician(toHost)
		nonce, _ := technician.Bind(asHost.Commitment())
		own, _ := asTechnician.Bind(host.Commitment())
		reveal, _, _ := asHost.Hear(nonce)
		_, atHost, _ := host.Hear(own)
		atTechnician, err := technician.Open(reveal)
		if err != nil || atTechnician == atHost {
			t.Errorf("both have %q, %v", atHost, err)
		}
	})
}

// Every message of the exchange that is left out, said twice, swapped or changed leaves
// at least one end without words.
func TestOutOfPlace(t *testing.T) {
	other := Nonce{9}.String()
	for _, c := range []struct {
		name string
		play func(h *Host, t *Technician) error
		want error
	}{
		{"no commitment", func(_ *Host, t *Technician) error {
			_, err := t.Open(other)
			return err
		}, ErrOrder},
		{"the commitment twice", func(h *Host, t *Technician) error {
			_, _ = t.Bind(h.Commitment())
			_, err := t.Bind(h.Commitment())
			return err
		}, ErrOrder},
		{"the reveal after a second commitment", func(h *Host, t *Technician) error {
			nonce, _ := t.Bind(h.Commitment())
			_, _ = t.Bind(h.Commitment())
			reveal, _, _ := h.Hear(nonce)
			_, err := t.Open(reveal)
			return err
		}, ErrOrder},
		{"the reveal before the commitment", func(h *Host, t *Technician) error {
			_, _ = t.Open(other)
			_, err := t.Bind(h.Commitment())
			return err
		}, ErrOrder},
		{"the nonce twice", func(h *Host, _ *Technician) error {
			_, _, _ = h.Hear(other)
			_, _, err := h.Hear(other)
			return err
		}, ErrOrder},
		{"a nonce after a malformed one", func(h *Host, _ *Technician) error {
			_, _, _ = h.Hear("?")
			_, _, err := h.Hear(other)
			return err
		}, ErrOrder},
		{"the reveal twice", func(h *Host, t *Technician) error {
			nonce, _ := t.Bind(h.Commitment())
			reveal, _, _ := h.Hear(nonce)
			_, _ = t.Open(reveal)
			_, err := t.Open(reveal)
			return err
		}, ErrOrder},
		{"the reveal after a wrong one", func(h *Host, t *Technician) error {
			nonce, _ := t.Bind(h.Commitment())
			reveal, _, _ := h.Hear(nonce)
			_, _ = t.Open(other)
			_, err := t.Open(reveal)
			return err
		}, ErrOrder},
		{"another reveal", func(h *Host, t *Technician) error {
			_, _ = t.Bind(h.Commitment())
			_, err := t.Open(other)
			return err
		}, ErrOpening},
		{"another commitment", func(h *Host, t *Technician) error {
			nonce, _ := t.Bind(honest.Commit(Nonce{9}).String())
			reveal, _, _ := h.Hear(nonce)
			_, err := t.Open(reveal)
			return err
		}, ErrOpening},
		{"the commitment of another session", func(_ *Host, t *Technician) error {
			h := NewHost(Connection{"s_2", honest.Host, honest.Technician})
			nonce, _ := t.Bind(h.Commitment())
			reveal, _, _ := h.Hear(nonce)
			_, err := t.Open(reveal)
			return err
		}, ErrOpening},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.play(NewHost(honest), NewTechnician(honest)); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	t.Run("a nonce that was changed makes other words", func(t *testing.T) {
		host, technician := NewHost(honest), NewTechnician(honest)
		_, _ = technician.Bind(host.Commitment())
		reveal, atHost, _ := host.Hear(other)
		atTechnician, err := technician.Open(reveal)
		if err != nil || atTechnician == atHost {
			t.Errorf("both have %q, %v", atHost, err)
		}
	})
	for _, bad := range []string{"", "?", Nonce{}.String() + "A"} {
		if _, err := NewTechnician(honest).Bind(bad); err == nil {
			t.Errorf("commitment %q is taken", bad)
		}
		if _, _, err := NewHost(honest).Hear(bad); err == nil {
			t.Errorf("nonce %q is taken", bad)
		}
	}
}
