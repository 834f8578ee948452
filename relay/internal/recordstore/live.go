package recordstore

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/lendhand/lendhand/relay/recording"
)

// live is a recording that somebody works on.
type live struct {
	id string
	// users are those who have it; guarded by the store's mu.
	users int

	mu sync.Mutex // guards the rest
	// loaded says that the rest is there.
	loaded bool
	record Record
	key    ed25519.PrivateKey // signs its receipts
	head   recording.Head
	chain  recording.Chain
	// volume grows; nil while none does. number is its number, or the next one's.
	volume *volume
	number int
	pace   *rate.Limiter
	// extent is what its session had room for, bytes the size of what is here.
	extent extent
	bytes  int64
	// touched is when something came. said is the newest part that the audit trail knows,
	// and saidAt when it was told.
	touched, saidAt time.Time
	said            int64
	// spent says that nobody needs it to stay.
	spent bool
}

// acquire returns a recording, locked, and loads it where it has to be. Release it.
func (s *Store) acquire(ctx context.Context, id string) (*live, error) {
	s.mu.Lock()
	l := s.live[id]
	if l == nil {
		l = &live{id: id, said: recording.ManifestPart}
		s.live[id] = l
	}
	l.users++
	s.mu.Unlock()
	l.mu.Lock()
	if l.loaded {
		return l, nil
	}
	if err := s.load(ctx, l); err != nil {
		s.release(l)
		return nil, err
	}
	l.loaded = true
	return l, nil
}

// release unlocks it, and forgets it when there is no reason to know it. How fast its host
// was is one: else the pace began anew with every volume of what comes late.
func (s *Store) release(l *live) {
	l.spent = !l.loaded || l.volume == nil && l.record.State != StateOpen && l.pace.TokensAt(s.now()) >= bytesAtOnce
	l.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	l.users--
	if l.users == 0 && l.spent && s.live[l.id] == l {
		delete(s.live, l.id)
	}
}

// growing returns the recordings that are loaded now.
func (s *Store) growing() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.live {
		ids = append(ids, id)
	}
	return ids
}

// load reads what is known of a recording, and its growing volume.
func (s *Store) load(ctx context.Context, l *live) (err error) {
	if l.record, err = s.db.Recording(ctx, l.id); err != nil {
		return err
	}
	l.key = s.keyOf(&l.record)
	l.pace = rate.NewLimiter(bytesASecond, bytesAtOnce)
	l.touched, l.saidAt = l.record.Changed, s.now()
	if l.extent = newExtent(&l.record, 0, s.now()); l.record.Head == nil {
		return nil
	}
	if l.head, l.chain, err = readHead(l.record.Head); err != nil {
		return fmt.Errorf("recording %s: %w", l.id, err)
	}
	last, ok, err := s.db.LastRecordingVolume(ctx, l.id)
	if err != nil {
		return err
	}
	if ok {
		l.follow(last)
	}
	if l.bytes, err = s.db.RecordingSize(ctx, l.id); err != nil {
		return err
	}
	if err := s.recover(ctx, l); err != nil {
		return err
	}
	if l.volume != nil {
		l.bytes += l.volume.Bytes
	}
	l.extent = newExtent(&l.record, l.chain.End, s.now())
	return nil
}

// follow has the chain, and the next volume, go on behind a volume.
func (l *live) follow(v Volume) {
	l.number = v.Number + 1
	l.chain.Next, l.chain.Link, l.chain.End = v.Next, v.Link, v.Until
	if n := len(v.Parts); n > 0 {
		l.chain.Ended = v.Parts[n-1].Last
	}
	l.said = v.Next - 1
}

func readHead(lines []byte) (recording.Head, recording.Chain, error) {
	head, err := recording.ReadHead(bufio.NewReader(bytes.NewReader(lines)))
	if err != nil {
		return head, recording.Chain{}, err
	}
	chain, _, err := recording.NewChain(head.Line, head.Signature)
	return head, chain, err
}

// receipt returns the newest one.
func (s *Store) receipt(ctx context.Context, l *live) (*recording.Receipt, error) {
	switch {
	case l.record.Head == nil:
		return nil, nil
	case l.chain.Next == 0:
		return &l.head.Receipt, nil
	case l.volume != nil && len(l.volume.receipts) > 0:
		return &l.volume.receipts[len(l.volume.receipts)-1], nil
	}
	p, err := s.part(ctx, l.id, l.chain.Next-1)
	return p.Receipt, err
}

// errGap says that a volume is not where it belongs.
var errGap = errors.New("volumes are missing")
