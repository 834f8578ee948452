package peer

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"

	"github.com/lendhand/lendhand/client/internal/peer/rate"
)

// longest is how many packets one report can tell of by eight runs and one packet.
const longest = 8*8191 + 1

// claim makes a report on count packets from first on: runs of one status, and the last
// one has arrived.
func claim(t *testing.T, first uint16, count int, status uint16) []byte {
	t.Helper()
	p := &rtcp.TransportLayerCC{
		Header:             rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback},
		BaseSequenceNumber: first, PacketStatusCount: uint16(count), ReferenceTime: 1, //nolint:gosec // a test's number
		RecvDeltas: []*rtcp.RecvDelta{{Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 250}},
	}
	run := func(status uint16, n int) {
		p.PacketChunks = append(p.PacketChunks, &rtcp.RunLengthChunk{PacketStatusSymbol: status, RunLength: uint16(n)}) //nolint:gosec // a test's number
	}
	for left := count - 1; left > 0; left -= 8191 {
		run(status, min(left, 8191))
	}
	run(rtcp.TypeTCCPacketReceivedSmallDelta, 1)
	p.Header.Padding = p.MarshalSize() != int(p.Len())
	p.Header.Length = uint16(p.MarshalSize()/4 - 1) //nolint:gosec // a test's number
	raw, err := p.Marshal()
	must(t, err)
	return raw
}

// hearing returns what hears of n packets that were sent.
func hearing(n int) *reports {
	s, _ := newTestSender()
	for range n {
		s.rate.Sent(1000, false, time.Now())
	}
	return &reports{sender: s, wanted: func() {}}
}

// What a report tells of packets that were never sent, or long ago, costs nothing.
func TestReportsOfWhatIsNotInFlight(t *testing.T) {
	const known = 1 << 12
	for _, c := range []struct {
		name        string
		sent, count int
		first       uint16
		want        int // arrivals heard of
	}{
		{"all", 100, 100, 0, 100},
		{"one more than was sent", 100, 101, 0, 0},
		{"before the first", 100, 100, 65535, 0},
		{"after the last", 100, 1, 100, 0},
		{"long ago", 70_000, 1, 10_000, 0},
		{"long ago until now", 70_000, 60_000, 10_000, known},
		{"of many the newest", 10_000, 5_000, 5_000, known},
		{"more than numbers in use", 5_000, longest, 30_000, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := hearing(c.sent)
			defer r.sender.close()
			r.take(claim(t, c.first, c.count, rtcp.TypeTCCPacketNotReceived), time.Now())
			if len(r.list) != c.want {
				t.Errorf("%d arrivals heard of, want %d", len(r.list), c.want)
			}
			if n := len(r.list); n > 0 && r.list[n-1].Lost {
				t.Error("the last one has not arrived")
			}
			if n := len(r.list); n > 0 && r.list[n-1].Sequence != c.first+uint16(c.count)-1 { //nolint:gosec // a test's number
				t.Errorf("the last one is %d", r.list[n-1].Sequence)
			}
		})
	}
}

// A few bytes do not make room for the arrival of tens of thousands of packets.
func TestReportsThatAreTooShort(t *testing.T) {
	r := hearing(70_000)
	defer r.sender.close()
	small := claim(t, 10_000, 60_000, rtcp.TypeTCCPacketReceivedSmallDelta)
	if !inflated(small) || !inflated(small[:10]) {
		t.Errorf("%d bytes may tell of so many arrivals", len(small))
	}
	if n := testing.AllocsPerRun(1, func() { r.take(small, time.Now()) }); n > 100 {
		t.Errorf("%v allocations for %d bytes", n, len(small))
	}
	for _, symbol := range []uint16{rtcp.TypeTCCSymbolSizeOneBit, rtcp.TypeTCCSymbolSizeTwoBit} {
		p := &rtcp.TransportLayerCC{
			Header:            rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 5},
			PacketStatusCount: 1,
			PacketChunks: []rtcp.PacketStatusChunk{&rtcp.StatusVectorChunk{
				Type: rtcp.TypeTCCStatusVectorChunk, SymbolSize: symbol, SymbolList: make([]uint16, 14/(symbol+1)),
			}},
		}
		raw, err := p.Marshal()
		must(t, err)
		if inflated(raw) {
			t.Errorf("an honest report counts as too short: %x", raw)
		}
	}
}

// A stretch without reports, however long, is skipped as far as its packets are known.
func TestSkippedPacketsAreBounded(t *testing.T) {
	s, w := newTestSender()
	defer s.close()
	for range 30 {
		must(t, s.write(frameOf(100)))
	}
	sent := w.take()
	last := sent[len(sent)-1].transport
	s.expected = last - 30_000 // as many packets ago
	s.arrived([]rate.Arrival{{Sequence: last}}, time.Now())
	if _, ok := s.rested(); !ok {
		t.Errorf("%d packets are unsettled", s.unacked)
	}
}

// Of a storm of reports a second's worth is heard.
func TestStormOfReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := hearing(100)
		defer r.sender.close()
		wanted := 0
		r.wanted = func() { wanted++ }
		fir, err := (&rtcp.FullIntraRequest{FIR: []rtcp.FIREntry{{SSRC: 7}}}).Marshal()
		must(t, err)
		arrival := claim(t, 0, 100, rtcp.TypeTCCPacketNotReceived)
		heard := 0
		for range 2 {
			for range 5000 {
				r.list = r.list[:0]
				r.take(append(fir[:len(fir):len(fir)], arrival...), time.Now())
				heard += min(1, len(r.list))
			}
			time.Sleep(time.Second)
		}
		if wanted != 2*mostAsked || heard != 2*mostReports {
			t.Errorf("%d key frames asked for and %d reports heard in two seconds, want %d and %d", wanted, heard, 2*mostAsked, 2*mostReports)
		}
	})
}

func BenchmarkFloodOfReports(b *testing.B) {
	r := hearing(70_000)
	defer r.sender.close()
	p := &rtcp.TransportLayerCC{BaseSequenceNumber: 10_000, PacketStatusCount: 60_000}
	for range 8 {
		p.PacketChunks = append(p.PacketChunks, &rtcp.RunLengthChunk{RunLength: 8191})
	}
	for b.Loop() {
		r.hear(p)
	}
}
