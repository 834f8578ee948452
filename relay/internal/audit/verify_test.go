package audit_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/lendhand/lendhand/relay/internal/audit"
)

const (
	trailLength = 60
	// places is how many random places each kind of tampering is tried at.
	places = 25
)

// names checks that err names the event with that number, and its kind where the
// kind can be known.
func names(t *testing.T, err error, number int64, kind audit.Kind) {
	t.Helper()
	var f *audit.Fault
	if !errors.As(err, &f) || f.First != number || f.Last != number || f.Kind != kind || !strings.Contains(err.Error(), fmt.Sprintf("event %d ", number)) {
		t.Errorf("event %d (%s): %v", number, kind, err)
	}
}

// around checks that err names some events of which that one is one.
func around(t *testing.T, err error, number int64) {
	t.Helper()
	var f *audit.Fault
	if !errors.As(err, &f) || f.First > number || f.Last < number || f.Last-f.First >= 5 {
		t.Errorf("event %d: %v", number, err)
	}
}

// file is an exported one, taken apart.
type file struct {
	lines []string
	// at is where the line of each event is.
	at map[int64]int
}

func newFile(lines []string) file {
	f := file{slices.Clone(lines), make(map[int64]int)}
	for i, line := range lines {
		if e, err := audit.ParseLine(line); err == nil {
			f.at[e.Number] = i
		}
	}
	return f
}

// sealAfter returns where the checkpoint is that covers the line at i.
func (f file) sealAfter(i int) int {
	return i + slices.IndexFunc(f.lines[i:], func(line string) bool { return strings.HasPrefix(line, `{"checkpoint"`) })
}

// flip changes one bit of a line that does not end it.
func flip(line string, random *rand.Rand) string {
	changed := []byte(line)
	for string(changed) == line || strings.Contains(string(changed), "\n") {
		changed = []byte(line)
		changed[random.IntN(len(changed))] ^= 1 << random.IntN(8)
	}
	return string(changed)
}

func TestTamperedFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	w := newWorld(t)
	w.fill(t, random, trailLength)
	whole := w.export(t, 1)
	if report, err := w.verifyFile(t, whole); err != nil || report.First != 1 || report.Last != trailLength {
		t.Fatalf("untouched: %+v, %v", report, err)
	}
	for name, tamper := range map[string]func(t *testing.T, f file, n int64, i int){
		"changed": func(t *testing.T, f file, n int64, i int) {
			e, err := audit.ParseLine(f.lines[i])
			if err != nil {
				t.Fatal(err)
			}
			e.Actor = "u_9"
			f.lines[i] = e.Line()
			_, err = w.verifyFile(t, f.lines)
			names(t, err, n, kindOf(n))
		},
		"a bit flipped": func(t *testing.T, f file, n int64, i int) {
			f.lines[i] = flip(f.lines[i], random)
			_, err := w.verifyFile(t, f.lines)
			around(t, err, n)
		},
		"removed": func(t *testing.T, f file, n int64, i int) {
			_, err := w.verifyFile(t, slices.Delete(f.lines, i, i+1))
			names(t, err, n, "")
		},
		"removed with its checkpoint": func(t *testing.T, f file, n int64, i int) {
			at := f.sealAfter(i)
			if at == len(f.lines)-1 {
				return // that is to cut the file
			}
			lines := slices.Delete(f.lines, at, at+1)
			_, err := w.verifyFile(t, slices.Delete(lines, i, i+1))
			names(t, err, n, "")
		},
		"swapped with the next": func(t *testing.T, f file, n int64, i int) {
			j, ok := f.at[n+1]
			if !ok {
				return
			}
			f.lines[i], f.lines[j] = f.lines[j], f.lines[i]
			_, err := w.verifyFile(t, f.lines)
			around(t, err, n)
		},
		"swapped with another": func(t *testing.T, f file, n int64, i int) {
			other := 1 + random.Int64N(trailLength)
			if other == n {
				return
			}
			f.lines[i], f.lines[f.at[other]] = f.lines[f.at[other]], f.lines[i]
			_, err := w.verifyFile(t, f.lines)
			around(t, err, min(n, other))
		},
		"inserted": func(t *testing.T, f file, n int64, i int) {
			forged := audit.Event{Number: n, Time: noon, Kind: "forged"}.Line()
			_, err := w.verifyFile(t, slices.Insert(f.lines, i, forged))
			names(t, err, n, "forged")
		},
		"repeated": func(t *testing.T, f file, n int64, i int) {
			_, err := w.verifyFile(t, slices.Insert(f.lines, i, f.lines[i]))
			if n == trailLength {
				around(t, err, n)
				return
			}
			var f2 *audit.Fault
			if !errors.As(err, &f2) || f2.First < n || f2.First > n+1 {
				t.Errorf("event %d: %v", n, err)
			}
		},
		"cut": func(t *testing.T, f file, n int64, i int) {
			_, err := w.verifyFile(t, f.lines[:i])
			var f2 *audit.Fault
			// A group that has lost its checkpoint is named from its first line on.
			if !errors.As(err, &f2) || f2.First > n || f2.First < n-5 {
				t.Errorf("cut before event %d: %v", n, err)
			}
		},
		"in the middle of a line": func(t *testing.T, f file, n int64, i int) {
			f.lines[i] = f.lines[i][:len(f.lines[i])/2]
			_, err := w.verifyFile(t, f.lines[:i+1])
			around(t, err, n)
		},
		"changed, with its hash": func(t *testing.T, f file, n int64, i int) {
			f.lines[i] = strings.Replace(f.lines[i], `"kind":"`, `"kind":"x`, 1)
			var s struct {
				Checkpoint string      `json:"checkpoint"`
				Leaves     []tlog.Hash `json:"leaves"`
			}
			at := f.sealAfter(i)
			if err := json.Unmarshal([]byte(f.lines[at]), &s); err != nil {
				t.Fatal(err)
			}
			first := at - len(s.Leaves)
			s.Leaves[i-first] = tlog.RecordHash([]byte(f.lines[i]))
			data, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			f.lines[at] = string(data)
			_, err = w.verifyFile(t, f.lines)
			around(t, err, n)
		},
		"a checkpoint's bit flipped": func(t *testing.T, f file, n int64, i int) {
			at := f.sealAfter(i)
			text, leaves, _ := strings.Cut(f.lines[at], `,"leaves"`)
			f.lines[at] = flip(text, random) + `,"leaves"` + leaves
			_, err := w.verifyFile(t, f.lines)
			if err == nil {
				t.Errorf("the checkpoint %s of event %d was accepted", f.lines[at], n)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range places {
				n := 1 + random.Int64N(trailLength)
				f := newFile(whole)
				tamper(t, f, n, f.at[n])
			}
		})
	}
}

func TestWhereALineWentIsSaid(t *testing.T) {
	w := newWorld(t)
	l := w.log(t)
	if err := l.Append(t.Context(), event(1), event(2), event(3), event(4)); err != nil {
		t.Fatal(err)
	}
	whole := w.export(t, 1) // header, four lines, checkpoint
	for name, c := range map[string]struct {
		change func(lines []string) []string
		want   string
	}{
		"removed": {func(l []string) []string { return slices.Delete(l, 2, 3) }, "event 2 is missing after event 1 (code_issued): event 3 (request) comes next"},
		"reordered": {func(l []string) []string { l[2], l[3] = l[3], l[2]; return l },
			"event 2 (code_redeemed) is not at its place: event 3 (request) stands there"},
		"inserted":      {func(l []string) []string { return slices.Insert(l, 2, audit.Event{Number: 2, Kind: "x"}.Line()) }, "event 2 (x) was inserted before the true event 2 (code_redeemed)"},
		"appended":      {func(l []string) []string { return slices.Insert(l, 5, audit.Event{Number: 5, Kind: "x"}.Line()) }, "event 5 (x) was inserted after event 4"},
		"changed":       {func(l []string) []string { l[2] = strings.Replace(l[2], "u_2", "u_1", 1); return l }, "event 2 (code_redeemed) was changed"},
		"nonsense":      {func(l []string) []string { l[2] = "nonsense"; return l }, "event 2 was changed: its line is none of an event any more"},
		"at the end":    {func(l []string) []string { return slices.Delete(l, 4, 5) }, "event 4 is missing after event 3 (request)"},
		"no checkpoint": {func(l []string) []string { return l[:5] }, "event 1 (code_issued) is not covered by a signed checkpoint"},
		"all":           {func(l []string) []string { return l[:1] }, "event 1 is missing, and all after it up to 4: the trail was cut"},
	} {
		_, err := w.verifyFile(t, c.change(slices.Clone(whole)))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// rehash makes the hashes in a database fit its lines.
func rehash(tx *sql.Tx) error {
	rows, err := tx.Query("SELECT line FROM audit_lines ORDER BY n")
	if err != nil {
		return err
	}
	var hashes []tlog.Hash
	all := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	for n := int64(0); rows.Next(); n++ {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		more, err := tlog.StoredHashes(n, []byte(line), all)
		if err != nil {
			return err
		}
		hashes = append(hashes, more...)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for i, hash := range hashes {
		level, n := tlog.SplitStoredHashIndex(int64(i))
		if _, err := tx.Exec("UPDATE audit_hashes SET hash = ? WHERE level = ? AND n = ?", hash[:], level, n); err != nil {
			return err
		}
	}
	return nil
}

// resign makes the checkpoints fit the hashes, signed by another key of the same
// name, or with the signatures that they had.
func resign(tx *sql.Tx, signer note.Signer) error {
	rows, err := tx.Query("SELECT size, note FROM audit_checkpoints")
	if err != nil {
		return err
	}
	notes := make(map[int64]string)
	for rows.Next() {
		var size int64
		var text string
		if err := rows.Scan(&size, &text); err != nil {
			return err
		}
		notes[size] = text
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for size, old := range notes {
		root, err := tlog.TreeHash(size, tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
			for _, i := range indexes {
				level, n := tlog.SplitStoredHashIndex(i)
				var hash []byte
				err = errors.Join(err, tx.QueryRow("SELECT hash FROM audit_hashes WHERE level = ? AND n = ?", level, n).Scan(&hash))
				out = append(out, tlog.Hash(hash))
			}
			return out, err
		}))
		if err != nil {
			return err
		}
		lines := strings.Split(old, "\n")
		lines[2] = root.String()
		forged := strings.Join(lines, "\n")
		if signer != nil {
			signed, err := note.Sign(&note.Note{Text: strings.Join(lines[:3], "\n") + "\n"}, signer)
			if err != nil {
				return err
			}
			forged = string(signed)
		}
		if _, err := tx.Exec("UPDATE audit_checkpoints SET note = ? WHERE size = ?", forged, size); err != nil {
			return err
		}
	}
	return nil
}

func TestTamperedDatabases(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	whole := newWorld(t)
	whole.fill(t, random, trailLength)
	exec := func(query string, args ...any) func(tx *sql.Tx) error {
		return func(tx *sql.Tx) error {
			result, err := tx.Exec(query, args...)
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil || n == 0 {
				return fmt.Errorf("nothing was changed: %w", err)
			}
			return nil
		}
	}
	all := func(changes ...func(tx *sql.Tx) error) func(tx *sql.Tx) error {
		return func(tx *sql.Tx) error {
			for _, change := range changes {
				if err := change(tx); err != nil {
					return err
				}
			}
			return nil
		}
	}
	const forge = "UPDATE audit_lines SET line = replace(line, '\"actor\":\"u_', '\"actor\":\"u_9') WHERE n = ?"
	for name, c := range map[string]struct {
		change func(w *world, n int64) func(tx *sql.Tx) error
		check  func(t *testing.T, err error, n int64)
	}{
		"changed": {
			func(_ *world, n int64) func(tx *sql.Tx) error { return exec(forge, n) },
			func(t *testing.T, err error, n int64) { names(t, err, n, kindOf(n)) },
		},
		"removed": {
			func(_ *world, n int64) func(tx *sql.Tx) error { return exec("DELETE FROM audit_lines WHERE n = ?", n) },
			func(t *testing.T, err error, n int64) { names(t, err, n, "") },
		},
		"removed without a trace": {
			func(_ *world, n int64) func(tx *sql.Tx) error {
				return all(exec("DELETE FROM audit_lines WHERE n = ?", n), exec("DELETE FROM audit_hashes WHERE level = 0 AND n = ?", n-1),
					func(tx *sql.Tx) error {
						_, err := tx.Exec("DELETE FROM audit_checkpoints WHERE size = ?", n)
						return err
					})
			},
			func(t *testing.T, err error, n int64) { names(t, err, n, "") },
		},
		"swapped": {
			func(_ *world, n int64) func(tx *sql.Tx) error {
				m := n%trailLength + 1
				return all(exec("UPDATE audit_lines SET n = 999 WHERE n = ?", n), exec("UPDATE audit_lines SET n = ? WHERE n = ?", n, m),
					exec("UPDATE audit_lines SET n = ? WHERE n = 999", m))
			},
			func(t *testing.T, err error, n int64) { around(t, err, min(n, n%trailLength+1)) },
		},
		"inserted": {
			func(_ *world, n int64) func(tx *sql.Tx) error {
				return all(exec("UPDATE audit_lines SET n = -n + 2000 WHERE n >= ?", n), exec("UPDATE audit_lines SET n = 2001 - n WHERE n > 1000"),
					exec("INSERT INTO audit_lines (n, line) VALUES (?, ?)", n, audit.Event{Number: n, Time: noon, Kind: "forged"}.Line()))
			},
			func(t *testing.T, err error, n int64) { names(t, err, n, "forged") },
		},
		"changed and hashed again": {
			func(_ *world, n int64) func(tx *sql.Tx) error { return all(exec(forge, n), rehash) },
			func(t *testing.T, err error, n int64) { around(t, err, n) },
		},
		"changed, hashed again, checkpoints with the old signatures": {
			func(_ *world, n int64) func(tx *sql.Tx) error {
				return all(exec(forge, n), rehash, func(tx *sql.Tx) error { return resign(tx, nil) })
			},
			func(t *testing.T, err error, n int64) { around(t, err, n) },
		},
		"changed, hashed again, checkpoints by another key": {
			func(w *world, n int64) func(tx *sql.Tx) error {
				secret, _, err := note.GenerateKey(nil, w.key.Name())
				if err != nil {
					t.Fatal(err)
				}
				signer, err := note.NewSigner(secret)
				if err != nil {
					t.Fatal(err)
				}
				return all(exec(forge, n), rehash, func(tx *sql.Tx) error { return resign(tx, signer) })
			},
			func(t *testing.T, err error, _ int64) { around(t, err, 1) }, // all of them are somebody else's
		},
		"cut": {
			func(_ *world, n int64) func(tx *sql.Tx) error { return exec("DELETE FROM audit_lines WHERE n >= ?", n) },
			func(t *testing.T, err error, n int64) { names(t, err, n, "") },
		},
		"hashes that the next events build on": {
			func(_ *world, _ int64) func(tx *sql.Tx) error {
				return exec("UPDATE audit_hashes SET hash = zeroblob(32) WHERE level > 0")
			},
			func(t *testing.T, err error, _ int64) {
				if err == nil || !strings.Contains(err.Error(), "hash above it") {
					t.Error(err)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 4 { // each place has a database of its own
				w := whole.copy(t)
				n := 1 + random.Int64N(trailLength-1)
				w.tamper(t, c.change(w, n))
				_, err := w.verify(t)
				c.check(t, err, n)
			}
		})
	}
}

// The last character of a signature in base64 has two bits that no byte needs.
func TestASignatureHasOneForm(t *testing.T) {
	w := newWorld(t)
	w.fill(t, rand.New(rand.NewPCG(9, 10)), 3)
	text := w.checkpoint(t).Note
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	last := len(strings.TrimRight(text, "=\n")) - 1
	changed := text[:last] + string(digits[strings.IndexByte(digits, text[last])+1]) + text[last+1:]
	if _, err := audit.OpenCheckpoint(changed, w.key.Verifier()); err == nil {
		t.Errorf("%q was accepted beside %q", changed, text)
	}
}

func TestCheckpointsThatWereKeptElsewhere(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	w := newWorld(t)
	w.fill(t, random, 20)
	older := w.checkpoint(t)
	shorter := w.export(t, 1)
	l := w.log(t)
	if err := l.Append(t.Context(), event(21), event(22)); err != nil {
		t.Fatal(err)
	}
	newer, longer := w.checkpoint(t), w.export(t, 1)
	for name, lines := range map[string][]string{"older": longer, "the same": shorter} {
		if _, err := w.verifyFile(t, lines, older); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A trail that was cut whole, with its checkpoints, looks right by itself.
	if _, err := w.verifyFile(t, shorter); err != nil {
		t.Error(err)
	}
	_, err := w.verifyFile(t, shorter, newer)
	names(t, err, 21, "")

	// Somebody with the key writes another trail.
	other := &world{dir: t.TempDir(), key: w.key}
	other.store = open(t, other.dir)
	other.fill(t, random, 22)
	_, err = other.verifyFile(t, other.export(t, 1), older, newer)
	var f *audit.Fault
	if !errors.As(err, &f) || f.First != 1 || f.Last != 20 || !strings.Contains(err.Error(), "written the trail anew") {
		t.Errorf("another trail: %v", err)
	}
	if _, err := w.verifyFile(t, w.export(t, 21), older); err != nil {
		t.Errorf("from event 21 on, against the checkpoint of event 20: %v", err)
	}
	if _, err := w.verifyFile(t, w.export(t, 22), older); !errors.Is(err, audit.ErrBefore) {
		t.Errorf("from event 22 on, against the checkpoint of event 20: %v", err)
	}
}

func TestPartsOfATrail(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	w := newWorld(t)
	w.fill(t, random, trailLength)
	for first := int64(1); first <= trailLength; first++ {
		lines := w.export(t, first)
		report, err := w.verifyFile(t, lines)
		if err != nil || report.First != first || report.Last != trailLength {
			t.Errorf("from %d: %+v, %v", first, report, err)
		}
		f := newFile(lines)
		f.lines[f.at[first]] = strings.Replace(f.lines[f.at[first]], "u_", "u_9", 1)
		_, err = w.verifyFile(t, f.lines)
		names(t, err, first, kindOf(first))
	}
	if _, err := audit.OpenTrail(t.Context(), w.store, trailLength+2); err == nil {
		t.Error("a trail from an event that is not there")
	}
}

// Scenario: somebody changes the database while the relay runs, and takes the
// checkpoints away that would show it.
func TestATrailThatWasChangedSaysSo(t *testing.T) {
	w := newWorld(t)
	w.fill(t, rand.New(rand.NewPCG(11, 12)), 20)
	w.tamper(t, func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE audit_lines SET line = replace(line, 'u_1', 'u_2')")
		if err == nil {
			err = rehash(tx)
		}
		if err == nil {
			_, err = tx.Exec("DELETE FROM audit_checkpoints")
		}
		return err
	})
	l := w.log(t)
	if err := l.Append(t.Context(), event(21)); err != nil {
		t.Fatal(err)
	}
	if err := l.Append(t.Context(), event(22)); err != nil {
		t.Fatal(err)
	}
	_, err := w.verify(t)
	names(t, err, 21, audit.TrailBroken)
	lines, err := w.store.AuditLines(t.Context(), audit.Query{Kind: audit.TrailBroken, Limit: 9})
	if err != nil || len(lines) != 1 || !strings.Contains(lines[0], "the last checkpoint 0") {
		t.Errorf("%q, %v", lines, err)
	}
}

func TestQueries(t *testing.T) {
	w := newWorld(t)
	l := w.log(t)
	for n := range int64(20) {
		e := event(n + 1)
		e.Time = noon.AddDate(0, 0, int(n))
		e.Subject = fmt.Sprintf("u_1%d", n)
		if err := l.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		query audit.Query
		want  []int64
	}{
		"all":          {audit.Query{Limit: 3}, []int64{1, 2, 3}},
		"newest":       {audit.Query{Limit: 3, Newest: true}, []int64{20, 19, 18}},
		"after":        {audit.Query{Limit: 2, After: 5}, []int64{6, 7}},
		"before":       {audit.Query{Limit: 2, Before: 5, Newest: true}, []int64{4, 3}},
		"kind":         {audit.Query{Limit: 99, Kind: kindOf(3)}, []int64{3, 10, 17}},
		"actor":        {audit.Query{Limit: 99, Actor: "u_0", After: 9}, []int64{12, 15, 18}},
		"subject":      {audit.Query{Limit: 99, Actor: "u_119"}, []int64{20}},
		"session":      {audit.Query{Limit: 99, Session: "s_2"}, []int64{10, 11, 12, 13, 14}},
		"since":        {audit.Query{Limit: 99, Since: noon.AddDate(0, 0, 18)}, []int64{19, 20}},
		"all of these": {audit.Query{Limit: 99, Session: "s_2", Actor: "u_1"}, []int64{10, 13}},
		"no SQL":       {audit.Query{Limit: 99, Kind: "' OR 1=1 --"}, nil},
	} {
		lines, err := w.store.AuditLines(t.Context(), c.query)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []int64
		for _, line := range lines {
			e, err := audit.ParseLine(line)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e.Number)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
