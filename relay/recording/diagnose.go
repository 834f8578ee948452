package recording

import (
	"errors"
	"fmt"
)

// diagnose says more exactly what a fault of the chain is, by what else is in the file.
func (v *verifier) diagnose(p Part, err error) error {
	var f *Fault
	if !errors.As(err, &f) {
		return err
	}
	renumbered := p.Envelope
	renumbered.Part = v.chain.Next
	switch signed := v.signed(renumbered); {
	case f.Kind == Foreign && !v.chain.Ended && v.receipted(p):
		return v.chain.fault(Altered, "has another signature than the one that the relay gave a receipt for")
	case p.Part < v.chain.Next && v.seen[p.Part] == markOf(p.Envelope):
		return v.chainFault(p.Part, Repeated, fmt.Sprintf("stands again after part %d", v.chain.Next-1))
	case v.chain.Ended:
		return f
	case p.Part != v.chain.Next && signed:
		return v.chain.fault(Altered, fmt.Sprintf("was numbered anew: it says that it is part %d", p.Part))
	case p.Part < v.chain.Next:
		return v.chainFault(p.Part, Foreign, fmt.Sprintf("stands again after part %d, and is another one", v.chain.Next-1))
	case f.Kind == Missing:
		return v.missing(p.Envelope, f)
	}
	return f
}

// signed reports whether the session key has signed e as the next part.
func (v *verifier) signed(e Envelope) bool {
	return VerifyLink(v.chain.SessionKey.Key(), e.Link(v.chain.Link), e.Signature)
}

// receipted reports whether the relay has given a receipt for p as the next part.
func (v *verifier) receipted(p Part) bool {
	link := p.Link(v.chain.Link)
	for _, key := range v.rules.Receipts {
		if p.Receipt.Verify(key, link) {
			return true
		}
	}
	return false
}

func (v *verifier) chainFault(part int64, kind Kind, what string) error {
	return &Fault{Part: part, Kind: kind, At: v.chain.End, What: what}
}

// missing looks whether the part that is not in its place is somewhere behind it, and
// what the one is that stands there.
func (v *verifier) missing(stands Envelope, f *Fault) error {
	wanted := v.chain.Next
	found, again, other := false, false, false
	for {
		p, err := v.parts.Next()
		if err != nil {
			break // what cannot be read is not looked at: the first fault is ahead of it
		}
		switch {
		case p.Part == wanted && v.signed(p.Envelope):
			found = true
		case p.Part == stands.Part && markOf(p.Envelope) == markOf(stands):
			again = true
		case p.Part == stands.Part:
			other = true
		}
	}
	switch {
	case !found:
		return f
	case again:
		return v.chainFault(stands.Part, Repeated, fmt.Sprintf("stands after part %d already, and again later", wanted-1))
	case other:
		return v.chainFault(stands.Part, Foreign, fmt.Sprintf("stands after part %d, and is not of this recording: the right one is later", wanted-1))
	}
	return v.chainFault(wanted, Reordered, fmt.Sprintf("does not stand in its place, but later: part %d stands there", stands.Part))
}
