package ui

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// Events tells scripts what happens, as one JSON object a line, each with "time"
// (RFC 3339) and "event".
type Events struct {
	mu  sync.Mutex
	out io.WriteCloser
}

// OpenEvents appends to a file, which it makes for its owner alone: the code is in
// it. An empty path gives Events that go nowhere.
func OpenEvents(path string) (*Events, error) {
	if path == "" {
		return &Events{out: nowhere{}}, nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open events file: %w", err)
	}
	return &Events{out: f}, nil
}

// Close closes the file.
func (e *Events) Close() error { return e.out.Close() }

// Code tells the code that is shown, as nine digits.
func (e *Events) Code(code signaling.Code) error {
	return e.write(struct {
		head
		Code string `json:"code"`
	}{e.head("code"), string(code)})
}

// Request tells who asks for what, and why.
func (e *Events) Request(r Request) error {
	return e.write(struct {
		head
		Technician signaling.Person `json:"technician"`
		Ask        signaling.Scopes `json:"ask"`
		Ticket     string           `json:"ticket"`
		// Recorded says that a yes is one to a recording, Asked that they are asked for it.
		Recorded bool `json:"recorded"`
		Asked    bool `json:"recordingAsked,omitempty"`
	}{
		e.head("request"), r.Technician, r.Ask, r.Ticket,
		r.Recording == RecordingRequired || r.Recording == RecordingAgreed, r.Recording == RecordingAsked,
	})
}

// Granted tells what the person allows from now on.
func (e *Events) Granted(scopes signaling.Scopes) error {
	return e.write(struct {
		head
		Scopes signaling.Scopes `json:"scopes"`
	}{e.head("granted"), scopes})
}

// Awaited tells whom an invitation has the person wait for.
func (e *Events) Awaited(technician signaling.Person) error {
	return e.write(struct {
		head
		Technician signaling.Person `json:"technician"`
	}{e.head("awaited"), technician})
}

// Confirm tells that the person is asked whether control goes on.
func (e *Events) Confirm() error { return e.write(e.head("confirm")) }

// Connected tells the path that the media takes.
func (e *Events) Connected(path signaling.Path) error {
	return e.write(struct {
		head
		Path signaling.Path `json:"path"`
	}{e.head("connected"), path})
}

// Words tells the words that the person compares.
func (e *Events) Words(words verifywords.Words) error {
	return e.write(struct {
		head
		Words verifywords.Words `json:"words"`
	}{e.head("words"), words})
}

// Unverified tells that the technician's side has made no words in time.
func (e *Events) Unverified() error { return e.write(e.head("unverified")) }

// Compared tells what "host" or "technician" says of the words.
func (e *Events) Compared(by string, result signaling.Comparison) error {
	return e.write(struct {
		head
		By     string               `json:"by"`
		Result signaling.Comparison `json:"result"`
	}{e.head("compared"), by, result})
}

// Paused tells that the person has paused the session ("pause"), or goes on ("unpause").
func (e *Events) Paused(on bool) error {
	if on {
		return e.write(e.head("pause"))
	}
	return e.write(e.head("unpause"))
}

// Chat tells that "host" or "technician" has said something, never what.
func (e *Events) Chat(by string) error {
	return e.write(struct {
		head
		By string `json:"by"`
	}{e.head("chat"), by})
}

// Clipboard tells that text was put into the clipboard of "host" or "technician", and how
// many characters, never what.
func (e *Events) Clipboard(of string, characters int) error {
	return e.write(struct {
		head
		Of         string `json:"of"`
		Characters int    `json:"characters"`
	}{e.head("clipboard"), of, characters})
}

// Giving tells that the person is asked which file they give.
func (e *Events) Giving() error { return e.write(e.head("giving")) }

// File tells that a file has arrived at "host" or "technician", whole: its name there, its
// size in bytes, and the SHA-256 of what is in it, in hexadecimal digits.
func (e *Events) File(of, name string, size int64, sha256 string) error {
	return e.write(struct {
		head
		Of     string `json:"of"`
		Name   string `json:"name"`
		Size   int64  `json:"size"`
		SHA256 string `json:"sha256"`
	}{e.head("file"), of, name, size, sha256})
}

// Stopped tells why the session is over.
func (e *Events) Stopped(reason signaling.EndReason) error {
	return e.write(struct {
		head
		Reason signaling.EndReason `json:"reason"`
	}{e.head("stopped"), reason})
}

// head is what every event begins with.
type head struct {
	Time  time.Time `json:"time"`
	Event string    `json:"event"`
}

func (e *Events) head(event string) head { return head{time.Now().UTC(), event} }

// write writes one line with one call, so that a reader never sees half of one.
func (e *Events) write(event any) error {
	line, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, err := e.out.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	return nil
}

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }
