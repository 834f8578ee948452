package recordstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/lendhand/lendhand/relay/recording"
)

// Record returns what is known of a recording, deleted ones too, or fails with
// [ErrUnknown].
func (s *Store) Record(ctx context.Context, id string) (Record, error) {
	return s.db.Recording(ctx, id)
}

// IDs returns the recordings that are not deleted, the oldest first.
func (s *Store) IDs(ctx context.Context) ([]string, error) { return s.db.RecordingIDs(ctx) }

// Keys returns the public keys that receipts are signed with, or once were: the newest first.
func (s *Store) Keys() (public []recording.PublicKey) {
	for _, key := range s.cfg.keys() {
		public = append(public, recording.PublicKeyOf(key))
	}
	return public
}

// Volumes returns the volumes of a recording in their order, the growing one too: what of
// it is on the disk.
func (s *Store) Volumes(ctx context.Context, id string) ([]Volume, error) {
	growing := s.snapshot(id) // first: it may be closed meanwhile
	volumes, err := s.db.RecordingVolumes(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	if growing != nil && growing.Number == len(volumes) {
		volumes = append(volumes, *growing)
	}
	return volumes, nil
}

// snapshot returns the growing volume as it is now; nil for none.
func (s *Store) snapshot(id string) *Volume {
	s.mu.Lock()
	l := s.live[id]
	s.mu.Unlock()
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.volume == nil {
		return nil
	}
	v := l.volume.Volume
	v.Parts, v.Link = slices.Clone(v.Parts), l.chain.Link
	return &v
}

// Stretch is some parts of a recording, as they stand in its file.
type Stretch struct {
	io.ReadCloser
	// Next is the first part that is not in it. Bytes is its size.
	Next, Bytes int64
	// Parts is how many parts the recording has so far.
	Parts int64
}

// Parts returns the parts from one to another, both included, up to most bytes, but at
// least one; fewer where there are fewer. Close what is returned. ctx is that of the
// reading too.
func (s *Store) Parts(ctx context.Context, id string, from, to int64, most int64) (Stretch, error) {
	from = max(from, 0)
	growing := s.snapshot(id) // first: it may be closed meanwhile
	last, _, err := s.db.LastRecordingVolume(ctx, id)
	if err != nil {
		return Stretch{}, err
	}
	volumes, err := s.db.VolumesWithParts(ctx, id, from, to)
	if err != nil {
		return Stretch{}, err
	}
	parts := last.Next
	if growing != nil && growing.Next > parts {
		parts = growing.Next
		if n := len(volumes); n == 0 || volumes[n-1].Number < growing.Number {
			volumes = append(volumes, *growing)
		}
	}
	stretch := s.stretch(ctx, id, volumes, from, to, most)
	stretch.Parts = parts
	return stretch, nil
}

// stretch reads parts from volumes that have the first of them.
func (s *Store) stretch(ctx context.Context, id string, volumes []Volume, from, to, most int64) Stretch {
	stretch := Stretch{Next: from}
	var pieces []piece
	for i := range volumes {
		v := &volumes[i]
		if v.Next <= stretch.Next || v.First > to || v.First > stretch.Next {
			continue
		}
		p := piece{name: volumeRef{id, v.Number, v.Stored}, offset: v.Parts[stretch.Next-v.First].Offset}
		for stretch.Next < v.Next && stretch.Next <= to {
			end := v.end(int(stretch.Next - v.First))
			if size := stretch.Bytes + end - p.offset; size > most && stretch.Bytes+p.length > 0 {
				to = stretch.Next - 1
				break
			}
			p.length = end - p.offset
			stretch.Next++
		}
		if p.length > 0 {
			stretch.Bytes += p.length
			pieces = append(pieces, p)
		}
	}
	stretch.ReadCloser = &pieceReader{ctx: ctx, store: s, pieces: pieces}
	return stretch
}

// Whole returns a recording as a file, and its size: what of it is here. Close it. ctx is
// that of the reading too. It fails with [ErrUnknown] when nothing came yet, or it is
// deleted.
func (s *Store) Whole(ctx context.Context, id string) (io.ReadCloser, int64, error) {
	r, err := s.db.Recording(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	if r.Head == nil {
		return nil, 0, ErrUnknown
	}
	volumes, err := s.Volumes(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	file, size := s.join(ctx, id, volumes)
	return file, size, nil
}

// join reads volumes one after the other.
func (s *Store) join(ctx context.Context, id string, volumes []Volume) (file io.ReadCloser, size int64) {
	pieces := make([]piece, len(volumes))
	for i, v := range volumes {
		pieces[i] = piece{name: volumeRef{id, v.Number, v.Stored}, length: v.Bytes}
		size += v.Bytes
	}
	return &pieceReader{ctx: ctx, store: s, pieces: pieces}, size
}

// part returns one part of the closed volumes, with its receipt.
func (s *Store) part(ctx context.Context, id string, number int64) (p recording.Part, err error) {
	volumes, err := s.db.VolumesWithParts(ctx, id, number, number)
	if err != nil {
		return p, err
	}
	stretch := s.stretch(ctx, id, volumes, number, number, 0)
	defer func() { err = errors.Join(err, stretch.Close()) }()
	if stretch.Next == number {
		return p, fmt.Errorf("part %d of %s: %w", number, id, ErrNoBlob)
	}
	return recording.NewParts(bufio.NewReader(stretch), true).Next()
}

// piece is a stretch of a volume.
type piece struct {
	name           volumeRef
	offset, length int64
}

// volumeRef is a volume, and where it was last seen.
type volumeRef struct {
	id     string
	number int
	stored bool
}

// open reads a stretch of a volume from where it is: it may move meanwhile.
func (s *Store) open(ctx context.Context, p piece) (io.ReadCloser, error) {
	name := volumeName(p.name.id, p.name.number)
	if !p.name.stored {
		file, err := os.Open(s.local(p.name.id, p.name.number))
		if err == nil {
			return struct {
				io.Reader
				io.Closer
			}{io.NewSectionReader(file, p.offset, p.length), file}, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read volume %s: %w", name, err)
		}
	}
	return s.cfg.Blobs.Get(ctx, name, p.offset, p.length)
}

// pieceReader reads one piece after the other, and opens each when its turn has come.
type pieceReader struct {
	ctx    context.Context
	store  *Store
	pieces []piece
	// open is the piece that is read, left what of it is still to come.
	open io.ReadCloser
	left int64
}

// Read implements [io.Reader]. A volume that is shorter than it should be is
// io.ErrUnexpectedEOF.
func (r *pieceReader) Read(b []byte) (int, error) {
	for {
		if err := r.ctx.Err(); err != nil {
			return 0, err
		}
		if r.open == nil {
			if len(r.pieces) == 0 {
				return 0, io.EOF
			}
			open, err := r.store.open(r.ctx, r.pieces[0])
			if err != nil {
				return 0, err
			}
			r.open, r.left, r.pieces = open, r.pieces[0].length, r.pieces[1:]
		}
		n, err := r.open.Read(b)
		r.left -= int64(n)
		if n > 0 {
			return n, nil
		}
		switch {
		case errors.Is(err, io.EOF) && r.left > 0:
			return 0, io.ErrUnexpectedEOF
		case errors.Is(err, io.EOF):
			err = r.Close()
		}
		if err != nil {
			return 0, err
		}
	}
}

// Close implements [io.Closer].
func (r *pieceReader) Close() error {
	if r.open == nil {
		return nil
	}
	open := r.open
	r.open = nil
	return open.Close()
}
