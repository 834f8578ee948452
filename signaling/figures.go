package signaling

import "math"

const (
	maxMilliseconds = 60_000
	maxPerSecond    = 1_000
	maxCores        = 1_024
	maxBitRate      = 1_000_000_000
)

// Observe asks the host for its Figures, once a second, or for no more of them.
type Observe struct {
	On bool `json:"on"`
}

func (*Observe) messageType() string { return "observe" }

func (*Observe) check() error { return nil }

// Limit is what keeps the picture from being better, or from coming more often.
type Limit string

// The limits.
const (
	// LimitNetwork is the way to the technician.
	LimitNetwork Limit = "network"
	// LimitHost is the host's computer.
	LimitHost Limit = "host"
)

// Figures say how the host kept up in the last second. What is nil is not known.
type Figures struct {
	// Encode is the time to encode a picture in milliseconds, the median; EncodeMost is
	// what 19 of 20 pictures took at most. Nil when there was no picture.
	Encode     *float64 `json:"encode,omitempty"`
	EncodeMost *float64 `json:"encodeMost,omitempty"`
	// Pictures is the number of pictures that were encoded, those that only sharpen what
	// rests included.
	Pictures int `json:"pictures"`
	// CPU is what the host's program used of its computer: 1 is one core. Machine is the
	// share of the whole computer that was busy, 0 to 1, and Cores how many cores it has.
	CPU     *float64 `json:"cpu,omitempty"`
	Machine *float64 `json:"machine,omitempty"`
	Cores   int      `json:"cores"`
	// Rate is what the network takes in bits a second, once that has been measured.
	Rate *int `json:"rate,omitempty"`
	// Queue is how long the network needs for what it has been given, in milliseconds.
	Queue *float64 `json:"queue,omitempty"`
	// Loss is the share of packets that were lost of late, 0 to 1.
	Loss *float64 `json:"loss,omitempty"`
	// Limited is empty when the picture is as good as it can be.
	Limited Limit `json:"limited,omitempty"`
}

func (*Figures) messageType() string { return "figures" }

func (m *Figures) check() error {
	var err error
	if m.Limited != "" {
		err = checkOneOf("limited", m.Limited, LimitNetwork, LimitHost)
	}
	if m.Rate != nil {
		err = firstError(err, checkNumber("rate", float64(*m.Rate), 0, maxBitRate))
	}
	return firstError(
		err,
		checkKnown("encode", m.Encode, maxMilliseconds),
		checkKnown("encodeMost", m.EncodeMost, maxMilliseconds),
		checkNumber("pictures", float64(m.Pictures), 0, maxPerSecond),
		checkKnown("cpu", m.CPU, maxCores),
		checkKnown("machine", m.Machine, 1),
		checkNumber("cores", float64(m.Cores), 1, maxCores),
		checkKnown("queue", m.Queue, maxMilliseconds),
		checkKnown("loss", m.Loss, 1),
	)
}

// checkKnown checks a number from 0 to most, unless it is not known.
func checkKnown(field string, v *float64, most float64) error {
	if v == nil {
		return nil
	}
	return checkNumber(field, *v, 0, most)
}

// Within returns the figures with every number brought to its limit.
func (m Figures) Within() Figures {
	m.Encode, m.EncodeMost = within(m.Encode, maxMilliseconds), within(m.EncodeMost, maxMilliseconds)
	m.CPU, m.Machine = within(m.CPU, maxCores), within(m.Machine, 1)
	m.Queue, m.Loss = within(m.Queue, maxMilliseconds), within(m.Loss, 1)
	m.Pictures = max(0, min(m.Pictures, maxPerSecond))
	m.Cores = max(1, min(m.Cores, maxCores))
	if m.Rate != nil {
		rate := max(0, min(*m.Rate, maxBitRate))
		m.Rate = &rate
	}
	return m
}

// within returns nil for what is no number.
func within(v *float64, most float64) *float64 {
	if v == nil || math.IsNaN(*v) {
		return nil
	}
	near := max(0, min(*v, most))
	return &near
}
