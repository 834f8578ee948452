// Package shape says what a network does to packets: how long each takes, and which are
// lost. It knows neither a network nor a clock: the caller says what time it is.
package shape

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	minRate  = 8_000 // bit/s: a full packet takes a second and a half
	maxDelay = 10 * time.Second
)

// Settings are the properties of one direction.
type Settings struct {
	// Rate in bit/s at which packets are put on the line, one after another. 0 takes no time.
	Rate int64
	// Delay of every packet, once it is on the line.
	Delay time.Duration
	// Jitter is the most that is added to Delay: for each packet another part of it, all
	// as likely as each other.
	Jitter time.Duration
	// Reorder lets a packet overtake those that had more jitter. Otherwise it waits for them.
	Reorder bool
	// Loss is the share of packets, 0 to 1, that are lost on the line, each for itself.
	// Their time on the line is spent.
	Loss float64
	// QueueTime and QueueBytes bound what waits for the line: as many bytes as the line
	// takes in this time, or this many if that is not 0. A packet that finds no room is lost.
	QueueTime  time.Duration
	QueueBytes int64
	// Down loses every packet, those under way too.
	Down bool
}

// Defaults returns a line that does nothing to a packet. Once it has a rate, 300 ms wait
// for it: more than a well-kept router lets wait, and less than many at home do.
func Defaults() Settings {
	return Settings{QueueTime: 300 * time.Millisecond}
}

// With returns the settings changed by one word:
//
//	rate=300k  rate=20M   bit/s; rate=0 takes no time
//	delay=75ms            for this direction alone, half of a round trip
//	jitter=10ms           at most, on top of the delay
//	order=kept|loose      whether jitter may change the order
//	loss=0.02             the share that is lost
//	queue=300ms|64k       what waits for the line, as time or as bytes
//	down, up
func (s Settings) With(word string) (Settings, error) {
	name, value, _ := strings.Cut(word, "=")
	var err error
	switch name {
	case "rate":
		s.Rate, err = parseRate(value)
	case "delay":
		s.Delay, err = parseTime(value)
	case "jitter":
		s.Jitter, err = parseTime(value)
	case "order":
		s.Reorder, err = parseOrder(value)
	case "loss":
		s.Loss, err = parseShare(value)
	case "queue":
		s.QueueTime, s.QueueBytes, err = parseQueue(value)
	case "down", "up":
		s.Down = name == "down"
		if word != name {
			err = fmt.Errorf("%q takes no value", name)
		}
	default:
		err = fmt.Errorf("unknown setting %q", name)
	}
	if err != nil {
		return Settings{}, fmt.Errorf("setting %q: %w", word, err)
	}
	return s, nil
}

// String returns the words that say these settings.
func (s Settings) String() string {
	order, state, queue := "kept", "up", s.QueueTime.String()
	if s.Reorder {
		order = "loose"
	}
	if s.Down {
		state = "down"
	}
	if s.QueueBytes != 0 {
		queue = strconv.FormatInt(s.QueueBytes, 10)
	}
	return fmt.Sprintf("rate=%d delay=%v jitter=%v order=%s loss=%v queue=%s %s",
		s.Rate, s.Delay, s.Jitter, order, s.Loss, queue, state)
}

// room returns how many bytes may wait for the line.
func (s Settings) room() int64 {
	if s.QueueBytes != 0 {
		return s.QueueBytes
	}
	return int64(float64(s.Rate) / 8 * s.QueueTime.Seconds())
}

// onLine returns how long a packet of this many bytes takes to be put on the line.
func (s Settings) onLine(bytes int) time.Duration {
	if s.Rate == 0 {
		return 0
	}
	return time.Duration(float64(bytes) * 8 / float64(s.Rate) * float64(time.Second))
}

func parseRate(text string) (int64, error) {
	rate, err := parseCount(text)
	if err == nil && rate != 0 && rate < minRate {
		err = fmt.Errorf("less than %d bit/s", minRate)
	}
	return rate, err
}

func parseTime(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err == nil && (d < 0 || d > maxDelay) {
		err = fmt.Errorf("not between 0 and %v", maxDelay)
	}
	return d, err
}

func parseOrder(text string) (loose bool, err error) {
	if text != "kept" && text != "loose" {
		return false, fmt.Errorf("neither kept nor loose")
	}
	return text == "loose", nil
}

func parseShare(text string) (float64, error) {
	share, err := strconv.ParseFloat(text, 64)
	if err == nil && !(share >= 0 && share <= 1) { // not a number is neither
		err = fmt.Errorf("not between 0 and 1")
	}
	return share, err
}

func parseQueue(text string) (time.Duration, int64, error) {
	if d, err := parseTime(text); err == nil && text != "0" {
		return d, 0, nil
	}
	bytes, err := parseCount(text)
	return 0, bytes, err
}

// parseCount reads a number that may end in k or M, thousands or millions.
func parseCount(text string) (int64, error) {
	scale := 1.0
	if digits, ok := strings.CutSuffix(text, "k"); ok {
		text, scale = digits, 1e3
	} else if digits, ok := strings.CutSuffix(text, "M"); ok {
		text, scale = digits, 1e6
	}
	n, err := strconv.ParseFloat(text, 64)
	if err == nil && !(n >= 0 && n*scale < math.MaxInt32*1e3) {
		err = fmt.Errorf("not a reasonable number")
	}
	return int64(n * scale), err
}
