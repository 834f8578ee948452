// Package blobstest has the suite that every storage of recordings must pass.
package blobstest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/recordstore"
)

// Run runs the suite. Open returns an empty storage each time.
func Run(t *testing.T, open func(t *testing.T) recordstore.Blobs) {
	for name, test := range map[string]func(*testing.T, recordstore.Blobs){
		"what is kept comes back":           comesBack,
		"a stretch is read":                 readsStretches,
		"what is kept again is replaced":    replaces,
		"nothing is there":                  missing,
		"a folder is listed":                lists,
		"what is deleted is gone":           deletes,
		"half of it is nothing":             halves,
		"names that are none":               refusesNames,
		"many at once":                      manyAtOnce,
		"it ends with its context":          endsWithContext,
		"a volume of the largest size fits": large,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func put(t *testing.T, b recordstore.Blobs, name, data string) {
	t.Helper()
	if err := b.Put(t.Context(), name, strings.NewReader(data), int64(len(data))); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, b recordstore.Blobs, name string, offset, length int64) string {
	t.Helper()
	r, err := b.Get(t.Context(), name, offset, length)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	return string(data)
}

func comesBack(t *testing.T, b recordstore.Blobs) {
	put(t, b, "s_1/000000.volume", "some bytes\x00\xff\n")
	if got := get(t, b, "s_1/000000.volume", 0, 100); got != "some bytes\x00\xff\n" {
		t.Errorf("got %q", got)
	}
	if size, err := b.Size(t.Context(), "s_1/000000.volume"); err != nil || size != 13 {
		t.Errorf("size %d, %v", size, err)
	}
}

func readsStretches(t *testing.T, b recordstore.Blobs) {
	put(t, b, "s_1/v", "0123456789")
	for _, c := range []struct {
		offset, length int64
		want           string
	}{{0, 10, "0123456789"}, {0, 1, "0"}, {3, 4, "3456"}, {9, 1, "9"}, {8, 100, "89"}, {10, 5, ""}, {4, 0, ""}} {
		if got := get(t, b, "s_1/v", c.offset, c.length); got != c.want {
			t.Errorf("%d bytes from %d: %q, want %q", c.length, c.offset, got, c.want)
		}
	}
}

func replaces(t *testing.T, b recordstore.Blobs) {
	put(t, b, "s_1/v", "the first one, which is longer")
	put(t, b, "s_1/v", "the second")
	if got := get(t, b, "s_1/v", 0, 100); got != "the second" {
		t.Errorf("got %q", got)
	}
}

func missing(t *testing.T, b recordstore.Blobs) {
	put(t, b, "s_1/there", "x")
	for _, name := range []string{"s_1/not", "s_2/there"} {
		if r, err := b.Get(t.Context(), name, 0, 1); !errors.Is(err, recordstore.ErrNoBlob) {
			t.Errorf("get %s: %v, %v", name, r, err)
		}
		if _, err := b.Get(t.Context(), name, 0, 0); !errors.Is(err, recordstore.ErrNoBlob) {
			t.Errorf("get nothing of %s: %v", name, err)
		}
		if _, err := b.Size(t.Context(), name); !errors.Is(err, recordstore.ErrNoBlob) {
			t.Errorf("size of %s: %v", name, err)
		}
		if err := b.Delete(t.Context(), name); err != nil {
			t.Errorf("delete %s: %v", name, err)
		}
	}
}

func lists(t *testing.T, b recordstore.Blobs) {
	for _, name := range []string{"s_1/000001.volume", "s_1/000000.volume", "s_10/000000.volume", "s_1/000010.volume"} {
		put(t, b, name, name)
	}
	want := []recordstore.Blob{{Name: "s_1/000000.volume", Size: 17}, {Name: "s_1/000001.volume", Size: 17}, {Name: "s_1/000010.volume", Size: 17}}
	got, err := b.List(t.Context(), "s_1")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("List: %v\n%s", err, diff)
	}
	if got, err := b.List(t.Context(), "s_2"); err != nil || len(got) != 0 {
		t.Errorf("List of nothing: %v, %v", got, err)
	}
}

func deletes(t *testing.T, b recordstore.Blobs) {
	put(t, b, "s_1/a", "x")
	put(t, b, "s_1/b", "y")
	if err := b.Delete(t.Context(), "s_1/a"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Size(t.Context(), "s_1/a"); !errors.Is(err, recordstore.ErrNoBlob) {
		t.Errorf("still there: %v", err)
	}
	if got, err := b.List(t.Context(), "s_1"); err != nil || len(got) != 1 {
		t.Errorf("left: %v, %v", got, err)
	}
	put(t, b, "s_1/a", "z") // also when it was the folder's last
	if got := get(t, b, "s_1/a", 0, 9); got != "z" {
		t.Errorf("kept again: %q", got)
	}
}

// What ends before its size, or fails, leaves nothing, and what was there as it was.
func halves(t *testing.T, b recordstore.Blobs) {
	put(t, b, "s_1/v", "whole")
	broken := errors.New("the line broke")
	for _, r := range []io.Reader{
		strings.NewReader("short"),
		io.MultiReader(strings.NewReader("short"), iotest.ErrReader(broken)),
	} {
		for _, name := range []string{"s_1/v", "s_1/new"} {
			if err := b.Put(t.Context(), name, r, 100); err == nil {
				t.Errorf("%s: half of it is taken", name)
			}
		}
	}
	if got := get(t, b, "s_1/v", 0, 100); got != "whole" {
		t.Errorf("got %q", got)
	}
	if got, err := b.List(t.Context(), "s_1"); err != nil || len(got) != 1 {
		t.Errorf("left: %v, %v", got, err)
	}
}

func refusesNames(t *testing.T, b recordstore.Blobs) {
	for _, name := range []string{"", "v", "/v", "s_1/", "s_1/../v", "../s_1/v", "s_1/.v", "./v", "s_1/a/b", "s_1/a b", "s_1/ü", "s_1\\v", "s_1/" + strings.Repeat("v", 300)} {
		_, sizeErr := b.Size(t.Context(), name)
		_, getErr := b.Get(t.Context(), name, 0, 1)
		for what, err := range map[string]error{
			"put": b.Put(t.Context(), name, strings.NewReader("x"), 1), "get": getErr, "size": sizeErr, "delete": b.Delete(t.Context(), name),
		} {
			if err == nil || errors.Is(err, recordstore.ErrNoBlob) {
				t.Errorf("%s %q: %v", what, name, err)
			}
		}
	}
	for _, folder := range []string{"", "..", "a/b", "/"} {
		if _, err := b.List(t.Context(), folder); err == nil {
			t.Errorf("list %q", folder)
		}
	}
}

func manyAtOnce(t *testing.T, b recordstore.Blobs) {
	var all sync.WaitGroup
	for _, name := range []string{"s_1/a", "s_1/b", "s_2/a", "s_3/a", "s_1/a"} {
		all.Go(func() {
			data := strings.Repeat(name[:3], 10_000)
			if err := b.Put(context.WithoutCancel(t.Context()), name, strings.NewReader(data), int64(len(data))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, name := range []string{"s_1/a", "s_1/b", "s_2/a", "s_3/a"} {
		if got := get(t, b, name, 29_997, 10); got != name[:3] {
			t.Errorf("%s ends in %q", name, got)
		}
	}
}

func endsWithContext(t *testing.T, b recordstore.Blobs) {
	put(t, b, "s_1/v", "x")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, sizeErr := b.Size(over, "s_1/v")
	_, listErr := b.List(over, "s_1")
	r, err := b.Get(over, "s_1/v", 0, 1)
	if err == nil {
		_, err = io.ReadAll(r)
		_ = r.Close()
	}
	for what, err := range map[string]error{
		"put": b.Put(over, "s_1/w", strings.NewReader("x"), 1), "get": err, "size": sizeErr, "list": listErr, "delete": b.Delete(over, "s_1/v"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got := get(t, b, "s_1/v", 0, 1); got != "x" {
		t.Errorf("got %q", got)
	}
}

// The largest volume has 4 MiB, and a part that begins before them.
func large(t *testing.T, b recordstore.Blobs) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 13<<20/16)
	if err := b.Put(t.Context(), "s_1/v", bytes.NewReader(data), int64(len(data))); err != nil {
		t.Fatal(err)
	}
	if got := get(t, b, "s_1/v", 0, int64(len(data))); got != string(data) {
		t.Errorf("%d bytes came back, or others", len(got))
	}
}
