package app

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
)

// library is what is stored, as the catalogue asks for it.
type library struct {
	*recordstore.Store
	// ids returns those of which something is stored.
	ids func(context.Context) ([]string, error)
}

// StoredIDs implements [catalogue.Recordings].
func (l library) StoredIDs(ctx context.Context) ([]string, error) { return l.ids(ctx) }

// record returns a recording of which something is there.
func (l library) record(ctx context.Context, id string) (recordstore.Record, error) {
	r, err := l.Record(ctx, id)
	if errors.Is(err, recordstore.ErrUnknown) || err == nil && (r.Head == nil || r.State == recordstore.StateDeleted) {
		return r, catalogue.ErrNone
	}
	return r, err
}

// stateOf says how far a recording is in the words of auditors.
func stateOf(s recordstore.State) catalogue.State {
	switch s {
	case recordstore.StateOpen:
		return catalogue.Live
	case recordstore.StateEnded:
		return catalogue.Complete
	}
	return catalogue.Incomplete
}

// Stored implements [catalogue.Recordings].
func (l library) Stored(ctx context.Context, id string) (catalogue.Stored, error) {
	r, err := l.record(ctx, id)
	if err != nil {
		return catalogue.Stored{}, err
	}
	volumes, err := l.Volumes(ctx, id)
	if err != nil {
		return catalogue.Stored{}, err
	}
	manifest, rest, _ := bytes.Cut(r.Head, []byte("\n"))
	signature, _, _ := bytes.Cut(rest, []byte("\n"))
	s := catalogue.Stored{
		Manifest: manifest, Signature: signature, State: stateOf(r.State), Group: r.Group, Ticket: r.Ticket,
		Technician: catalogue.Person{ID: r.TechnicianID, Name: r.TechnicianName, Organisation: r.Organisation},
		Host:       catalogue.Host{Name: r.HostName, OS: r.HostOS}, Begun: r.Begun, Ended: r.Ended, DeleteAfter: r.DeleteAfter(),
	}
	for _, v := range volumes {
		s.Parts, s.Length = v.Next, v.Until.Duration()
		s.Bytes += v.Bytes
		for _, p := range v.Parts {
			if p.Index {
				s.Indexes = append(s.Indexes, p.Part)
			}
			if p.KeyFrame {
				s.KeyFrames = append(s.KeyFrames, p.Part)
			}
		}
	}
	return s, nil
}

// Parts implements [catalogue.Recordings].
func (l library) Parts(ctx context.Context, id string, from, to, most int64) (catalogue.Stretch, error) {
	r, err := l.record(ctx, id)
	if err != nil {
		return catalogue.Stretch{}, err
	}
	s, err := l.Store.Parts(ctx, id, from, to, most)
	if err != nil {
		return catalogue.Stretch{}, err
	}
	return catalogue.Stretch{ReadCloser: s, Next: s.Next, Count: s.Parts, State: stateOf(r.State)}, nil
}

// File implements [catalogue.Recordings].
func (l library) File(ctx context.Context, id string) (io.ReadCloser, int64, error) {
	if _, err := l.record(ctx, id); err != nil {
		return nil, 0, err
	}
	return l.Whole(ctx, id)
}

// SetHeld implements [catalogue.Recordings].
func (l library) SetHeld(ctx context.Context, id string, held bool) error {
	err := l.Hold(ctx, id, held)
	if errors.Is(err, recordstore.ErrUnknown) {
		return catalogue.ErrNone
	}
	return err
}
