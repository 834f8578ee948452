package recordstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/relay/recording"
)

// State is how far a recording has come.
type State string

// The states of a recording.
const (
	// StateOpen: its session runs, or has just ended, and more may come.
	StateOpen State = "open"
	// StateEnded: all of it is here.
	StateEnded State = "ended"
	// StateIncomplete: the session is over, and the end of its recording has not come. It may
	// still do while the token is good: then it is StateEnded.
	StateIncomplete State = "incomplete"
	// StateDeleted: it is gone, or goes now.
	StateDeleted State = "deleted"
)

// Session is what is known of a session when its recording begins.
type Session struct {
	// ID is the session's, and the recording's.
	ID string
	// Required says that there is no session without the recording.
	Required       bool
	HostName       string
	HostOS         string
	HostKey        recording.PublicKey
	TechnicianID   string
	TechnicianName string
	Organisation   string
	// Group is the technician's, as policy has it; empty for none.
	Group  string
	Ticket string
	// Consent is the person's signed statement.
	Consent string
	// Retention is how many days it is kept after its end.
	Retention int
}

// Record is what is known of a recording beside its volumes.
type Record struct {
	Session
	State State
	Begun time.Time
	// Changed is when the relay last took something of it, to the volume. Ended is when
	// nothing more was expected, Gone when it was deleted; zero before.
	Changed, Ended, Gone time.Time
	// Held says that retention lets it be.
	Held bool
	// Token and Copy are SHA-256 hashes: of what the host uploads with, and of what opens
	// the person's own copy.
	Token, Copy []byte
	// Head is the manifest, its signature and its receipt, a line each; nil before it came,
	// and when the recording is deleted.
	Head []byte
}

// DeleteAfter returns when retention may delete it; zero while it is open.
func (r *Record) DeleteAfter() time.Time {
	if r.Ended.IsZero() {
		return time.Time{}
	}
	return r.Ended.AddDate(0, 0, r.Retention)
}

// Volume is a piece of a recording as a file.
type Volume struct {
	// Number is its place among the volumes, from 0.
	Number int
	// Stored says that it is in the storage, no more on the relay's own disk.
	Stored bool
	// First is its first part, Next the first one of the volume that follows.
	First, Next int64
	// Start and Until are the stretch that its parts span.
	Start, Until recording.Time
	// Bytes is its size, Link the chain's at its end.
	Bytes int64
	Link  recording.Link
	// Parts are its parts, from First on.
	Parts []PartRef
}

// PartRef is where a part is, and what everybody can know of it.
type PartRef struct {
	Part int64
	// Offset is where its envelope begins in the volume, in bytes.
	Offset        int64
	Start, Length recording.Time
	KeyFrame      bool
	Index         bool
	Last          bool
}

// end returns where the i-th part of the volume ends.
func (v *Volume) end(i int) int64 {
	if i+1 < len(v.Parts) {
		return v.Parts[i+1].Offset
	}
	return v.Bytes
}

// partRefSize is the size of one part in what EncodeParts writes, in bytes.
const partRefSize = 13

// EncodeParts writes the parts as the database keeps them.
func (v *Volume) EncodeParts() []byte {
	b := make([]byte, 0, partRefSize*len(v.Parts))
	for _, p := range v.Parts {
		b = binary.BigEndian.AppendUint32(b, uint32(p.Offset))
		b = binary.BigEndian.AppendUint32(b, uint32(p.Start-v.Start))
		b = binary.BigEndian.AppendUint32(b, uint32(p.Length))
		b = append(b, flag(p.KeyFrame)|flag(p.Index)<<1|flag(p.Last)<<2)
	}
	return b
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}

var errParts = errors.New("the list of parts is damaged")

// DecodeParts is the way back, into a volume that has all its other fields.
func (v *Volume) DecodeParts(b []byte) error {
	if int64(len(b)) != partRefSize*(v.Next-v.First) {
		return fmt.Errorf("volume %d: %w", v.Number, errParts)
	}
	v.Parts = make([]PartRef, 0, v.Next-v.First)
	for n := v.First; n < v.Next; n++ {
		flags := b[12]
		v.Parts = append(v.Parts, PartRef{
			Part: n, Offset: int64(binary.BigEndian.Uint32(b)), Start: v.Start + recording.Time(binary.BigEndian.Uint32(b[4:])),
			Length: recording.Time(binary.BigEndian.Uint32(b[8:])), KeyFrame: flags&1 != 0, Index: flags&2 != 0, Last: flags&4 != 0,
		})
		b = b[partRefSize:]
	}
	return nil
}

// volumeName is a volume's in the storage.
func volumeName(id string, number int) string { return id + "/" + volumeFile(number) }

func volumeFile(number int) string { return fmt.Sprintf("%06d.volume", number) }
