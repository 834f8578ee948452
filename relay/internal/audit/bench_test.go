package audit_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/internal/audit"
)

// BenchmarkAppend is one caller after the other, and 64 at once; Note does not wait.
func BenchmarkAppend(b *testing.B) {
	for name, callers := range map[string]int{"one": 1, "64": 64} {
		b.Run(name, func(b *testing.B) {
			l := newWorld(b).log(b)
			b.SetParallelism(max(1, callers/runtime.GOMAXPROCS(0)))
			if callers == 1 {
				for i := range b.N {
					if err := l.Append(context.Background(), event(int64(i+1))); err != nil {
						b.Fatal(err)
					}
				}
			} else {
				var n atomic.Int64
				b.RunParallel(func(p *testing.PB) {
					for p.Next() {
						if err := l.Append(context.Background(), event(n.Add(1))); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkNote counts until the last event is on the disk.
func BenchmarkNote(b *testing.B) {
	l := newWorld(b).log(b)
	for i := range b.N {
		l.Note(event(int64(i + 1)))
	}
	l.Close()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkVerify verifies 100,000 events in the database, and in a file.
func BenchmarkVerify(b *testing.B) {
	const events = 100_000
	w := newWorld(b)
	l := w.log(b)
	random := rand.New(rand.NewPCG(13, 14))
	for n := int64(0); n < events; {
		var batch []audit.Event
		for range min(1+random.Int64N(audit.MaxBatch), events-n) {
			n++
			batch = append(batch, event(n))
		}
		if err := l.Append(context.Background(), batch...); err != nil {
			b.Fatal(err)
		}
	}
	lines := w.export(b, 1)
	for name, verify := range map[string]func() (audit.Report, error){
		"database": func() (audit.Report, error) { return w.verify(b) },
		"file":     func() (audit.Report, error) { return w.verifyFile(b, lines) },
	} {
		b.Run(name, func(b *testing.B) {
			began := time.Now()
			for b.Loop() {
				if report, err := verify(); err != nil || report.Last != events {
					b.Fatal(report, err)
				}
			}
			b.ReportMetric(float64(events)*float64(b.N)/time.Since(began).Seconds(), "events/s")
		})
	}
}
