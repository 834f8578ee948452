package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/load"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/signaling"
)

const (
	// figuresEvery is the time between two signaling.Figures, and what each covers.
	figuresEvery = time.Second
	// longQueue is how long packets may wait before the network counts as what limits the
	// picture.
	longQueue = 100 * time.Millisecond
)

// meter measures the load of this computer since the reading before.
type meter interface{ Read() load.Load }

// openMeter returns the meter of this computer.
func openMeter() (meter, error) { return load.New() }

// figures tell a technician on one connection how this side keeps up, while they look.
// Each message is an act that the gate allows or not.
type figures struct {
	// Set at construction.
	gate    *consent.Gate
	open    func() (meter, error)
	picture func() *picture.Pipeline // nil while there is none
	network func() picture.Network
	send    func(signaling.ChannelID, signaling.Message) error
	log     *slog.Logger

	// Owned by the caller of start and stop.
	cancel  context.CancelFunc // nil while nobody looks
	running sync.WaitGroup
}

// start begins to tell, unless it has begun.
func (f *figures) start() {
	if f.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.running.Go(func() { f.run(ctx) })
}

// stop ends it. It waits for this machine, never for a network.
func (f *figures) stop() {
	if f.cancel == nil {
		return
	}
	f.cancel()
	f.running.Wait()
	f.cancel = nil
}

func (f *figures) run(ctx context.Context) {
	m, err := f.open()
	if err != nil {
		f.log.Info("the load of this computer is not known", "error", err)
		m = load.Unknown{}
	}
	ticker := time.NewTicker(figuresEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			f.tell(m.Read())
		case <-ctx.Done():
			return
		}
	}
}

// tell tells the figures of now, if viewing is allowed.
func (f *figures) tell(l load.Load) {
	f.gate.Do(signaling.ScopeView, func() {
		m := f.gather(l)
		if err := f.send(signaling.ChannelControl, &m); err != nil {
			f.log.Debug("message to the technician dropped", "type", signaling.TypeOf(&m), "error", err)
		}
	})
}

// gather makes a message of what is known.
func (f *figures) gather(l load.Load) signaling.Figures {
	var made picture.Figures
	if p := f.picture(); p != nil {
		made = p.Figures()
	}
	network := f.network()
	m := signaling.Figures{
		Pictures: made.Frames, CPU: l.Own, Machine: l.Machine, Cores: l.Cores, Limited: limitOf(made, network),
	}
	if made.Frames > 0 {
		m.Encode, m.EncodeMost = milliseconds(made.Encode), milliseconds(made.EncodeMost)
	}
	if network.Measured {
		m.Rate = &network.BitsPerSecond
	}
	if network.RoundTrip > 0 { // there was a report
		m.Queue, m.Loss = milliseconds(network.Queue), &network.Loss
	}
	return m.Within()
}

// limitOf returns what keeps the picture from being better.
func limitOf(made picture.Figures, network picture.Network) signaling.Limit {
	switch {
	case made.Limit == picture.LimitNetwork || network.Stalled || network.Queue > longQueue:
		return signaling.LimitNetwork
	case made.Limit == picture.LimitMachine:
		return signaling.LimitHost
	}
	return ""
}

// milliseconds returns a duration in milliseconds, to a tenth.
func milliseconds(d time.Duration) *float64 {
	const tenth = 100 * time.Microsecond
	v := float64(d.Round(tenth)/tenth) / 10
	return &v
}

// observe tells figures from now on, or no more.
func (s *session) observe(m *signaling.Observe) {
	if now, _ := s.gate.Permissions(); !now.Has(signaling.ScopeView) {
		s.refuseView()
		return
	}
	if m.On {
		s.link.figures.start()
	} else {
		s.link.figures.stop()
	}
}
