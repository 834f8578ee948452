package signaling

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// MaxFile is the size of a file that goes from one side to the other, in bytes.
	MaxFile = 4 << 30
	// MaxFileName is the length of a file's name, in characters.
	MaxFileName = 255
	// MaxFileChunk is how many bytes of a file one message of the files' connection holds,
	// after the four that say which file.
	MaxFileChunk = 16 << 10
	// FilesAtOnce is how many files a side offers at once.
	FilesAtOnce = 20
	// FileEvery is the time in which it may offer one more.
	FileEvery = time.Second
	// WantEvery is the least time between two wishes for a file.
	WantEvery = 10 * time.Second
)

// FileSide is one of the two between whom files go.
type FileSide string

// The sides.
const (
	FileToHost       FileSide = "host"
	FileToTechnician FileSide = "technician"
)

// Scope is what a file to this side needs.
func (s FileSide) Scope() Scope {
	if s == FileToHost {
		return ScopeFilesToHost
	}
	return ScopeFilesFromHost
}

// FileReason is the stable name of why a file does not arrive, for programs.
type FileReason string

// The reasons.
const (
	// FileDeclined: nobody wants it, or gives one.
	FileDeclined FileReason = "declined"
	// FileCancelled: one of the two people ended it.
	FileCancelled FileReason = "cancelled"
	// FileNotPermitted: its scope is not allowed, or not any more.
	FileNotPermitted FileReason = "not_permitted"
	// FileTooLarge: it is larger than the receiver takes.
	FileTooLarge FileReason = "too_large"
	// FileNoRoom: the receiver's disk has too little room.
	FileNoRoom FileReason = "no_room"
	// FileBadName: nothing can be made of its name.
	FileBadName FileReason = "bad_name"
	// FileDamaged: what came is not what was sent.
	FileDamaged FileReason = "damaged"
	// FileFailed: something else went wrong.
	FileFailed FileReason = "failed"
)

func checkFileReason(r FileReason) error {
	return checkOneOf("reason", r, FileDeclined, FileCancelled, FileNotPermitted, FileTooLarge, FileNoRoom,
		FileBadName, FileDamaged, FileFailed)
}

// File offers a file to the other side.
type File struct {
	// ID numbers the files of one side in a session, from 1. It is the same when the file is
	// offered again on another connection.
	ID uint32 `json:"id"`
	// Name has no folder in it that the receiver heeds.
	Name string `json:"name"`
	// Size is in bytes.
	Size int64 `json:"size"`
}

func (*File) messageType() string { return "file" }

func (m *File) check() error {
	return firstError(checkFileID(m.ID), checkText("name", m.Name, 1, MaxFileName), checkFileSize("size", m.Size))
}

// Take says that the receiver is ready for a file of the other side's.
type Take struct {
	ID uint32 `json:"id"`
	// From is how many of its bytes the receiver has already.
	From int64 `json:"from"`
}

func (*Take) messageType() string { return "take" }

func (m *Take) check() error { return firstError(checkFileID(m.ID), checkFileSize("from", m.From)) }

// Whole says that all of a file has been sent.
type Whole struct {
	ID uint32 `json:"id"`
	// SHA256 is that of its bytes, in lower-case hexadecimal.
	SHA256 string `json:"sha256"`
}

func (*Whole) messageType() string { return "whole" }

func (m *Whole) check() error {
	if len(m.SHA256) != 64 || strings.Trim(m.SHA256, "0123456789abcdef") != "" {
		return errors.New("sha256: want 64 hexadecimal digits")
	}
	return checkFileID(m.ID)
}

// Kept says that a file has arrived, whole, and under which name it is kept.
type Kept struct {
	ID   uint32 `json:"id"`
	Name string `json:"name"`
}

func (*Kept) messageType() string { return "kept" }

func (m *Kept) check() error {
	return firstError(checkFileID(m.ID), checkText("name", m.Name, 1, MaxFileName))
}

// Drop ends a file that has not arrived, or answers a Want.
type Drop struct {
	// To is the side that the file was for.
	To FileSide `json:"to"`
	// ID is the file's, or 0 for the file that was wanted.
	ID     uint32     `json:"id"`
	Reason FileReason `json:"reason"`
}

func (*Drop) messageType() string { return "drop" }

func (m *Drop) check() error {
	return firstError(checkOneOf("to", m.To, FileToHost, FileToTechnician), checkFileReason(m.Reason))
}

// Want asks the person for a file.
type Want struct{}

func (*Want) messageType() string { return "want" }

func (m *Want) check() error { return nil }

func checkFileID(id uint32) error {
	if id == 0 {
		return errors.New("id: numbered from 1")
	}
	return nil
}

func checkFileSize(field string, n int64) error {
	if n < 0 || n > MaxFile {
		return fmt.Errorf("%s: want 0 to %d, got %d", field, int64(MaxFile), n)
	}
	return nil
}
