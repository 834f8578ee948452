package recordstore

import (
	"context"
	"errors"
	"time"
)

// ErrUnknown says that there is no such recording.
var ErrUnknown = errors.New("there is no such recording")

// Database keeps what is known of recordings. What it has changed is on the disk when its
// methods return.
type Database interface {
	// AddRecording adds r, which is new.
	AddRecording(ctx context.Context, r Record) error
	// Recording returns a recording, deleted ones too, or fails with [ErrUnknown].
	Recording(ctx context.Context, id string) (Record, error)
	// RecordingIDs returns those that are not deleted, the oldest first.
	RecordingIDs(ctx context.Context) ([]string, error)
	// SetRecordingHead keeps the head of a recording that has none.
	SetRecordingHead(ctx context.Context, id string, head []byte, at time.Time) error
	// AddRecordingVolume adds a closed volume, which is not stored yet.
	AddRecordingVolume(ctx context.Context, id string, v Volume, at time.Time) error
	// RecordingVolumes returns the closed volumes from a number on, in their order.
	RecordingVolumes(ctx context.Context, id string, from int) ([]Volume, error)
	// VolumesWithParts returns the closed volumes that have parts from one number to another,
	// both included, in their order, and reads no others.
	VolumesWithParts(ctx context.Context, id string, from, to int64) ([]Volume, error)
	// LastRecordingVolume returns the last of them; false for none.
	LastRecordingVolume(ctx context.Context, id string) (Volume, bool, error)
	// WaitingVolumes returns volumes that are not stored, of recordings that are not
	// deleted: the oldest of each first.
	WaitingVolumes(ctx context.Context, most int) ([]Waiting, error)
	// VolumeStored notes that the storage has it.
	VolumeStored(ctx context.Context, id string, number int) error
	// EndRecording gives a recording that is not deleted another state, and its end.
	EndRecording(ctx context.Context, id string, state State, at time.Time) error
	// ForsakenRecordings returns the open ones whose session is not there, or ended before
	// a time, and of which nothing came since.
	ForsakenRecordings(ctx context.Context, before time.Time) ([]string, error)
	// ExpiredRecordings returns those that are neither open nor held, and whose day has
	// come, and those that are deleted and not gone.
	ExpiredRecordings(ctx context.Context, now time.Time, most int) ([]string, error)
	// DeleteRecording makes it StateDeleted, and forgets its head and its tokens, unless it is
	// held, open, or not expired; then it returns false.
	DeleteRecording(ctx context.Context, id string, now time.Time) (bool, error)
	// RecordingGone forgets the volumes of a deleted one.
	RecordingGone(ctx context.Context, id string, at time.Time) error
	// HoldRecording has retention let it be, or not; a deleted one is unknown.
	HoldRecording(ctx context.Context, id string, on bool) error
	// SessionEnded returns when the session of a recording ended, zero when it runs, or fails
	// with [ErrUnknown].
	SessionEnded(ctx context.Context, id string) (time.Time, error)
	// RecordingSize returns the size of the closed volumes of a recording.
	RecordingSize(ctx context.Context, id string) (int64, error)
	// RecordingBytes returns the size of all closed volumes.
	RecordingBytes(ctx context.Context) (int64, error)
}

// Waiting is a volume that is not stored yet.
type Waiting struct {
	ID     string
	Number int
	// Bytes is its size.
	Bytes int64
}
