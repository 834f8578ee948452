package recording

import (
	"bufio"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"filippo.io/age"
)

// ErrNoRecording is returned for a file that does not begin as recordings do.
var ErrNoRecording = errors.New("not a recording")

// Known is a link that was kept elsewhere than with the recording: in the audit trail.
type Known struct {
	// Part may be ManifestPart.
	Part int64
	Link Link
}

// Rules are what a recording is verified by. Without any, it is verified against the key
// that its own manifest names: whoever made it all up would pass.
type Rules struct {
	// SessionKey is the host's, as it was kept elsewhere; nil takes the manifest's word.
	SessionKey *PublicKey
	// Receipts are the keys that the relay may have signed with; without any, receipts
	// are not checked.
	Receipts []ed25519.PublicKey
	// Known are links that the recording must have: it must reach each of them.
	Known []Known
	// Incomplete allows a recording without its last part: one that still grows, or is
	// known to have been cut off.
	Incomplete bool
	// Identities open the parts, and what is inside is compared with what is written on
	// them; without any, they stay closed.
	Identities []age.Identity
	// Take is called with each part once it is verified, and with its content if it was
	// opened; nil: nobody is. An error of it ends Verify. Sealed, and the video's data,
	// are valid until it returns.
	Take func(p Part, c *Content) error
}

// Report is what was verified: all of it, or what is before the [Fault].
type Report struct {
	// Head is how the file begins, and Manifest is in it: nil when that was changed.
	Head     Head
	Manifest *Manifest
	// Parts is how many there are, Bytes the size of the file up to there.
	Parts int64
	Bytes int64
	// End is when the newest part ends, and Link is its link.
	End  Time
	Link Link
	// Complete is true when the last part is there.
	Complete bool
	// Holes is how much time has no part at all: the host was asleep.
	Holes Time
	// Received and Newest are when the relay had the manifest and the newest part, by its
	// clock; they prove something when Receipts is true.
	Received, Newest Stamp
	Receipts         bool
	// Opened is true when the parts were opened.
	Opened bool
}

// ClockOff returns how far the host's clock was behind the relay's, and the time that the
// manifest took to arrive.
func (r *Report) ClockOff() time.Duration {
	return time.Duration(r.Received-r.Manifest.Begins) * time.Millisecond
}

// Verify reads a recording to its end. Its error is a [*Fault] for the first part that is
// not as the host made it. It keeps one part in memory, and eight bytes for each that it
// has seen.
func Verify(in io.Reader, rules Rules) (Report, error) {
	count := &counter{r: in}
	v := &verifier{rules: rules, in: bufio.NewReaderSize(count, MaxLine)}
	err := v.run()
	v.report.Bytes = count.n - int64(v.in.Buffered())
	return v.report, err
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

type verifier struct {
	rules  Rules
	in     *bufio.Reader
	parts  *Parts
	chain  Chain
	seen   []mark
	report Report
}

// mark is the beginning of a part's hash: enough to know it again.
type mark [8]byte

func markOf(e Envelope) mark { return mark(e.Hash[:8]) }

func (v *verifier) run() error {
	if err := v.head(); err != nil {
		return err
	}
	v.parts = NewParts(v.in, true)
	for {
		p, err := v.parts.Next()
		switch {
		case errors.Is(err, io.EOF):
			return v.finish()
		case errors.Is(err, io.ErrUnexpectedEOF):
			return v.chain.fault(CutOff, "is not whole: the file stops within it")
		case errors.As(err, new(formError)):
			return v.chain.fault(Altered, "cannot be read: "+err.Error())
		case err != nil:
			return fmt.Errorf("read part %d: %w", v.chain.Next, err)
		}
		if err := v.part(p); err != nil {
			return err
		}
	}
}

func (v *verifier) head() error {
	if b, err := v.in.Peek(1); err != nil || b[0] != '{' {
		return ErrNoRecording
	}
	head, err := ReadHead(v.in)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return &Fault{Part: ManifestPart, Kind: CutOff, What: "is not whole: the file stops within it"}
	case errors.As(err, new(formError)):
		return &Fault{Part: ManifestPart, Kind: Altered, What: "cannot be read: " + err.Error()}
	case err != nil:
		return fmt.Errorf("read the manifest: %w", err)
	}
	if v.chain, v.report.Manifest, err = NewChain(head.Line, head.Signature); err != nil {
		return err
	}
	if key := v.rules.SessionKey; key != nil && *key != v.chain.SessionKey {
		return &Fault{Part: ManifestPart, Kind: Foreign, What: "is signed with another key than the host's"}
	}
	v.report.Head, v.report.Link, v.report.Received = head, v.chain.Link, head.Receipt.Time
	return v.agree(ManifestPart, head.Receipt)
}

// part takes one part.
func (v *verifier) part(p Part) error {
	at, before := v.chain.End, v.chain
	if err := v.chain.Add(p.Envelope, p.Sealed); err != nil {
		return v.diagnose(p, err)
	}
	if err := v.agree(p.Part, *p.Receipt); err != nil {
		v.chain = before
		return err
	}
	content, err := v.open(p)
	if err != nil {
		v.chain = before
		return err
	}
	v.seen = append(v.seen, markOf(p.Envelope))
	v.report.Parts, v.report.End, v.report.Link, v.report.Complete = v.chain.Next, v.chain.End, v.chain.Link, v.chain.Ended
	v.report.Holes += p.Start - at
	if v.rules.Take == nil {
		return nil
	}
	return v.rules.Take(p, content)
}

// open opens a part when there is a key; nil without one.
func (v *verifier) open(p Part) (*Content, error) {
	if len(v.rules.Identities) == 0 {
		return nil, nil
	}
	c, err := v.report.Manifest.Open(p, v.rules.Identities...)
	switch {
	case errors.Is(err, ErrNoKey):
		return nil, err
	case err != nil:
		return nil, v.faultOf(p.Part, Altered, "does not hold what is written on it: "+err.Error())
	}
	v.report.Opened = true
	return c, nil
}

// agree compares a part with its receipt, and with what was kept elsewhere.
func (v *verifier) agree(part int64, r Receipt) error {
	for _, k := range v.rules.Known {
		if k.Part == part && k.Link != v.chain.Link {
			return v.faultOf(part, Foreign, "is not the one that is known from elsewhere")
		}
	}
	v.report.Newest = r.Time
	if len(v.rules.Receipts) == 0 {
		return nil
	}
	v.report.Receipts = true
	by := func(key ed25519.PublicKey) bool { return r.Verify(key, v.chain.Link) }
	if !slices.ContainsFunc(v.rules.Receipts, by) {
		return v.faultOf(part, Altered, "has a receipt that the relay has not signed for it")
	}
	return nil
}

// faultOf names a part that the chain has just taken.
func (v *verifier) faultOf(part int64, kind Kind, what string) error {
	return &Fault{Part: part, Kind: kind, At: v.report.End, What: what}
}

func (v *verifier) finish() error {
	for _, k := range v.rules.Known {
		if k.Part >= v.chain.Next {
			return v.chain.fault(CutOff, fmt.Sprintf("is not there: the recording is known to have had part %d", k.Part))
		}
	}
	if !v.chain.Ended && !v.rules.Incomplete {
		return v.chain.fault(CutOff, "is not there, nor the end of the recording")
	}
	return nil
}
