package datadir_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestReadingMakesNoAuditKey(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if _, err := datadir.ReadAuditKey(dir); !errors.Is(err, datadir.ErrNoAuditKey) || problem.Hint(err) == "" {
			t.Errorf("ReadAuditKey = %v", err)
		}
	}
	made, err := datadir.OpenAuditKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	read, err := datadir.ReadAuditKey(dir)
	if err != nil || read.Public() != made.Public() {
		t.Errorf("ReadAuditKey = %v, %v", read, err)
	}
}

// Scenario: the relay and a command start in a new folder at the same moment.
func TestWhoeverMakesAKeyFirstMakesIt(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		var all sync.WaitGroup
		var public [8]string
		for i := range public {
			all.Go(func() {
				key, err := datadir.OpenAuditKey(dir)
				if err != nil {
					t.Error(err)
					return
				}
				public[i] = key.Public()
			})
		}
		all.Wait()
		for _, key := range public {
			if key != public[0] {
				t.Fatalf("two keys: %v", public)
			}
		}
	}
}
