package recordstore

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lendhand/lendhand/relay/recording"
)

// recover takes up the growing volume of a recording after a start, if it has one, and
// removes what the storage has already.
func (s *Store) recover(ctx context.Context, l *live) error {
	files, err := os.ReadDir(s.folder(l.id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("recording %s: %w", l.id, err)
	}
	for _, file := range files {
		var number int
		if n, err := fmt.Sscanf(file.Name(), "%06d.volume", &number); n != 1 || err != nil || file.Name() != volumeFile(number) {
			continue
		}
		switch {
		case number < l.number:
			err = s.tidy(ctx, l.id, number)
		case number == l.number:
			err = s.resume(l)
		default:
			err = fmt.Errorf("recording %s: volume %d is here, %d is not: %w", l.id, number, l.number, errGap)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tidy removes a closed volume from this disk that the storage has.
func (s *Store) tidy(ctx context.Context, id string, number int) error {
	volumes, err := s.db.RecordingVolumes(ctx, id, number)
	if err != nil {
		return err
	}
	if len(volumes) == 0 || volumes[0].Number != number || !volumes[0].Stored {
		return nil
	}
	if err := os.Remove(s.local(id, number)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil // it was just being moved
}

// resume opens the growing volume, and cuts off what is no whole part with its receipt:
// that was never receipted, and comes again.
func (s *Store) resume(l *live) error {
	file, err := os.OpenFile(s.local(l.id, l.number), os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("recording %s: %w", l.id, err)
	}
	v := &volume{file: file, Volume: l.blank()}
	rest, err := s.read(l, v)
	if err == nil {
		err = s.cut(l, v, rest)
	}
	if err != nil {
		return fmt.Errorf("recording %s: %w", l.id, errors.Join(err, file.Close()))
	}
	s.used.Add(v.Bytes)
	l.volume = v
	return nil
}

// read notes what is whole in the file. It returns why it stopped: io.EOF when all was.
func (s *Store) read(l *live, v *volume) (rest, err error) {
	counted := &counter{r: v.file}
	r := bufio.NewReaderSize(counted, 64<<10)
	if v.Number == 0 {
		head := make([]byte, len(l.record.Head))
		if _, err := io.ReadFull(r, head); err != nil || !bytes.Equal(head, l.record.Head) {
			// No part can be behind a head that is not whole.
			if err := v.file.Truncate(0); err != nil {
				return nil, err
			}
			return io.EOF, v.write(l.record.Head)
		}
		v.Bytes = int64(len(head))
	}
	parts := recording.NewParts(r, true)
	for {
		p, err := parts.Next()
		if err == nil {
			err = l.chain.Add(p.Envelope, p.Sealed)
		}
		if err == nil && !s.signed(p.Receipt, l.chain.Link) {
			s.log.Error("a receipt is not ours", "recording", l.id, "part", p.Part)
		}
		if err != nil {
			return err, nil //nolint:nilerr // why the reading stopped, not a failure
		}
		v.note(&p, v.Bytes)
		v.Bytes = counted.n - int64(r.Buffered())
	}
}

// signed reports whether one of our keys has signed a receipt. Of one by a key that is no
// more, nobody can say here.
func (s *Store) signed(r *recording.Receipt, link recording.Link) bool {
	for _, public := range s.Keys() {
		if recording.KeyID(public.Key()) == r.Key {
			return r.Verify(public.Key(), link)
		}
	}
	return true
}

// cut ends the file behind the last whole part. Half of a part is what a crash leaves;
// anything else is kept beside the volume for people to look at.
func (s *Store) cut(l *live, v *volume, rest error) error {
	info, err := v.file.Stat()
	if err != nil || info.Size() <= v.Bytes {
		return err
	}
	lost := info.Size() - v.Bytes
	if errors.Is(rest, io.ErrUnexpectedEOF) {
		s.log.Warn("half of a part cut off", "recording", l.id, "volume", v.Number, "bytes", lost)
	} else {
		aside, err := s.keepAside(l, v)
		if err != nil {
			return err
		}
		s.log.Error("the end of a volume cannot be read, and is kept aside", "recording", l.id, "volume", v.Number, "bytes", lost, "file", aside, "error", rest)
	}
	if err := v.file.Truncate(v.Bytes); err != nil {
		return err
	}
	return v.file.Sync()
}

func (s *Store) keepAside(l *live, v *volume) (path string, err error) {
	aside, err := os.CreateTemp(s.folder(l.id), fmt.Sprintf("%06d.rest-", v.Number)) // mode 0600
	if err != nil {
		return "", err
	}
	_, err = io.Copy(aside, io.NewSectionReader(v.file, v.Bytes, 1<<62))
	return filepath.Base(aside.Name()), errors.Join(err, aside.Sync(), aside.Close())
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
