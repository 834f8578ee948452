package peer

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/peer/rate"
)

const (
	maxReport = 1500
	// boredAfter is how long Chromium waits for something to decode before it asks for a
	// key frame, less what a report may be late: three seconds (kMaxWaitForFrame of
	// video_receive_stream2). It asks once, as it takes a stream without a packet for five
	// seconds for one that rests.
	boredAfter = 2500 * time.Millisecond
	// keyWithin is how long a key frame that was not reported may be on its way. Chromium
	// asks for another one every 200 ms until the first has come (kMaxWaitForKeyFrame).
	keyWithin = 4 * time.Second
	// mostReports is how many reports on arrivals are heard in a second, and mostAsked how
	// many of all others: what is more is dropped. Chromium sends twenty of the first, and
	// of the others one for each gap.
	mostReports = 200
	mostAsked   = 500
)

// count is how many of something came in the second that began at since.
type count struct {
	since time.Time
	n     int
}

// within counts one more, and reports whether there were no more than most in this second.
func (c *count) within(most int, now time.Time) bool {
	if now.Sub(c.since) >= time.Second {
		*c = count{since: now}
	}
	c.n++
	return c.n <= most
}

// reports reads what the technician's side says of the pictures, until the connection is
// closed.
type reports struct {
	sender *sender
	wanted func() // a key frame

	list     []rate.Arrival // reused
	bored    time.Time      // the rest, by its begin, in which a key frame was refused
	arriving count          // reports on arrivals
	asking   count          // all others
}

func (r *reports) read(from *webrtc.RTPSender) {
	buf := make([]byte, maxReport)
	for {
		n, _, err := from.Read(buf)
		if err != nil {
			return
		}
		r.take(buf[:n], time.Now())
	}
}

// take hears the reports of a packet, one after the other. What is mangled is dropped: the
// next report comes in a moment.
func (r *reports) take(raw []byte, now time.Time) {
	const word = 4
	for len(raw) > 0 {
		var h rtcp.Header
		if h.Unmarshal(raw) != nil {
			return
		}
		size := word * (int(h.Length) + 1)
		if size > len(raw) {
			return
		}
		if one := raw[:size]; r.may(&h, one, now) {
			if packets, err := rtcp.Unmarshal(one); err == nil {
				r.hear(packets[0])
			}
		}
		raw = raw[size:]
	}
}

// may reports whether a report is to be heard.
func (r *reports) may(h *rtcp.Header, raw []byte, now time.Time) bool {
	if h.Type == rtcp.TypeTransportSpecificFeedback && h.Count == rtcp.FormatTCC {
		return r.arriving.within(mostReports, now) && !inflated(raw)
	}
	return r.asking.within(mostAsked, now)
}

// inflated reports whether a report on arrivals is shorter than what it tells of, each of
// which has a byte of its own at least: pion makes room for all of that before it looks
// whether it is there.
func inflated(raw []byte) bool {
	const (
		countAt, chunksAt = 14, 20
		vector, wide      = 1 << 15, 1 << 14
		symbolAt          = 13
		longest           = 1<<symbolAt - 1
	)
	if len(raw) < chunksAt {
		return true
	}
	left, arrived := int(binary.BigEndian.Uint16(raw[countAt:])), 0
	for at := chunksAt; left > 0 && at+1 < len(raw); at += 2 {
		chunk := binary.BigEndian.Uint16(raw[at:])
		switch {
		case chunk&vector == 0:
			run := min(left, int(chunk&longest))
			if chunk>>symbolAt != rtcp.TypeTCCPacketNotReceived {
				arrived += run
			}
			left -= run
		case chunk&wide == 0:
			left -= 14
		default:
			left -= 7
		}
	}
	return arrived > len(raw)
}

func (r *reports) hear(p rtcp.Packet) {
	switch p := p.(type) {
	case *rtcp.TransportLayerCC:
		old, ok := r.sender.rate.Known(p.BaseSequenceNumber, p.PacketStatusCount)
		if !ok {
			return // it tells of what was never sent
		}
		r.list = arrivals(p, old, r.list[:0])
		r.sender.arrived(r.list, time.Now())
	case *rtcp.TransportLayerNack:
		for _, pair := range p.Nacks {
			r.sender.resend(pair.PacketList())
		}
	case *rtcp.FullIntraRequest:
		r.wanted()
	case *rtcp.PictureLossIndication:
		if !r.boredom() && !r.sender.keyComes() {
			r.wanted()
		}
	}
}

// boredom reports whether a key frame is asked for only because nothing comes: all has
// arrived, and nothing was to be sent for a while. A decoder that needs one asks again.
func (r *reports) boredom() bool {
	since, ok := r.sender.rested()
	if !ok || time.Since(since) < boredAfter || r.bored.Equal(since) {
		return false
	}
	r.bored = since
	return true
}

// arrivals adds to list what a report says (section 3.1 of
// draft-holmer-rmcat-transport-wide-cc-extensions-01), but for the first packets, which are
// too old.
func arrivals(p *rtcp.TransportLayerCC, old uint16, list []rate.Arrival) []rate.Arrival {
	const referenceUnit = 64 * time.Millisecond
	at := time.Duration(p.ReferenceTime) * referenceUnit
	deltas := p.RecvDeltas
	left, sequence := p.PacketStatusCount, p.BaseSequenceNumber
	add := func(status uint16) {
		if left == 0 {
			return // a chunk's end that is only filled up
		}
		a := rate.Arrival{Sequence: sequence, Lost: status == rtcp.TypeTCCPacketNotReceived}
		sequence++
		left--
		known := old == 0
		if !known {
			old--
		}
		if !a.Lost {
			if len(deltas) == 0 {
				return
			}
			at += time.Duration(deltas[0].Delta) * time.Microsecond
			deltas = deltas[1:]
			a.At = at
		}
		if known {
			list = append(list, a)
		}
	}
	for _, chunk := range p.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			n := min(c.RunLength, left)
			if c.PacketStatusSymbol == rtcp.TypeTCCPacketNotReceived {
				skipped := min(n, old)
				sequence, left, old, n = sequence+skipped, left-skipped, old-skipped, n-skipped
			}
			for ; n > 0; n-- {
				add(c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			for _, status := range c.SymbolList {
				add(status)
			}
		}
	}
	return list
}
