package peer

import (
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
)

// reports reads what the technician's side says of the pictures, until the connection is
// closed.
type reports struct {
	sender *sender
	wanted func() // a key frame

	list  []rate.Arrival // reused
	bored time.Time      // the rest, by its begin, in which a key frame was refused
}

func (r *reports) read(from *webrtc.RTPSender) {
	buf := make([]byte, maxReport)
	for {
		n, _, err := from.Read(buf)
		if err != nil {
			return
		}
		packets, err := rtcp.Unmarshal(buf[:n])
		if err != nil {
			continue // lost or mangled; the next report comes in a moment
		}
		for _, p := range packets {
			r.hear(p)
		}
	}
}

func (r *reports) hear(p rtcp.Packet) {
	switch p := p.(type) {
	case *rtcp.TransportLayerCC:
		r.list = arrivals(p, r.list[:0])
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
// draft-holmer-rmcat-transport-wide-cc-extensions-01).
func arrivals(p *rtcp.TransportLayerCC, list []rate.Arrival) []rate.Arrival {
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
		if !a.Lost {
			if len(deltas) == 0 {
				return
			}
			at += time.Duration(deltas[0].Delta) * time.Microsecond
			deltas = deltas[1:]
			a.At = at
		}
		list = append(list, a)
	}
	for _, chunk := range p.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			for n := c.RunLength; n > 0 && left > 0; n-- {
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
