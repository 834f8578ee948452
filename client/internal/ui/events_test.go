package ui

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

func TestEvents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	for range 2 { // the second time, it appends
		e, err := OpenEvents(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			e.Code("482913077"), e.Request(Request{Technician: ines, Ask: viewAndControl, Ticket: "INC-1042", Recording: RecordingRequired}), e.Granted(onlyView),
			e.Connected(signaling.PathRelay), e.Words(verifywords.Words{"tulip", "anchor", "window", "kettle"}), e.Unverified(),
			e.Compared("host", signaling.WordsSame), e.Paused(true), e.Paused(false), e.Chat("technician"), e.Stopped(signaling.EndHostStopped), e.Close(),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file is open to others: %v", info.Mode())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	want := []map[string]any{
		{"event": "code", "code": "482913077"},
		{"event": "request", "ask": []any{"view", "control"}, "ticket": "INC-1042", "recorded": true, "technician": map[string]any{
			"id": "u_17", "name": "Ines Okafor", "organisation": "Example Help Desk"}},
		{"event": "granted", "scopes": []any{"view"}},
		{"event": "connected", "path": "relay"},
		{"event": "words", "words": []any{"tulip", "anchor", "window", "kettle"}},
		{"event": "unverified"},
		{"event": "compared", "by": "host", "result": "same"},
		{"event": "pause"},
		{"event": "unpause"},
		{"event": "chat", "by": "technician"},
		{"event": "stopped", "reason": "host_stopped"},
	}
	if len(lines) != 2*len(want) {
		t.Fatalf("got %d lines, want %d", len(lines), 2*len(want))
	}
	for i, line := range lines {
		var got map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		if at, err := time.Parse(time.RFC3339, got["time"].(string)); err != nil || time.Since(at) > time.Minute {
			t.Errorf("line %d: time %v: %v", i, got["time"], err)
		}
		delete(got, "time")
		if d := cmp.Diff(want[i%len(want)], got); d != "" {
			t.Errorf("line %d: %s", i, d)
		}
	}
}

func TestEventsNowhere(t *testing.T) {
	e, err := OpenEvents("")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Code("482913077"); err != nil {
		t.Error(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestEventsNotWritable(t *testing.T) {
	if _, err := OpenEvents(filepath.Join(t.TempDir(), "no", "such", "folder")); err == nil {
		t.Error("no error")
	}
}
