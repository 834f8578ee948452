package recordstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/recording"
)

const (
	// tokenLife is how long after the end of its session a host may bring the rest: it may
	// have crashed, and come back after a weekend.
	tokenLife = 7 * 24 * time.Hour
	// The pace of one recording, and what it may have for the time of its session, in bytes.
	// It is far more than any encoder makes: a host that was cut off catches up.
	bytesASecond = 4 << 20
	bytesAtOnce  = 64 << 20
	// partCost is what a part counts beside its bytes.
	partCost = 4 << 10
)

// Why an upload is refused, beside a [*recording.Fault] and an [*OutOfOrder].
var (
	// ErrToken: the token is not that of the recording, or no longer good.
	ErrToken = errors.New("this recording does not take that token")
	// ErrConflict: something else is here under that number.
	ErrConflict = errors.New("something else has been taken in its place")
	// ErrFull: there is no room.
	ErrFull = errors.New("there is no room for more recordings")
	// ErrTooFast: more comes than a recording has.
	ErrTooFast = errors.New("more comes than a recording has")
)

// OutOfOrder says that another part is wanted.
type OutOfOrder struct {
	// Next is its number; recording.ManifestPart for the manifest.
	Next int64
}

// Error names the part.
func (e *OutOfOrder) Error() string { return fmt.Sprintf("part %d is wanted", e.Next) }

// Admit checks the token of an upload, or fails with [ErrToken].
func (s *Store) Admit(ctx context.Context, id, token string) error {
	r, err := s.db.Recording(ctx, id)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return err
	}
	if err != nil || !r.takes(token, s.now()) {
		return ErrToken
	}
	return nil
}

func (r *Record) takes(token string, now time.Time) bool {
	good := r.State != StateDeleted && (r.Ended.IsZero() || now.Before(r.Ended.Add(tokenLife)))
	return matches(r.Token, token) && good
}

// OpensCopy reports whether the token is that of the person's own copy.
func (r *Record) OpensCopy(token string) bool {
	return r.State != StateDeleted && matches(r.Copy, token)
}

func matches(hash []byte, token string) bool {
	sum := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(hash, sum[:]) == 1
}

// TakeManifest takes the manifest, whose line and signature are in the recording's format,
// and returns its receipt. The same one is taken again; another one is [ErrConflict].
func (s *Store) TakeManifest(ctx context.Context, id string, line []byte, signature recording.Signature) (recording.Receipt, error) {
	l, err := s.acquire(ctx, id)
	if err != nil {
		return recording.Receipt{}, err
	}
	defer s.release(l)
	if l.record.Head != nil {
		if !bytes.Equal(l.head.Line, line) || l.head.Signature != signature {
			return recording.Receipt{}, ErrConflict
		}
		return l.head.Receipt, nil
	}
	if s.stopped() {
		return recording.Receipt{}, ErrFull
	}
	chain, m, err := recording.NewChain(line, signature)
	if err == nil {
		err = l.record.fits(m)
	}
	if err != nil {
		return recording.Receipt{}, err
	}
	return s.keepHead(ctx, l, chain, recording.Head{Line: line, Signature: signature})
}

// fits checks that the manifest is that of the session.
func (r *Record) fits(m *recording.Manifest) error {
	what := ""
	switch {
	case m.Recording != r.ID:
		what = "is of another recording"
	case m.Host.SessionKey != r.HostKey:
		what = "has another session key than the session"
	case m.Technician.ID != r.TechnicianID:
		what = "names another technician"
	default:
		return nil
	}
	return &recording.Fault{Part: recording.ManifestPart, Kind: recording.Foreign, What: what}
}

func (s *Store) keepHead(ctx context.Context, l *live, chain recording.Chain, head recording.Head) (recording.Receipt, error) {
	now := s.now()
	head.Receipt = recording.SignReceipt(l.key, recording.ManifestPart, chain.Link, now)
	var lines bytes.Buffer
	if _, err := head.WriteTo(&lines); err != nil {
		return recording.Receipt{}, err
	}
	if err := s.db.SetRecordingHead(ctx, l.id, lines.Bytes(), now); err != nil {
		return recording.Receipt{}, full(err)
	}
	l.record.Head, l.head, l.chain, l.touched, l.saidAt = lines.Bytes(), head, chain, now, now
	s.tell(l, audit.RecordingBegun, map[string]string{"link": chain.Link.String(), "session_key": l.record.HostKey.String()})
	s.cfg.Changed(l.id)
	return head.Receipt, nil
}

// Take takes parts, and returns a receipt for each that it has. An error is about the first
// one without.
func (s *Store) Take(ctx context.Context, id string, parts []recording.Part) ([]recording.Receipt, error) {
	l, err := s.acquire(ctx, id)
	if err != nil {
		return nil, err
	}
	defer s.release(l)
	now := s.now()
	if !l.pace.AllowN(now, cost(parts)) {
		return nil, ErrTooFast
	}
	if l.record.Head == nil {
		return nil, &OutOfOrder{Next: recording.ManifestPart}
	}
	receipts, rest, err := s.again(ctx, l, parts)
	if err != nil || len(rest) == 0 {
		return receipts, err
	}
	fresh, chain, fault := s.check(ctx, l, rest, now)
	if err := s.keep(ctx, l, fresh, chain, now); err != nil {
		return receipts, err
	}
	for _, p := range fresh {
		receipts = append(receipts, *p.Receipt)
	}
	return receipts, fault
}

func cost(parts []recording.Part) (n int) {
	for _, p := range parts {
		n += len(p.Sealed) + partCost
	}
	return min(n, bytesAtOnce)
}

// again receipts the first of the parts as often as they are here already, and returns the
// others.
func (s *Store) again(ctx context.Context, l *live, parts []recording.Part) (receipts []recording.Receipt, rest []recording.Part, err error) {
	for i, p := range parts {
		if p.Part >= l.chain.Next {
			return receipts, parts[i:], nil
		}
		envelope, receipt, err := s.taken(ctx, l, p.Part)
		if err != nil {
			return receipts, nil, err
		}
		if envelope != p.Envelope {
			return receipts, nil, ErrConflict
		}
		receipts = append(receipts, receipt)
	}
	return receipts, nil, nil
}

// taken returns what is here of a part.
func (s *Store) taken(ctx context.Context, l *live, number int64) (recording.Envelope, recording.Receipt, error) {
	if v := l.volume; v != nil && number >= v.First {
		return v.envelopes[number-v.First], v.receipts[number-v.First], nil
	}
	p, err := s.part(ctx, l.id, number)
	if err != nil {
		return recording.Envelope{}, recording.Receipt{}, err
	}
	return p.Envelope, *p.Receipt, nil
}

// check receipts the parts that continue the chain, up to the first that does not, or that
// cannot be of the session.
func (s *Store) check(ctx context.Context, l *live, parts []recording.Part, now time.Time) (fresh []recording.Part, _ recording.Chain, _ error) {
	chain, bytes := l.chain, l.bytes
	for _, p := range parts {
		if !chain.Ended && p.Part > chain.Next {
			return fresh, chain, &OutOfOrder{Next: chain.Next}
		}
		bytes += int64(len(p.Sealed))
		if err := s.within(ctx, l, p.End(), bytes, now); err != nil {
			return fresh, chain, err
		}
		if err := chain.Add(p.Envelope, p.Sealed); err != nil {
			return fresh, chain, err
		}
		receipt := recording.SignReceipt(l.key, p.Part, chain.Link, now)
		p.Receipt = &receipt
		fresh = append(fresh, p)
	}
	return fresh, chain, nil
}

// keep writes parts that were checked; chain is that at their end.
func (s *Store) keep(ctx context.Context, l *live, parts []recording.Part, chain recording.Chain, now time.Time) error {
	if len(parts) == 0 {
		return nil
	}
	if s.stopped() {
		return ErrFull
	}
	if l.volume == nil {
		if err := s.begin(l); err != nil {
			return full(err)
		}
	}
	before := l.volume.Bytes
	if err := l.volume.add(parts); err != nil {
		return full(fmt.Errorf("write volume %d of %s: %w", l.volume.Number, l.id, err))
	}
	s.used.Add(l.volume.Bytes - before)
	l.bytes += l.volume.Bytes - before
	l.chain, l.touched = chain, now
	if slices.ContainsFunc(parts, func(p recording.Part) bool { return p.Index }) {
		s.cfg.Changed(l.id)
	}
	// They are kept: what fails from here on is done later.
	switch {
	case chain.Ended:
		s.later(l, s.finish(ctx, l, StateEnded))
	case l.volume.full():
		s.later(l, s.shut(ctx, l))
	}
	return nil
}

func (s *Store) later(l *live, err error) {
	if err != nil {
		s.log.Error("recording: to be tried again", "recording", l.id, "error", err)
	}
}

// full makes ErrFull of what a full disk says.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || isDatabaseFull(err) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// isDatabaseFull recognises a database that could not be written to.
func isDatabaseFull(err error) bool {
	var e interface{ Code() int }
	const sqliteFull = 13
	return errors.As(err, &e) && e.Code()&0xff == sqliteFull
}

// Next returns the number of the part that is wanted, recording.ManifestPart for the
// manifest, and the newest receipt.
func (s *Store) Next(ctx context.Context, id string) (int64, *recording.Receipt, error) {
	l, err := s.acquire(ctx, id)
	if err != nil {
		return 0, nil, err
	}
	defer s.release(l)
	if l.record.Head == nil {
		return recording.ManifestPart, nil, nil
	}
	receipt, err := s.receipt(ctx, l)
	return l.chain.Next, receipt, err
}
