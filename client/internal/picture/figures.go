package picture

import (
	"image"
	"slices"
	"sync"
	"time"
)

// Figures say how the pictures of the last second were made and sent.
type Figures struct {
	// Codec is the key of the encode.Codec, Picture the size of the picture and Size that
	// of the video, in pixels; Grey tells that it has no colours.
	Codec         string
	Picture, Size image.Point
	Grey          bool
	// Frames is the number of frames, Bytes that of their bytes.
	Frames, Bytes int
	// Encode is the time to encode one: the median, and the 95th percentile.
	Encode, EncodeMost time.Duration
	// Network is that of the slowest link that counts.
	Network Network
	// Limit says what keeps the pictures from being more and better.
	Limit Limit
}

// Limit is what keeps pictures from being more and better.
type Limit string

// The limits.
const (
	NoLimit      Limit = ""
	LimitNetwork Limit = "network"
	LimitMachine Limit = "machine"
)

const (
	// remembered is the number of frames that figures are made of: two seconds of motion.
	remembered = 128
	// slow is the time to encode above which this machine is what limits the pictures:
	// it makes fewer than 20 a second.
	slow = 50 * time.Millisecond
)

// made is one frame that was encoded.
type made struct {
	at    time.Time
	took  time.Duration
	bytes int
}

// recorder keeps what figures are made of.
type recorder struct {
	// Guarded by mu.
	mu    sync.Mutex
	ring  [remembered]made
	next  int
	frame Figures // what does not change from frame to frame
}

func (r *recorder) note(m made, frame Figures) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring[r.next%remembered] = m
	r.next++
	r.frame = frame
}

// figures returns those of the second before now.
func (r *recorder) figures(now time.Time) Figures {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.frame
	var took []time.Duration
	for _, m := range r.ring {
		if !m.at.IsZero() && now.Sub(m.at) < time.Second {
			f.Bytes += m.bytes
			took = append(took, m.took)
		}
	}
	if f.Frames = len(took); f.Frames > 0 {
		slices.Sort(took)
		f.Encode, f.EncodeMost = took[len(took)/2], took[len(took)*95/100]
	}
	return f
}

// Figures returns those of the last second.
func (p *Pipeline) Figures() Figures {
	f := p.recorder.figures(time.Now())
	f.Network = p.standing().Network
	switch {
	case f.Size != f.Picture || f.Grey || f.Network.Stalled || f.Network.Queue > 2*look:
		f.Limit = LimitNetwork
	case f.Encode > slow:
		f.Limit = LimitMachine
	}
	return f
}
