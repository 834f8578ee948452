package recordstore_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/recording"
)

func TestARecordingFromBeginToEnd(t *testing.T) {
	w := newWorld(t)
	w.start()
	h := w.begin("s_1")
	if next, receipt, err := w.Next(t.Context(), "s_1"); err != nil || next != recording.ManifestPart || receipt != nil {
		t.Errorf("before the manifest: %d, %v, %v", next, receipt, err)
	}
	h.manifest()
	h.take(h.make(3, 1000))
	receipts := h.take(h.end())
	if next, receipt, err := w.Next(t.Context(), "s_1"); err != nil || next != 4 || *receipt != receipts[0] {
		t.Errorf("after the end: %d, %v, %v", next, receipt, err)
	}
	r, err := w.Record(t.Context(), "s_1")
	if err != nil || r.State != recordstore.StateEnded || !r.Ended.Equal(noon) || !r.DeleteAfter().Equal(noon.AddDate(0, 0, 30)) {
		t.Errorf("record %+v, %v", r, err)
	}
	if n := w.whole("s_1"); n != 4 {
		t.Errorf("%d parts are kept", n)
	}
	w.eventually("the volume goes to the storage", func() bool {
		return cmp.Equal(w.files("recordings"), []string{"s_1/000000.volume"}) && w.files("recordings-open") == nil
	})
	if n := w.whole("s_1"); n != 4 {
		t.Errorf("%d parts are in the storage", n)
	}
	begun, ended := w.told(audit.RecordingBegun), w.told(audit.RecordingEnded)
	if len(begun) != 1 || len(ended) != 1 || begun[0].Session != "s_1" || begun[0].Detail["session_key"] != recording.PublicKeyOf(h.key).String() {
		t.Fatalf("the journal has %v, %v", begun, ended)
	}
	want := map[string]string{"parts": "4", "link": h.writer.Link().String(), "complete": "true", "length": "0:00:03.000"}
	if diff := cmp.Diff(want, ended[0].Detail); diff != "" {
		t.Errorf("ended: %s", diff)
	}
}

// What was taken is taken again, with the receipt that it had, also long after.
func TestTheSameAgain(t *testing.T) {
	w := newWorld(t)
	h := w.begin("s_1")
	first := h.manifest()
	w.pass(time.Second)
	if again := h.manifest(); again != first {
		t.Errorf("the manifest's second receipt: %v", cmp.Diff(first, again))
	}
	receipts := h.take(h.make(70, 100)) // more than a volume
	receipts = append(receipts, h.take(h.make(2, 100))...)
	w.pass(time.Minute)
	if diff := cmp.Diff(receipts, h.take(h.parts)); diff != "" {
		t.Errorf("receipts differ: %s", diff)
	}
	if next := h.make(1, 100); len(h.take(slices.Concat(h.parts[60:72], next))) != 13 {
		t.Error("old and new together")
	}
	w.restart()
	if diff := cmp.Diff(receipts, h.take(h.parts[:72])); diff != "" {
		t.Errorf("receipts differ after a restart: %s", diff)
	}
	if n := w.whole("s_1"); n != 73 {
		t.Errorf("%d parts", n)
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	w := newWorld(t)
	h, other := w.begin("s_1"), w.begin("s_2")
	if _, err := w.Take(t.Context(), "s_1", h.make(1, 10)); !wants(err, recording.ManifestPart) {
		t.Errorf("a part before the manifest: %v", err)
	}
	line, signature := other.writer.Manifest()
	var fault *recording.Fault
	if _, err := w.TakeManifest(t.Context(), "s_1", line, signature); !errors.As(err, &fault) || fault.Kind != recording.Foreign {
		t.Errorf("another recording's manifest: %v", err)
	}
	h.manifest()
	h.take(h.parts)
	impostor := w.newHost("s_1")
	line, signature = impostor.writer.Manifest()
	if _, err := w.TakeManifest(t.Context(), "s_1", line, signature); !errors.Is(err, recordstore.ErrConflict) {
		t.Errorf("a second manifest: %v", err)
	}
	parts := h.make(3, 1000)
	if _, err := w.Take(t.Context(), "s_1", impostor.make(1, 10)); !errors.Is(err, recordstore.ErrConflict) {
		t.Errorf("another part 0: %v", err)
	}
	for name, c := range map[string]struct {
		change func(*recording.Part)
		kind   recording.Kind
	}{
		"a flipped byte":       {func(p *recording.Part) { p.Sealed[17] ^= 1 }, recording.Altered},
		"a byte less":          {func(p *recording.Part) { p.Sealed = p.Sealed[1:] }, recording.Altered},
		"another time":         {func(p *recording.Part) { p.Start++ }, recording.Foreign},
		"a flag more":          {func(p *recording.Part) { p.Last = true }, recording.Foreign},
		"no signature":         {func(p *recording.Part) { p.Signature = recording.Signature{} }, recording.Foreign},
		"a stranger's":         {func(p *recording.Part) { *p = impostor.make(1, 10)[0]; p.Part = 1 }, recording.Foreign},
		"the one after it":     {func(p *recording.Part) { *p = parts[1]; p.Part = 1 }, recording.Foreign},
		"a size that is none":  {func(p *recording.Part) { p.Size = 0 }, recording.Altered},
		"a length beyond them": {func(p *recording.Part) { p.Length = 6000 }, recording.Altered},
	} {
		t.Run(name, func(t *testing.T) {
			p := parts[0]
			p.Sealed = slices.Clone(p.Sealed)
			c.change(&p)
			receipts, err := w.Take(t.Context(), "s_1", []recording.Part{p})
			if !errors.As(err, &fault) || fault.Kind != c.kind || len(receipts) != 0 {
				t.Errorf("Take = %v, %v", receipts, err)
			}
		})
	}
	if _, err := w.Take(t.Context(), "s_1", parts[1:]); !wants(err, 1) {
		t.Errorf("a hole: %v", err)
	}
	if receipts, err := w.Take(t.Context(), "s_1", []recording.Part{parts[0], parts[2]}); !wants(err, 2) || len(receipts) != 1 {
		t.Errorf("a hole after a part: %v, %v", receipts, err)
	}
	h.take(parts[1:])
	h.take(h.end())
	if n := w.whole("s_1"); n != 5 {
		t.Errorf("%d parts", n)
	}
	if _, err := w.Take(t.Context(), "s_3", parts); !errors.Is(err, recordstore.ErrUnknown) {
		t.Errorf("of no recording: %v", err)
	}
}

func wants(err error, part int64) bool {
	var order *recordstore.OutOfOrder
	return errors.As(err, &order) && order.Next == part
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	h, other := w.begin("s_1"), w.begin("s_2")
	again, err := w.Begin(t.Context(), h.session())
	if err != nil || again != h.tokens {
		t.Errorf("begun again: %v", err)
	}
	w.restart()
	if again, err = w.Begin(t.Context(), h.session()); err != nil || again != h.tokens {
		t.Errorf("begun again after a restart: %v", err)
	}
	admits := func(token string) bool {
		err := w.Admit(t.Context(), "s_1", token)
		if err != nil && !errors.Is(err, recordstore.ErrToken) {
			t.Fatal(err)
		}
		return err == nil
	}
	for name, token := range map[string]string{"none": "", "the copy's": h.tokens.Copy, "another one's": other.tokens.Upload, "a long one": h.tokens.Upload + "a"} {
		if admits(token) {
			t.Errorf("the token %s opens it", name)
		}
	}
	if !errors.Is(w.Admit(t.Context(), "s_none", h.tokens.Upload), recordstore.ErrToken) {
		t.Error("a recording that is not there has a token")
	}
	h.manifest()
	w.pass(9 * 24 * time.Hour)
	if !admits(h.tokens.Upload) {
		t.Error("the token of a session that runs is not good")
	}
	h.take(h.end())
	w.pass(7*24*time.Hour - time.Second)
	if !admits(h.tokens.Upload) {
		t.Error("the token is not good for a week")
	}
	w.pass(time.Second)
	if admits(h.tokens.Upload) {
		t.Error("the token is good for ever")
	}
	r, err := w.Record(t.Context(), "s_1")
	if err != nil || !r.OpensCopy(h.tokens.Copy) || r.OpensCopy(h.tokens.Upload) {
		t.Errorf("the person's copy: %v", err)
	}
}

// Scenario: a host sends without end. What it has sent before stays.
func TestMoreThanARecordingHas(t *testing.T) {
	w := newWorld(t)
	h := w.begin("s_1")
	h.manifest()
	big := h.make(1, 7<<20)
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		_, err = w.Take(t.Context(), "s_1", big)
	}
	if !errors.Is(err, recordstore.ErrTooFast) || n < 8 || n > 12 {
		t.Errorf("after %d times: %v", n, err)
	}
	w.pass(2 * time.Second)
	h.take(big)
}

// Scenario: a host whose session is over has its token for a week more. Volumes that are
// full are put away, and with them nothing of what its pace was.
func TestMoreThanARecordingHasWhenItIsOver(t *testing.T) {
	w := newWorld(t)
	h := w.begin("s_1")
	h.manifest()
	h.take(h.make(1, 100))
	w.pass(10 * time.Minute)
	w.session("s_1", w.clock())
	w.pass(10 * time.Minute)
	w.restart()
	w.start()
	w.eventually("incomplete", func() bool {
		r, err := w.Record(t.Context(), "s_1")
		return err == nil && r.State == recordstore.StateIncomplete
	})
	var err error
	n := 0
	for ; err == nil && n < 20; n++ {
		_, err = w.Take(t.Context(), "s_1", h.make(1, 7<<20)) // a volume each
	}
	if !errors.Is(err, recordstore.ErrTooFast) || n < 8 || n > 12 {
		t.Errorf("after %d times: %v", n, err)
	}
	w.pass(time.Minute)
	h.take(h.parts[n:])
}

// Scenario: a crash leaves half a part, or rubbish, at the end of a volume.
func TestATornTail(t *testing.T) {
	for name, tear := range map[string]func(data []byte) []byte{
		"half a part":            func(data []byte) []byte { return data[:len(data)-300] },
		"a part and no receipt":  func(data []byte) []byte { return data[:len(data)-50] },
		"a byte less":            func(data []byte) []byte { return data[:len(data)-1] },
		"the beginning of a one": func(data []byte) []byte { return append(data, `{"part":`...) },
		"zeros":                  func(data []byte) []byte { return append(data, make([]byte, 4096)...) },
		"nothing":                func(data []byte) []byte { return data },
		"half of the head":       func(data []byte) []byte { return data[:20] },
		"no byte":                func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			h := w.begin("s_1")
			h.manifest()
			h.take(h.make(5, 1000))
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			path := w.dir + "/recordings-open/s_1/000000.volume"
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, tear(data), 0o600); err != nil {
				t.Fatal(err)
			}
			w.open()
			next, _, err := w.Next(t.Context(), "s_1")
			if err != nil || next < 0 || next > 5 {
				t.Fatalf("next %d, %v", next, err)
			}
			if n := w.whole("s_1"); n != next {
				t.Errorf("%d parts, want %d", n, next)
			}
			h.take(h.parts[next:])
			h.take(h.end())
			if n := w.whole("s_1"); n != 6 {
				t.Errorf("%d parts", n)
			}
		})
	}
}

// Scenario: the relay restarts while hosts record, between any two parts.
func TestARestartGoesOn(t *testing.T) {
	w := newWorld(t)
	a, b := w.begin("s_a"), w.begin("s_b")
	a.manifest()
	w.restart()
	b.manifest()
	for range 3 {
		a.take(a.make(40, 500))
		w.restart()
		b.take(b.make(1, 100))
	}
	a.take(a.end())
	w.restart()
	b.take(b.end())
	if got := []int64{w.whole("s_a"), w.whole("s_b")}; !cmp.Equal(got, []int64{121, 4}) {
		t.Errorf("parts %v", got)
	}
}

// Scenario: the relay gets another key for receipts, between two parts of a recording. Its
// host knows the one that it began with, and goes on with that; the next one has the new one.
func TestAnotherReceiptKey(t *testing.T) {
	w := newWorld(t)
	first, old := w.begin("s_1"), w.key
	first.manifest()
	first.take(first.make(2, 100))
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w.key, w.older = key, []ed25519.PrivateKey{old}
	w.restart()
	if got := w.Keys(); !cmp.Equal(got, []recording.PublicKey{recording.PublicKeyOf(key), recording.PublicKeyOf(old)}) {
		t.Errorf("keys %v", got)
	}
	again, err := w.Begin(t.Context(), first.session())
	if err != nil || again != first.tokens {
		t.Errorf("its tokens are others: %v", err)
	}
	if err := w.Admit(t.Context(), "s_1", first.tokens.Upload); err != nil {
		t.Error(err)
	}
	first.take(first.make(2, 100))
	first.take(first.end())
	second := w.begin("s_2")
	if second.tokens.Receipts != recording.PublicKeyOf(key) {
		t.Error("a new recording has the old key")
	}
	second.manifest()
	second.take(second.end())
	if n := w.whole("s_2"); n != 1 {
		t.Errorf("%d parts", n)
	}
	if w.key = old; w.whole("s_1") != 5 { // by the old key alone
		t.Error("parts are missing")
	}
}

// rows counts the volumes that are read of the database.
type rows struct {
	recordstore.Database
	read int
}

func (r *rows) RecordingVolumes(ctx context.Context, id string, from int) ([]recordstore.Volume, error) {
	list, err := r.Database.RecordingVolumes(ctx, id, from)
	r.read += len(list)
	return list, err
}

func (r *rows) VolumesWithParts(ctx context.Context, id string, from, to int64) ([]recordstore.Volume, error) {
	list, err := r.Database.VolumesWithParts(ctx, id, from, to)
	r.read += len(list)
	return list, err
}

// Who watches some parts of a long recording has the rows of those read, and of no others.
func TestSomePartsOfManyAreReadAlone(t *testing.T) {
	w := newWorld(t)
	h := w.begin("s_1")
	h.manifest()
	w.pass(time.Hour)
	for range 40 {
		h.take(h.make(60, 10)) // a volume
	}
	h.take(h.make(5, 10))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	counted := &rows{Database: w.db}
	w.wrapped = counted
	w.open()
	for _, c := range []struct{ from, to, next, rows int64 }{
		{0, 0, 1, 1}, {59, 60, 61, 2}, {1199, 1258, 1259, 2}, {2400, 2404, 2405, 0}, {2399, 2404, 2405, 1}, {5000, 5001, 5000, 0},
	} {
		counted.read = 0
		s, err := w.Parts(t.Context(), "s_1", c.from, c.to, 16<<20)
		if err != nil || s.Next != c.next || s.Parts != 2405 || counted.read != int(c.rows) {
			t.Errorf("%d to %d: next %d of %d, %d rows, %v", c.from, c.to, s.Next, s.Parts, counted.read, err)
		}
		if _, err := io.Copy(io.Discard, s); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
