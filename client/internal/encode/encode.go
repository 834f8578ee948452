// Package encode turns captured pictures into video.
//
// An [Encoder] makes one stream of one size. The leaves below this folder wrap
// the codec libraries; all of them pass the one contract suite in encodetest.
package encode

import (
	"errors"
	"image"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// MovingSpan is how long an Encoder's rate may take for one picture that moves, when
// Options name no MaxBytes. It keeps account of what that leaves for the next.
const MovingSpan = 350 * time.Millisecond

// ErrClosed is returned by an Encoder that has been closed.
var ErrClosed = errors.New("encoder closed")

// Config says what an Encoder is for. All fields but Grey are required.
type Config struct {
	// Picture is the size of the captured pictures in pixels. An Encoder has one size
	// for life: when the picture's size changes, a new one is made.
	Picture image.Point
	// Size is the size of the video in pixels: the picture's, or less, each side by
	// itself, down to a quarter. What has changed is reduced to it.
	Size image.Point
	// Grey leaves the colours out, for a link that does not carry them.
	Grey bool
	// BitsPerSecond is the first target rate.
	BitsPerSecond int
	// Threads is the number of threads that the codec may use.
	Threads int
}

// Options tell an Encoder about the one picture that it is about to encode.
type Options struct {
	// KeyFrame asks for a picture that can be decoded without any before it.
	KeyFrame bool
	// Refine says that the picture is the same as the last one and is at rest: spend
	// bits on sharpness, not on speed.
	Refine bool
	// MaxBytes is about the most that the packet is to have; 0 leaves it to the rate.
	// What does not fit is coarse, and sharpened by later pictures at rest.
	MaxBytes int
}

// Packet is one encoded picture.
type Packet struct {
	// Data is valid until the next call of Encode.
	Data []byte
	// KeyFrame is true when the picture can be decoded without any before it.
	KeyFrame bool
	// Sharp is true when encoding the same picture again would not make it visibly
	// better, or would take far more bytes than it may.
	Sharp bool
}

// Encoder makes one stream of pictures of one size. It is used by one goroutine.
type Encoder interface {
	// Encode encodes the picture, of which f.Damage has changed since the call
	// before. The first picture is a key frame.
	Encode(f *capture.Frame, opts Options) (Packet, error)
	// SetRate changes the target rate, in bits a second, from the next picture on.
	SetRate(bitsPerSecond int) error
	// Close frees the codec.
	Close() error
}

// Codec makes Encoders of one kind.
type Codec struct {
	// MIMEType is the codec's name in SDP, such as "video/VP8".
	MIMEType string
	// ClockRate is the RTP clock in Hz.
	ClockRate uint32
	// Parameters is the format-specific line of SDP (a=fmtp), such as "profile=1"; it
	// may be empty. A codec with several profiles is several Codecs.
	Parameters string
	// Cost is how long this host takes for a picture of 1920×1080 all of which moves; 0
	// when it was not measured.
	Cost time.Duration
	// New makes an Encoder.
	New func(Config) (Encoder, error)
}
