package ui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/checkup"
)

// maxLine is the longest line of input that is looked at, in bytes: what the person says
// to the technician may be as long.
const maxLine = 4 << 10

// Terminal is the interface of a terminal: it prints lines and reads lines. Each
// line that is typed is understood at the moment it is read, never kept for a
// question that comes later.
type Terminal struct {
	in       io.Reader
	commands chan Command // unbuffered: a command waits until the program takes it

	// mu keeps lines whole, and guards what follows.
	mu       sync.Mutex
	out      io.Writer
	question *question // nil when nobody asks
	state    State     // the newest one shown
	files    []Transfer
	away     bool // the person was told that the relay is away
}

// question is a request that waits for its answer.
type question struct {
	ask     signaling.Scopes
	records bool        // whether they ask for a recording, too
	again   bool        // whether control goes on
	give    bool        // which file they give
	named   *File       // the one that they have named already, or nil
	settled time.Time   // nothing answers before
	answer  chan Answer // capacity 1
}

// NewTerminal returns a terminal that reads in and writes out. Run reads the input.
func NewTerminal(in io.Reader, out io.Writer) *Terminal {
	return &Terminal{in: in, out: out, commands: make(chan Command)}
}

// Commands tells what the person wants done.
func (t *Terminal) Commands() <-chan Command { return t.commands }

// Run reads what the person types, until the end of the input or of ctx. The end
// of the input answers nothing and ends nothing. A read that is under way when ctx
// ends goes on until the next line: a terminal cannot be made to give up a read.
func (t *Terminal) Run(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r := bufio.NewReaderSize(t.in, maxLine)
		for {
			line, tooLong, err := r.ReadLine()
			if err != nil {
				return
			}
			if !tooLong {
				t.hear(ctx, strings.TrimSpace(string(line)))
			}
		}
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// ShowCode prints the code to read out to the technician.
func (t *Terminal) ShowCode(code signaling.Code, life time.Duration) {
	t.mu.Lock()
	t.state, t.files = State{}, nil // whatever was before is over
	t.mu.Unlock()
	t.print("",
		"Read this code to the person who helps you, if you called them:",
		"Code: "+code.String(),
		fmt.Sprintf("It works once, within %d minutes.", int(life.Round(time.Minute)/time.Minute)))
}

// Ask asks the person, and returns what they allow: nothing when they say no. Its
// error is the cause of ctx's end: a question that nobody answers in time, or that
// is withdrawn.
func (t *Terminal) Ask(ctx context.Context, r Request) (Answer, error) {
	q := &question{
		ask: r.Ask, records: r.Recording == RecordingAsked, again: r.Again > 0,
		give: r.Give, settled: time.Now().Add(r.Settle), answer: make(chan Answer, 1),
	}
	if file, err := Look(r.Path); r.Path != "" && err == nil {
		q.named = &file
	}
	t.mu.Lock()
	t.question = q
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		t.question = nil
		t.mu.Unlock()
	}()
	if r.Give {
		t.printGive(r, q.named)
	} else {
		t.printRequest(r)
	}
	if r.Settle > 0 {
		// The beginning of a line that somebody else has typed is none of the person's.
		defer time.AfterFunc(r.Settle, func() { discard(t.in) }).Stop()
	}
	select {
	case answer := <-q.answer:
		return answer, nil
	case <-ctx.Done():
	}
	t.print(silence(r, context.Cause(ctx)))
	return Answer{}, context.Cause(ctx)
}

// silence says what no answer means.
func silence(r Request, why error) string {
	switch {
	case !errors.Is(why, context.DeadlineExceeded):
		return "The request was withdrawn."
	case r.Again > 0:
		return "No answer: control is taken back."
	}
	return "No answer: that means no."
}

func (t *Terminal) printRequest(r Request) {
	if r.Again > 0 {
		t.print("\a", againLine(r))
		return
	}
	how := "Type view (they only see) or no, and press Enter."
	if r.Ask.Has(signaling.ScopeControl) {
		how = "Type view (they only see), control (they see, point and type) or no, and press Enter."
	}
	if line := extrasLine(r.Ask); line != "" {
		how += " " + line
	}
	if r.Recording == RecordingAsked {
		how += " After view or control, add " + recordWord + " to have the session recorded. Without that word it is not."
	}
	t.print("\a",
		requestLine(r),
		"Did you call them? Banks and Microsoft never phone. If you are not sure, type no. If you called nobody, type report.",
		how,
		fmt.Sprintf("No answer within %d seconds means no.", int(r.Within.Round(time.Second)/time.Second)))
}

// Show tells the person what has changed since the last call.
func (t *Terminal) Show(s State) {
	t.mu.Lock()
	before := t.state
	t.state = s
	t.mu.Unlock()
	for _, line := range changes(before, s) {
		t.print(line)
	}
}

// Say tells the person something, and what to do about it when there is a hint.
func (t *Terminal) Say(n Notice) { t.print(plain(n.String())) }

// ShowFindings tells the person what of a session will not work on this machine. How it
// stands with the relay they hear all the time.
func (t *Terminal) ShowFindings(findings []checkup.Finding) {
	for _, f := range findings {
		if f.Level == checkup.Bad && f.Subject != "relay" {
			t.print(plain("Note: " + f.Detail + ". " + f.Hint))
		}
	}
}

// ShowRelay tells the person that the relay is away, and that it is back.
func (t *Terminal) ShowRelay(r Relay) {
	t.mu.Lock()
	told := t.away
	t.away = !r.Connected && r.Problem != "" // else it is being looked for
	now := t.away
	t.mu.Unlock()
	if told != now {
		t.print(plain(r.Line()))
	}
}

// ShowChat prints what somebody has said.
func (t *Terminal) ShowChat(said Said) {
	t.mu.Lock()
	who := Who(t.state.Technician)
	t.mu.Unlock()
	if said.Mine {
		who = "You"
	}
	t.print(who + ": " + signaling.Clean(said.Text, signaling.MaxChat))
}

// print writes lines at once, so that no two callers' lines mix. There is nothing
// to do about a terminal that is gone.
func (t *Terminal) print(lines ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = io.WriteString(t.out, strings.Join(lines, "\n")+"\n")
}
