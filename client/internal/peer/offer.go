package peer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pion/sdp/v3"
)

const sha256Name = "sha-256"

// Offer is a technician's session description that has the shape of the protocol:
// one video section to receive or none, one data section, one certificate.
type Offer struct {
	// Fingerprint is that of the technician's certificate, in the form of
	// Identity.Fingerprint. DTLS proves it.
	Fingerprint string

	sdp        string
	origin     uint64
	mid        string
	codecs     []offered
	candidates []string
	ice        []string // the credentials, as they are written
}

// ParseOffer reads a session description of a Conn. Its errors wrap ErrOffer.
func ParseOffer(text string) (*Offer, error) { return parseOffer(text, 1) }

// ParseBytesOffer reads a session description of a Bytes, which has a data section alone.
// Its errors wrap ErrOffer.
func ParseBytesOffer(text string) (*Offer, error) { return parseOffer(text, 0) }

func parseOffer(text string, videos int) (*Offer, error) {
	var d sdp.SessionDescription
	if err := d.UnmarshalString(text); err != nil {
		return nil, fmt.Errorf("%w: not a session description", ErrOffer)
	}
	o := &Offer{sdp: text, origin: d.Origin.SessionID}
	if err := errors.Join(o.readSections(&d, videos), o.readFingerprints(&d)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOffer, err)
	}
	return o, nil
}

// readSections checks that there are so many video sections to receive and one data
// section, and notes what they say.
func (o *Offer) readSections(d *sdp.SessionDescription, videos int) error {
	count := make(map[string]int)
	o.readCredentials(d.Attributes)
	for i, m := range d.MediaDescriptions {
		count[m.MediaName.Media]++
		if mid, ok := m.Attribute("mid"); ok && i == 0 {
			o.mid = mid
		}
		if m.MediaName.Media == "video" {
			if _, ok := m.Attribute("recvonly"); !ok {
				return errors.New("the video section is not recvonly")
			}
			o.readCodecs(m)
		}
		o.readCredentials(m.Attributes)
		for _, a := range m.Attributes {
			if a.Key == "candidate" {
				o.candidates = append(o.candidates, "candidate:"+a.Value)
			}
		}
	}
	if len(d.MediaDescriptions) != videos+1 || count["video"] != videos || count["application"] != 1 {
		return fmt.Errorf("want %d video sections and one data section", videos)
	}
	if len(o.candidates) > maxCandidates {
		return ErrCandidates
	}
	return nil
}

// readCredentials notes the ICE credentials, which are others when ICE begins anew.
func (o *Offer) readCredentials(attributes []sdp.Attribute) {
	for _, a := range attributes {
		if a.Key == "ice-ufrag" || a.Key == "ice-pwd" {
			o.ice = append(o.ice, a.Key+" "+a.Value)
		}
	}
}

// readFingerprints checks that every a=fingerprint (RFC 8122) is the same one: the
// grant is bound to it, so there must be no other that DTLS might accept.
func (o *Offer) readFingerprints(d *sdp.SessionDescription) error {
	attributes := d.Attributes
	for _, m := range d.MediaDescriptions {
		attributes = append(attributes, m.Attributes...)
	}
	for _, a := range attributes {
		if a.Key != "fingerprint" {
			continue
		}
		algorithm, value, ok := strings.Cut(a.Value, " ")
		if !ok || !strings.EqualFold(algorithm, sha256Name) {
			return fmt.Errorf("want a %s fingerprint, got %.16q", sha256Name, algorithm)
		}
		f := fingerprint(algorithm, value)
		if o.Fingerprint != "" && o.Fingerprint != f {
			return errors.New("two fingerprints")
		}
		o.Fingerprint = f
	}
	if o.Fingerprint == "" {
		return errors.New("no fingerprint")
	}
	return nil
}

// fingerprint writes a fingerprint in its one form: RFC 8122 lets both its parts
// be written in either case.
func fingerprint(algorithm, value string) string {
	return strings.ToLower(algorithm) + " " + strings.ToUpper(strings.TrimSpace(value))
}
