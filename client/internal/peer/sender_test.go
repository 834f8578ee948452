package peer

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/peer/rate"
	"github.com/lendhand/lendhand/client/internal/picture"
)

// packet is one that a wire carried.
type packet struct {
	at                  time.Time
	sequence, transport uint16
	marker              bool
	size                int
}

// wire is the stream that a sender writes to.
type wire struct {
	mu      sync.Mutex
	packets []packet
	err     error
	forget  bool
}

func (w *wire) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	if w.forget {
		return len(payload), nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	wide := h.GetExtension(wideID)
	w.packets = append(w.packets, packet{time.Now(), h.SequenceNumber, uint16(wide[0])<<8 | uint16(wide[1]), h.Marker, len(payload)})
	return len(payload), w.err
}

func (w *wire) Write([]byte) (int, error) { return 0, errors.New("a packet as it is") }

func (w *wire) set(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
}

// take returns what came since the last call.
func (w *wire) take() []packet {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer func() { w.packets = nil }()
	return w.packets
}

const wideID = 5

var vp8Codec = encode.Codec{MIMEType: "video/VP8", ClockRate: clockRate}

func newTestSender() (*sender, *wire) {
	w := &wire{}
	t := &track{bound: &bound{types: map[string]uint8{vp8Codec.Key(): 96}, ssrc: 7, delay: 3, wide: wideID, stream: w}}
	return newSender(t, map[string]packer{vp8Codec.Key(): &vp8Packer{}}), w
}

func frameOf(n int) picture.Frame {
	return picture.Frame{Data: bytes.Repeat([]byte{1}, n), Codec: vp8Codec.Key(), At: time.Now()}
}

// report makes a report that all of the packets arrived after a delay, but those that are
// missing.
func report(packets []packet, missing ...uint16) *rtcp.TransportLayerCC {
	r := &rtcp.TransportLayerCC{BaseSequenceNumber: packets[0].transport, ReferenceTime: 10}
	chunk := &rtcp.StatusVectorChunk{}
	last := packets[0].at
	for _, p := range packets {
		r.PacketStatusCount++
		status := rtcp.TypeTCCPacketReceivedSmallDelta
		for _, m := range missing {
			if p.sequence == m {
				status = rtcp.TypeTCCPacketNotReceived
			}
		}
		chunk.SymbolList = append(chunk.SymbolList, status)
		if status != rtcp.TypeTCCPacketNotReceived {
			r.RecvDeltas = append(r.RecvDeltas, &rtcp.RecvDelta{Type: status, Delta: p.at.Sub(last).Microseconds()})
			last = p.at
		}
	}
	chunk.SymbolList = append(chunk.SymbolList, 0, 0) // filled up
	r.PacketChunks = []rtcp.PacketStatusChunk{chunk}
	return r
}

// A small frame leaves at once, a large one at twice the rate that is assumed, in packets
// none of which is short.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSender()
		defer s.close()
		start := time.Now()
		must(t, s.write(frameOf(8_000)))
		if d := time.Since(start); d > 0 {
			t.Errorf("a small frame took %v", d)
		}
		w.take()
		time.Sleep(time.Minute)
		start = time.Now()
		must(t, s.write(frameOf(60_000)))
		packets := w.take()
		least, most := maxPacket, 0
		for _, p := range packets {
			least, most = min(least, p.size), max(most, p.size)
		}
		if most-least > most/2 { // the last one has what is left
			t.Errorf("packets of %d to %d bytes", least, most)
		}
		want := time.Duration(float64(8*(60_000+len(packets)*overhead-atOnce)) / (2 * assumedRate) * float64(time.Second))
		if d := time.Since(start); d < want-10*time.Millisecond || d > want+10*time.Millisecond {
			t.Errorf("a large frame took %v, want %v", d, want)
		}
		if last := packets[len(packets)-1]; !last.marker || packets[0].marker {
			t.Error("the marker is not on the last packet")
		}
	})
}

// What the network has too much to do for waits, until it has done it.
func TestFrameWaitsForTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSender()
		defer s.close()
		start := time.Now()
		must(t, s.write(frameOf(300_000)))
		bits := 8 * (300_000 + len(w.take())*overhead)
		want := time.Duration(float64(bits)/assumedRate*float64(time.Second)) - mostQueued
		if d := time.Since(start); d < want-30*time.Millisecond || d > want+30*time.Millisecond {
			t.Errorf("took %v, want %v", d, want)
		}
	})
}

// What is missing is sent again, at once, and not twice for two wishes.
func TestResend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSender()
		defer s.close()
		r := &reports{sender: s, wanted: func() { t.Error("a key frame is wanted") }}
		must(t, s.write(frameOf(5_000)))
		first := w.take()
		time.Sleep(100 * time.Millisecond)
		r.hear(report(first, first[1].sequence, first[2].sequence))
		nack := &rtcp.TransportLayerNack{Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{first[1].sequence, first[2].sequence, first[1].sequence - 100})}
		r.hear(nack)
		r.hear(nack)
		again := w.take()
		if len(again) != 2 || again[0].sequence != first[1].sequence || again[1].sequence != first[2].sequence {
			t.Fatalf("sent again: %+v", again)
		}
		if again[0].transport != first[len(first)-1].transport+1 || again[0].size != first[1].size {
			t.Errorf("sent again as %+v, at first as %+v", again[0], first[1])
		}
		if _, ok := s.rested(); ok {
			t.Error("all has arrived, it is said")
		}
		r.hear(report(again))
		if _, ok := s.rested(); !ok {
			t.Error("not all has arrived, it is said")
		}
	})
}

// What is sent again has a limit too.
func TestResendIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSender()
		defer s.close()
		must(t, s.write(frameOf(500_000)))
		var all []uint16
		for _, p := range w.take() {
			all = append(all, p.sequence)
		}
		time.Sleep(time.Second)
		s.resend(all)
		bytes := 0
		for _, p := range w.take() {
			bytes += p.size
		}
		if bytes < resendRoom || bytes > resendRoom+atOnce+maxPacket {
			t.Errorf("%d bytes at once", bytes)
		}
	})
}

// The last packet is sent again when nothing tells that it arrived: nothing after it
// could show that it is missing.
func TestTail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSender()
		defer s.close()
		r := &reports{sender: s, wanted: func() {}}
		must(t, s.write(frameOf(100)))
		time.Sleep(time.Minute)
		if n := len(w.take()); n != 1 {
			t.Fatalf("%d packets, and nobody has ever reported any", n)
		}
		must(t, s.write(frameOf(100)))
		first := w.take()
		time.Sleep(50 * time.Millisecond)
		r.hear(report(first))
		must(t, s.write(frameOf(100)))
		last := w.take()[0]
		time.Sleep(time.Second)
		synctest.Wait()
		again := w.take()
		if len(again) == 0 || again[0].sequence != last.sequence {
			t.Fatalf("sent again: %+v, want %d", again, last.sequence)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := len(again) + len(w.take()); n > tailProbes {
			t.Errorf("sent again %d times", n)
		}
	})
}

// A browser that is bored gets no key frame, one that cannot decode does.
func TestBoredom(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(s *sender, w *wire, r *reports)
		want int
	}{
		{"all has arrived, a while ago", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.packets))
			time.Sleep(2950 * time.Millisecond)
			r.hear(&rtcp.PictureLossIndication{})
		}, 0},
		{"it asks again", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.packets))
			time.Sleep(2950 * time.Millisecond)
			r.hear(&rtcp.PictureLossIndication{})
			time.Sleep(200 * time.Millisecond)
			r.hear(&rtcp.PictureLossIndication{})
		}, 1},
		{"it is bored of each picture", func(s *sender, w *wire, r *reports) {
			for range 3 {
				_ = s.write(frameOf(100))
				r.hear(report(w.take()))
				time.Sleep(2950 * time.Millisecond)
				r.hear(&rtcp.PictureLossIndication{})
			}
		}, 0},
		{"what was missing is of no use any more", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.packets, w.packets[0].sequence))
			w.take()
			f := frameOf(100)
			f.KeyFrame = true
			_ = s.write(f)
			r.hear(report(w.take()))
			time.Sleep(2950 * time.Millisecond)
			r.hear(&rtcp.PictureLossIndication{})
		}, 0},
		{"a key frame is on its way", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.take()))
			key := frameOf(10_000)
			key.KeyFrame = true
			_ = s.write(key)
			r.hear(report(w.packets, w.packets[8].sequence))
			for range 5 {
				time.Sleep(200 * time.Millisecond)
				r.hear(&rtcp.PictureLossIndication{})
			}
		}, 0},
		{"a key frame is there", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.take()))
			key := frameOf(10_000)
			key.KeyFrame = true
			_ = s.write(key)
			r.hear(report(w.take()))
			r.hear(&rtcp.PictureLossIndication{})
		}, 1},
		{"a key frame does not come", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.take()))
			key := frameOf(10_000)
			key.KeyFrame = true
			_ = s.write(key)
			time.Sleep(keyWithin + time.Millisecond)
			r.hear(&rtcp.PictureLossIndication{})
		}, 1},
		{"it asks soon", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.packets))
			time.Sleep(time.Second)
			r.hear(&rtcp.PictureLossIndication{})
		}, 1},
		{"something is missing", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.packets, w.packets[0].sequence))
			time.Sleep(2950 * time.Millisecond)
			r.hear(&rtcp.PictureLossIndication{})
		}, 1},
		{"it reports nothing", func(s *sender, w *wire, r *reports) {
			time.Sleep(2950 * time.Millisecond)
			r.hear(&rtcp.PictureLossIndication{})
		}, 1},
		{"it must have one", func(s *sender, w *wire, r *reports) {
			r.hear(report(w.packets))
			time.Sleep(2950 * time.Millisecond)
			r.hear(&rtcp.FullIntraRequest{})
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, w := newTestSender()
				defer s.close()
				got := 0
				must(t, s.write(frameOf(3_000)))
				time.Sleep(50 * time.Millisecond)
				c.do(s, w, &reports{sender: s, wanted: func() { got++ }})
				if got != c.want {
					t.Errorf("%d key frames are wanted, want %d", got, c.want)
				}
			})
		})
	}
}

func TestArrivals(t *testing.T) {
	p := &rtcp.TransportLayerCC{
		BaseSequenceNumber: 65535, PacketStatusCount: 5, ReferenceTime: 2,
		PacketChunks: []rtcp.PacketStatusChunk{
			&rtcp.RunLengthChunk{PacketStatusSymbol: rtcp.TypeTCCPacketReceivedSmallDelta, RunLength: 2},
			&rtcp.StatusVectorChunk{SymbolList: []uint16{rtcp.TypeTCCPacketNotReceived, rtcp.TypeTCCPacketReceivedLargeDelta, rtcp.TypeTCCPacketReceivedSmallDelta, 0, 0}},
		},
		RecvDeltas: []*rtcp.RecvDelta{{Delta: 1000}, {Delta: 2000}, {Delta: -500}}, // one too few
	}
	type arrival struct {
		Sequence uint16
		Lost     bool
		At       time.Duration
	}
	var got []arrival
	for _, a := range arrivals(p, 0, nil) {
		got = append(got, arrival{a.Sequence, a.Lost, a.At})
	}
	const zero = 128 * time.Millisecond
	want := []arrival{{65535, false, zero + time.Millisecond}, {0, false, zero + 3*time.Millisecond}, {1, true, 0}, {2, false, zero + 2500*time.Microsecond}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A path that is gone for a while takes no packets and is back later: what was written
// meanwhile is sent again at once.
func TestPathThatComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSender()
		defer s.close()
		r := &reports{sender: s, wanted: func() {}}
		must(t, s.write(frameOf(100)))
		time.Sleep(50 * time.Millisecond)
		r.hear(report(w.take()))
		w.set(errors.New("no path"))
		must(t, s.write(frameOf(100)))
		lost := w.take()[0]
		time.Sleep(time.Second)
		if !s.network(time.Now()).Stalled {
			t.Error("not stalled without any report")
		}
		time.Sleep(time.Minute)
		if s.network(time.Now()).Stalled {
			t.Error("stalled for ever")
		}
		w.set(nil)
		w.take()
		s.revive()
		again := w.take()
		if len(again) != 1 || again[0].sequence != lost.sequence {
			t.Fatalf("sent again: %+v, want %d", again, lost.sequence)
		}
		r.hear(report(again))
		if _, ok := s.rested(); !ok || s.network(time.Now()).Stalled {
			t.Errorf("%+v", s.network(time.Now()))
		}
	})
}

// A network that takes nothing is noticed, and the end does not wait for it.
func TestClosedWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newTestSender()
		ended := make(chan error)
		go func() { ended <- s.write(frameOf(1_000_000)) }()
		time.Sleep(100 * time.Millisecond)
		s.close()
		if err := <-ended; !errors.Is(err, errClosed) {
			t.Errorf("got %v", err)
		}
		if err := s.write(frameOf(1)); !errors.Is(err, errClosed) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSendingAllocatesNothing(t *testing.T) {
	s, w := newTestSender()
	defer s.close()
	w.forget = true
	f := frameOf(5000)
	for range history {
		must(t, s.write(frameOf(1100)))
		s.bucket = bucket{}
	}
	if n := testing.AllocsPerRun(100, func() {
		s.bucket = bucket{}
		f.At = time.Now()
		_ = s.write(f)
	}); n != 0 {
		t.Errorf("%v allocations for a frame", n)
	}
}

// A picture that was taken later has a later timestamp, in ticks of the RTP clock, also
// where the numbers wrap around.
func TestTimestampsFollowTheTime(t *testing.T) {
	start := time.Now()
	s := &sender{start: start, offset: 1<<32 - 1000}
	for _, c := range []struct {
		after time.Duration
		want  uint32
	}{{0, 1<<32 - 1000}, {time.Second, clockRate - 1000}, {-time.Millisecond, 1<<32 - 1090}} {
		if got := s.timestamp(start.Add(c.after)); got != c.want {
			t.Errorf("after %v: %d, want %d", c.after, got, c.want)
		}
	}
}

// On a path that loses much, the end of a frame is sent twice, a moment later and before any
// report; and whichever of the two arrives, nothing is missing.
func TestTheEndIsSentTwiceOnALossyPath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSender()
		defer s.close()
		r := &reports{sender: s, wanted: func() {}}
		for range 10 {
			must(t, s.write(frameOf(5000)))
			frame := w.take()
			time.Sleep(10 * time.Millisecond)
			r.hear(report(frame, frame[1].sequence))
		}
		time.Sleep(time.Second)
		w.take()
		must(t, s.write(frameOf(5000)))
		frame := w.take()
		time.Sleep(earlyAfter + time.Millisecond)
		synctest.Wait()
		again := w.take()
		if len(again) != earlyPackets || again[1].sequence != frame[len(frame)-1].sequence {
			t.Fatalf("sent again: %+v, of %+v", again, frame)
		}
		r.hear(report(append(frame, again...)[:len(frame)]))
		time.Sleep(time.Millisecond)
		for _, p := range frame {
			if k := s.ring[p.sequence%history]; !k.acked {
				t.Errorf("%d has arrived, and is waited for", p.sequence)
			}
		}
	})
}

// Of small frames one is cut into more packets now and then, when that tells whether the
// network takes more.
func TestSmallFramesTellOfTheNetwork(t *testing.T) {
	s, _ := newTestSender()
	s.rate = rate.New(300_000)
	now := time.Now()
	for _, c := range []struct {
		name  string
		after time.Duration
		bytes int
		cut   bool
	}{
		{"too small to tell", 0, 200, false},
		{"large enough as it is", 0, 20_000, false},
		{"small", 0, 900, true},
		{"the next", 33 * time.Millisecond, 900, false},
		{"one later", trialGap, 900, true},
	} {
		now = now.Add(c.after)
		room := s.room(c.bytes, now)
		if cut := room < evenly(c.bytes); cut != c.cut {
			t.Errorf("%s: room for %d bytes, %d as ever; cut %v, want %v", c.name, room, evenly(c.bytes), cut, c.cut)
		}
		if want := s.rate.Wanted(now); c.cut && (c.bytes/room-1)*(room+overhead) < want {
			t.Errorf("%s: packets of %d bytes, too few for %d", c.name, room, want)
		}
	}
}
