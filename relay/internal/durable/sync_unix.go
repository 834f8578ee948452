//go:build !windows

package durable

import "os"

func syncFolder(f *os.File) error { return f.Sync() }
