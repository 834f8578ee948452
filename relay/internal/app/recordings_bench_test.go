package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// BenchmarkRecordedSessions says how long the answer to a second of recording takes while
// so many hosts record at once: office work, of which a second has 17 KB (60 MB an hour),
// over HTTPS, on the disk before it is answered. Every host uploads once a second.
func BenchmarkRecordedSessions(b *testing.B) {
	for _, hosts := range []int{100, 400, 800} {
		b.Run(fmt.Sprintf("%d hosts", hosts), func(b *testing.B) { recordedSessions(b, hosts) })
	}
}

func recordedSessions(b *testing.B, n int) {
	const seconds = 5
	dir := b.TempDir()
	hosts := make([]*uploader, n)
	for i := range hosts {
		hosts[i] = newUploader(b, dir, fmt.Sprintf("s_%d", i))
		hosts[i].record(b, seconds, 17_000)
	}
	r := start(b, settings(dir))
	clients := make([]*http.Client, n)
	for i, h := range hosts {
		clients[i] = newBrowser(b, dir).client
		if transport, ok := clients[i].Transport.(*http.Transport); ok { // an address has so many connections only
			transport.DialContext = dialerFrom(sourceOf(i)).DialContext
		}
		all := h.parts
		h.parts = nil
		if status, err := h.upload(b.Context(), clients[i], r.PublicURL().String(), 1); err != nil || status != http.StatusOK {
			b.Fatalf("status %d, %v", status, err)
		}
		h.parts = all
	}
	b.ResetTimer()
	for range b.N {
		var mu sync.Mutex
		var took []time.Duration
		var all sync.WaitGroup
		begun := time.Now()
		for i, h := range hosts {
			all.Go(func() {
				step := time.Duration(i) * time.Second / time.Duration(n) // hosts are not in step
				for second := range seconds {
					var body bytes.Buffer
					if _, err := h.parts[second].WriteTo(&body); err != nil {
						b.Error(err)
					}
					due := begun.Add(step + time.Duration(second)*time.Second)
					time.Sleep(time.Until(due))
					var answer map[string]any
					status, err := h.do(b.Context(), clients[i], http.MethodPost, r.PublicURL().String()+"/api/recordings/"+h.id+"/parts", body.Bytes(), &answer)
					if err != nil || status != http.StatusOK {
						b.Errorf("status %d, %v", status, err)
					}
					mu.Lock()
					took = append(took, time.Since(due)) // also what waited for its turn
					mu.Unlock()
				}
			})
		}
		all.Wait()
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	}
}
