package files

import (
	"errors"
	"os"
)

// place gives a file its name, unless that is taken: then its error wraps os.ErrExist.
func place(root *os.Root, from, to string) error {
	err := root.Link(from, to)
	if err == nil {
		return root.Remove(from)
	}
	if errors.Is(err, os.ErrExist) {
		return err
	}
	// The file system has no links, as on a memory stick. The name is taken first, so that
	// the rename replaces a file of ours alone.
	f, err := root.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = f.Close()
	if err == nil {
		err = root.Rename(from, to)
	}
	if err != nil {
		_ = root.Remove(to) // the error is the one that matters
	}
	return err
}
