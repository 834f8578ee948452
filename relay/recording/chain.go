package recording

import "fmt"

// Chain checks one part after the other, without a reader's key. It is a value: a copy
// can be tried, and the JSON of it kept and taken up again.
type Chain struct {
	// SessionKey is that of the manifest.
	SessionKey PublicKey `json:"sessionKey"`
	// Next is the number of the next part.
	Next int64 `json:"next"`
	// Link is that of the newest part, the manifest's before the first.
	Link Link `json:"link"`
	// End is when the newest part's stretch is over.
	End Time `json:"end"`
	// Ended is true after the last part.
	Ended bool `json:"ended,omitempty"`
}

// NewChain begins a chain with the manifest's line, without its newline, and its
// signature.
func NewChain(line []byte, s Signature) (Chain, *Manifest, error) {
	m, err := ParseManifest(line)
	if err != nil {
		return Chain{}, nil, &Fault{Part: ManifestPart, Kind: Altered, What: err.Error()}
	}
	link := ManifestLink(line)
	if !VerifyLink(m.Host.SessionKey.Key(), link, s) {
		return Chain{}, nil, &Fault{Part: ManifestPart, Kind: Altered, What: "is not what the host has signed"}
	}
	return Chain{SessionKey: m.Host.SessionKey, Link: link}, m, nil
}

// Add takes the next part, or returns a [*Fault] and stays as it was.
func (c *Chain) Add(e Envelope, sealed []byte) error {
	if err := c.order(e); err != nil {
		return err
	}
	if err := e.check(); err != nil {
		return c.fault(Altered, err.Error())
	}
	if !e.Holds(sealed) {
		return c.fault(Altered, "does not hold what the host has sealed")
	}
	link := e.Link(c.Link)
	if !VerifyLink(c.SessionKey.Key(), link, e.Signature) {
		return c.fault(Foreign, "is not of this recording, or what is written on it was changed")
	}
	if e.Start < c.End {
		return c.fault(Altered, fmt.Sprintf("begins at %s, before the one before it ends at %s", e.Start, c.End))
	}
	c.Next, c.Link, c.End, c.Ended = c.Next+1, link, e.End(), e.Last
	return nil
}

// order checks that e has its turn.
func (c *Chain) order(e Envelope) error {
	switch {
	case c.Ended:
		return &Fault{Part: e.Part, Kind: Foreign, At: c.End, What: "stands after the end of the recording"}
	case e.Part < c.Next:
		return &Fault{Part: e.Part, Kind: Repeated, At: c.End, What: fmt.Sprintf("stands again after part %d", c.Next-1)}
	case e.Part > c.Next:
		return c.fault(Missing, fmt.Sprintf("is missing: part %d stands in its place", e.Part))
	}
	return nil
}

func (c *Chain) fault(kind Kind, what string) error {
	return &Fault{Part: c.Next, Kind: kind, At: c.End, What: what}
}
