package recordstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lendhand/lendhand/relay/internal/durable"
	"github.com/lendhand/lendhand/relay/recording"
)

const (
	// A volume is closed when it has this many bytes, or spans this much.
	fullBytes                = 4 << 20
	fullTime  recording.Time = 60_000
	// idleVolume is how long one stays open to which nothing comes.
	idleVolume = 2 * time.Minute
)

// volume is one that grows: all that it says of itself is on the disk.
type volume struct {
	Volume
	file      *os.File
	envelopes []recording.Envelope
	receipts  []recording.Receipt
}

func (s *Store) folder(id string) string { return filepath.Join(s.cfg.Folder, id) }

func (s *Store) local(id string, number int) string {
	return filepath.Join(s.folder(id), volumeFile(number))
}

// begin makes the next volume; the first begins with the head.
func (s *Store) begin(l *live) error {
	file, err := s.create(l)
	if errors.Is(err, fs.ErrNotExist) { // the folder was empty, and removed just now
		file, err = s.create(l)
	}
	if err != nil {
		return fmt.Errorf("begin a volume: %w", err)
	}
	v := &volume{file: file, Volume: l.blank()}
	if l.number == 0 {
		err = v.write(l.record.Head)
	}
	if err == nil {
		err = durable.Sync(s.folder(l.id))
	}
	if err != nil {
		return fmt.Errorf("begin a volume: %w", errors.Join(err, file.Close(), os.Remove(file.Name())))
	}
	s.used.Add(v.Bytes)
	l.volume = v
	return nil
}

func (s *Store) create(l *live) (*os.File, error) {
	if err := durable.Mkdir(s.folder(l.id), 0o700); err != nil {
		return nil, err
	}
	// What is there under the number was never receipted.
	return os.OpenFile(s.local(l.id, l.number), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
}

// blank is a volume that has no parts yet.
func (l *live) blank() Volume {
	return Volume{Number: l.number, First: l.chain.Next, Next: l.chain.Next, Start: l.chain.End, Until: l.chain.End, Link: l.chain.Link}
}

// write adds bytes that are on the disk when it returns. After an error what is in the file
// behind Bytes is worth nothing.
func (v *volume) write(b []byte) error {
	if _, err := v.file.WriteAt(b, v.Bytes); err != nil {
		return errors.Join(err, v.file.Truncate(v.Bytes))
	}
	if err := v.file.Sync(); err != nil {
		return errors.Join(err, v.file.Truncate(v.Bytes))
	}
	v.Bytes += int64(len(b))
	return nil
}

// add writes parts, which have receipts. All or none are taken.
func (v *volume) add(parts []recording.Part) error {
	var b bytes.Buffer
	offsets := make([]int64, len(parts))
	for i := range parts {
		offsets[i] = v.Bytes + int64(b.Len())
		if _, err := parts[i].WriteTo(&b); err != nil {
			return err
		}
	}
	if err := v.write(b.Bytes()); err != nil {
		return err
	}
	for i := range parts {
		v.note(&parts[i], offsets[i])
	}
	return nil
}

// note remembers a part that is in the file.
func (v *volume) note(p *recording.Part, offset int64) {
	if len(v.Parts) == 0 {
		v.Start = p.Start
	}
	v.Next, v.Until = p.Part+1, p.End()
	v.Parts = append(v.Parts, PartRef{
		Part: p.Part, Offset: offset, Start: p.Start, Length: p.Length, KeyFrame: p.KeyFrame, Index: p.Index, Last: p.Last,
	})
	v.envelopes = append(v.envelopes, p.Envelope)
	v.receipts = append(v.receipts, *p.Receipt)
}

func (v *volume) full() bool { return v.Bytes >= fullBytes || v.Until-v.Start >= fullTime }

// shut closes the growing volume, if there is one: from then on it waits for the storage.
// When that cannot be written down it just goes on growing.
func (s *Store) shut(ctx context.Context, l *live) error {
	v := l.volume
	if v == nil {
		return nil
	}
	// After an error there may be more than Bytes.
	if err := v.file.Truncate(v.Bytes); err != nil {
		return fmt.Errorf("close volume %d of %s: %w", v.Number, l.id, err)
	}
	v.Link = l.chain.Link
	if err := s.db.AddRecordingVolume(ctx, l.id, v.Volume, l.touched); err != nil {
		return err
	}
	if err := v.file.Close(); err != nil {
		s.log.Error("volume not closed", "recording", l.id, "volume", v.Number, "error", err)
	}
	l.volume, l.number = nil, v.Number+1
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}
