package picture

import "time"

// Link is a Sink at the other end of a network. WriteFrame returns when the frame has
// left this machine.
type Link interface {
	Sink
	// Network tells how the network takes what it is given.
	Network() Network
}

// Network says how a network stands.
type Network struct {
	// BitsPerSecond is what it takes, by estimate. Measured is false as long as that is
	// only assumed.
	BitsPerSecond int
	Measured      bool
	// Queue is how long it needs for what it has been given already.
	Queue time.Duration
	// RoundTrip is the least time of late between a packet and its report.
	RoundTrip time.Duration
	// Loss is the share of packets lost of late, 0 to 1.
	Loss float64
	// Stalled is true when no report comes where one should have come.
	Stalled bool
}
