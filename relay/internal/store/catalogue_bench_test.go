package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
)

const (
	// manyRecordings are those that the searches of the benchmark are measured over.
	manyRecordings = 100_000
	// searchWithin is what the slowest of its searches may take.
	searchWithin = 200 * time.Millisecond
)

// office are words that the titles of windows are made of: some that stand everywhere, in
// several forms, and many that do not.
func office() []string {
	var words []string
	for _, stem := range strings.Fields("Rechnung Invoice Outlook Kalender report Übersicht folder Drucker printer contract budget offer order Teams Firefox Word Excel settings Konto ticket customer Lager stock delivery") {
		for i := range 8 {
			words = append(words, fmt.Sprintf("%s%d", stem, i))
			for j := range 25 {
				words = append(words, fmt.Sprintf("%c%c%c%s%d", 'a'+j, 'z'-i, 'a'+(i*j)%26, stem[:3], j))
			}
			words = append(words, stem, stem, stem, stem)
		}
	}
	return words
}

// someRecord is a recording as an office has them, the i-th of many.
func someRecord(r *rand.Rand, i int, words []string) catalogue.Record {
	say := func(n int) string {
		text := make([]string, n)
		for j := range text {
			text[j] = words[r.IntN(len(words))]
		}
		return strings.Join(text, " ")
	}
	begun := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 5 * time.Minute)
	e := catalogue.Entry{
		ID: fmt.Sprintf("s_%06d", i), State: catalogue.Complete, Begun: begun, Ended: begun.Add(time.Hour), Length: int64(r.IntN(3_600_000)), Bytes: 1 << 20, Parts: 600,
		Technician: catalogue.Person{ID: fmt.Sprintf("u_%d", r.IntN(200)), Name: fmt.Sprintf("Technician%d Sommer", r.IntN(200)), Organisation: "Example Help Desk"},
		Host:       catalogue.Host{Name: fmt.Sprintf("pc-%05d", r.IntN(20_000)), OS: "Windows 11"}, Ticket: fmt.Sprintf("INC-%06d", i), Group: fmt.Sprintf("g%d", r.IntN(5)),
		Happened: catalogue.Happened(r.Uint32() & 0x1ff), Opens: catalogue.OpensRelay,
	}
	return catalogue.Record{Entry: e, Finished: true, Words: catalogue.Words{
		About: e.Technician.Name + "\n" + e.Host.Name + "\n" + e.Ticket, Windows: say(60), Chat: say(25), Files: say(3),
	}}
}

// many fills a database.
func many(tb testing.TB, count int) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	r, words := rand.New(rand.NewPCG(1, 2)), office()
	for from := 0; from < count; from += 10_000 {
		err := s.change(tb.Context(), func(tx *sql.Tx) error {
			for i := from; i < min(from+10_000, count); i++ {
				record := someRecord(r, i, words)
				if i == count/2 {
					record.Words.Chat += " Nadelimheuhaufen"
				}
				if err := addRecord(tb.Context(), tx, record, nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

// searches are what auditors look for, with what is hardest.
func searches() map[string]catalogue.Query {
	year := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return map[string]catalogue.Query{
		"the newest":                   {},
		"the last page":                {Before: year.Add(10 * time.Hour).UnixMilli()},
		"a word of most":               {Match: `"rechnung"*`},
		"a word of one":                {Match: `"nadelimheuhaufen"*`},
		"two letters":                  {Match: `"re"*`},
		"five words":                   {Match: `"rechnung1" AND "outlook" AND "excel"* AND "word"* AND "teams"*`},
		"words that never meet":        {Match: `"technician7"* AND "technician8"* AND "pc-00001"*`},
		"a word of most, nobody's":     {Match: `"rechnung"*`, TechnicianID: "u_none"},
		"a word of most, a rare group": {Match: `"rechnung"*`, Group: "g9"},
		"a ticket":                     {Ticket: "inc-05"},
		"a technician":                 {Technician: "technician12 "},
		"a host":                       {Host: "pc-012"},
		"a month":                      {From: year.AddDate(0, 3, 0), To: year.AddDate(0, 4, 0)},
		"all that happened":            {Happened: 0x1ff},
		"nothing of that length":       {Min: 2 * time.Hour},
		"held":                         {Held: true},
		"live":                         {State: catalogue.Live},
	}
}

// BenchmarkSearch measures every search over 100,000 recordings, and fails when one of
// them takes longer than it may.
func BenchmarkSearch(b *testing.B) {
	s := many(b, manyRecordings)
	queries := searches()
	names := make([]string, 0, len(queries))
	for name := range queries {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		q := queries[name]
		q.Limit = 51
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begun := time.Now()
				if _, err := s.Search(context.Background(), q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begun))
			}
			slices.Sort(took)
			median := took[len(took)/2]
			b.ReportMetric(float64(median.Microseconds())/1000, "ms(median)")
			if median > searchWithin {
				b.Errorf("took %s", median)
			}
		})
	}
	b.Run("a sample", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Outlines(context.Background(), catalogue.Query{Unseen: true, Limit: 200_000}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
