package recordstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNoBlob says that there is nothing of that name.
var ErrNoBlob = errors.New("there is no such volume in the storage")

// Blobs keeps closed volumes, each under a name that [CheckName] takes. It is safe for use
// from any goroutine; every method ends with its context. blobstest has the contract suite.
type Blobs interface {
	// Put keeps size bytes of r, whole or not at all: they are durable when it returns nil.
	// What was there under the name is replaced.
	Put(ctx context.Context, name string, r io.Reader, size int64) error
	// Get reads length bytes from offset on, fewer where there are no more. It fails with
	// [ErrNoBlob]. ctx is that of the reading too.
	Get(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error)
	// Size returns how many bytes there are, or fails with [ErrNoBlob].
	Size(ctx context.Context, name string) (int64, error)
	// List returns what is in a folder, the first segment of names, sorted by name.
	List(ctx context.Context, folder string) ([]Blob, error)
	// Delete removes what there is; that there is nothing is no error.
	Delete(ctx context.Context, name string) error
}

// Blob is one that [Blobs] has.
type Blob struct {
	Name string
	// Size is in bytes.
	Size int64
}

// maxName is how long a name may be, in bytes.
const maxName = 200

// CheckName returns an error unless name can be a blob's: two segments of letters of ASCII,
// digits, "_", "-" and ".", neither beginning with a dot, with a slash between them. So it is
// safe in a file system and in an address.
func CheckName(name string) error {
	folder, file, _ := strings.Cut(name, "/")
	if len(name) > maxName || !isSegment(folder) || !isSegment(file) {
		return fmt.Errorf("%.100q is no name of a blob", name)
	}
	return nil
}

// CheckFolder is CheckName for the first segment.
func CheckFolder(folder string) error {
	if len(folder) > maxName || !isSegment(folder) {
		return fmt.Errorf("%.100q is no folder of blobs", folder)
	}
	return nil
}

func isSegment(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."
	return s != "" && s[0] != '.' && !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(letters, r) })
}
