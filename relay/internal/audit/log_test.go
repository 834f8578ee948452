package audit_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/jsonlog"
	"github.com/lendhand/lendhand/relay/internal/store"
)

func TestAppendedEventsAreThere(t *testing.T) {
	w := newWorld(t)
	l := w.log(t)
	if err := l.Append(t.Context(), audit.Event{Kind: audit.SignIn, Actor: "u_1", Time: noon}, audit.Event{Kind: audit.Consent, Session: "s_1", Time: noon}); err != nil {
		t.Fatal(err)
	}
	lines, err := w.store.AuditLines(t.Context(), audit.Query{Limit: 9})
	want := []string{
		`{"n":1,"time":"2026-11-22T12:00:00.123456Z","kind":"sign_in","actor":"u_1"}`,
		`{"n":2,"time":"2026-11-22T12:00:00.123456Z","kind":"consent","session":"s_1"}`,
	}
	if diff := cmp.Diff(want, lines); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	// The checkpoint is there as soon as Append has returned.
	if report, err := w.verify(t); err != nil || report.Last != 2 || report.Checkpoints != 1 {
		t.Errorf("verify = %+v, %v", report, err)
	}
	if err := l.Append(t.Context()); err != nil {
		t.Errorf("nothing to append: %v", err)
	}
	if err := l.Append(t.Context(), make([]audit.Event, audit.MaxBatch+1)...); err == nil {
		t.Error("too many at once were taken")
	}
}

func TestAnEmptyTrailIsRight(t *testing.T) {
	w := newWorld(t)
	if report, err := w.verify(t); err != nil || report.Last != 0 {
		t.Errorf("verify = %+v, %v", report, err)
	}
	if _, err := w.verifyFile(t, w.export(t, 1)); err != nil {
		t.Error(err)
	}
}

func TestNotesAreWrittenBeforeClose(t *testing.T) {
	w := newWorld(t)
	l := w.log(t)
	for n := range int64(500) {
		l.Note(event(n + 1))
	}
	l.Close()
	report, err := w.verify(t)
	if err != nil || report.Last != 500 {
		t.Errorf("verify = %+v, %v", report, err)
	}
	if report.Checkpoints > 250 {
		t.Errorf("%d transactions for a burst of 500 events", report.Checkpoints)
	}
	if err := l.Append(t.Context(), event(1)); !errors.Is(err, audit.ErrClosed) {
		t.Errorf("Append after Close: %v", err)
	}
}

// slow is a store that takes its time, or fails.
type slow struct {
	audit.Store
	gate   chan struct{} // one receive for each transaction
	broken atomic.Bool
}

func (s *slow) AppendAudit(ctx context.Context, build func(audit.End) (audit.Addition, error)) error {
	<-s.gate
	if s.broken.Load() {
		return errors.New("the disk is full")
	}
	return s.Store.AppendAudit(ctx, build)
}

func TestLostEventsAreNotLostSilently(t *testing.T) {
	w := newWorld(t)
	s := &slow{Store: w.store, gate: make(chan struct{}, 1)}
	var said bytes.Buffer
	l, err := audit.New(audit.Config{Store: s, Key: w.key, Log: jsonlog.New(&said, slog.LevelInfo)})
	if err != nil {
		t.Fatal(err)
	}
	const sent = 5000
	began := time.Now()
	for n := range int64(sent) {
		l.Note(event(n + 1))
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a full queue made callers wait for %v", took)
	}
	close(s.gate)
	l.Close() // writes what is queued, then what it knows of lost ones
	lines, err := w.store.AuditLines(t.Context(), audit.Query{Kind: audit.EventsLost, Limit: 99})
	if err != nil || len(lines) == 0 {
		t.Fatalf("%v, %v", lines, err)
	}
	lost := 0
	for _, line := range lines {
		e, err := audit.ParseLine(line)
		n, convErr := strconv.Atoi(e.Detail["count"])
		if errors.Join(err, convErr) != nil || e.Actor != audit.ActorRelay {
			t.Fatalf("%s: %v", line, errors.Join(err, convErr))
		}
		lost += n
	}
	report, err := w.verify(t)
	if err != nil || int(report.Last)-len(lines)+lost != sent || lost == 0 {
		t.Errorf("%d events and %d lost make not %d: %v", int(report.Last)-len(lines), lost, sent, err)
	}
	if !strings.Contains(said.String(), `"msg":"audit events lost"`) {
		t.Errorf("the log does not say it: %.300s", said.String())
	}
}

func TestEventsThatCannotBeWritten(t *testing.T) {
	w := newWorld(t)
	s := &slow{Store: w.store, gate: make(chan struct{})}
	close(s.gate)
	l, err := audit.New(audit.Config{Store: s, Key: w.key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s.broken.Store(true)
	l.Note(event(1))
	if err := l.Append(t.Context(), event(2)); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("Append = %v", err)
	}
	s.broken.Store(false)
	if err := l.Append(t.Context(), event(3)); err != nil {
		t.Fatal(err)
	}
	lines, err := w.store.AuditLines(t.Context(), audit.Query{Limit: 9})
	if err != nil || len(lines) != 2 || !strings.Contains(lines[0], `"kind":"events_lost","actor":"relay","detail":{"count":"1"}`) {
		t.Errorf("%q, %v", lines, err)
	}
}

func TestAppendEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	s := &slow{Store: w.store, gate: make(chan struct{})}
	l, err := audit.New(audit.Config{Store: s, Key: w.key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := l.Append(ctx, event(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Append = %v", err)
	}
	close(s.gate)
	l.Close()
}

func TestManyAppendAtOnce(t *testing.T) {
	w := newWorld(t)
	other := &world{dir: w.dir, store: open(t, w.dir), key: w.key} // as another process would
	logs := []*audit.Log{w.log(t), other.log(t)}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range int64(25) {
				if err := logs[i%2].Append(context.Background(), event(n+1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if report, err := w.verify(t); err != nil || report.Last != 200 {
		t.Errorf("verify = %+v, %v", report, err)
	}
}

// writerFolder is the environment variable that makes this program append to a
// trail until somebody kills it.
const writerFolder = "LENDHAND_TEST_AUDIT_WRITER"

// writeForever prints the number of events after each that it has appended, until
// one cannot be.
func writeForever(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, keyFile))
	key, keyErr := audit.ParseKey(string(text))
	db, dbErr := store.Open(context.Background(), dir)
	if err := errors.Join(err, keyErr, dbErr); err != nil {
		return err
	}
	l, err := audit.New(audit.Config{Store: db, Key: key, Log: jsonlog.New(os.Stderr, slog.LevelInfo)})
	if err != nil {
		return err
	}
	for n := int64(1); ; n++ {
		if err := l.Append(context.Background(), event(n), event(n)); err != nil {
			return err
		}
		fmt.Println(2 * n)
	}
}

// Scenario: two relays' worth of processes append to one trail, and die in the
// middle of it.
func TestProcessesThatAreKilledLeaveARightTrail(t *testing.T) {
	w := newWorld(t)
	random := rand.New(rand.NewPCG(1, 2))
	total := 0
	for range 4 {
		var said [2]int
		var both sync.WaitGroup
		for i := range said {
			after := time.Duration(50+random.IntN(150)) * time.Millisecond
			both.Go(func() { said[i] = writeAndDie(t, w.dir, after) })
		}
		both.Wait()
		total += said[0] + said[1]
		report, err := w.verify(t)
		// What was being written when the process died may be there or not.
		if err != nil || int(report.Last) < total || int(report.Last) > total+4 {
			t.Fatalf("%d events were answered for, verify = %+v, %v", total, report, err)
		}
		total = int(report.Last)
	}
}

// writeAndDie starts a writer, kills it after a while of writing, and returns how
// many events it said it has written.
func writeAndDie(t *testing.T, dir string, after time.Duration) (said int) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerFolder+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return 0
	}
	var dying *time.Timer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if dying == nil {
			dying = time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		if said, err = strconv.Atoi(lines.Text()); err != nil {
			t.Errorf("the writer says %q", lines.Text())
		}
	}
	_ = cmd.Wait() // killed
	if dying != nil {
		dying.Stop()
	}
	if said == 0 {
		t.Error("the writer wrote nothing")
	}
	return said
}
