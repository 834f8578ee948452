package turn

import "golang.org/x/time/rate"

// meter bounds what one participant relays, each way by itself: the screen that a
// host sends does not keep it from hearing the technician.
type meter struct{ out, in *rate.Limiter }

// newMeter returns a meter of so many bytes a second. A second's worth may come at
// once: a key frame does.
func newMeter(perSecond int) *meter {
	burst := max(perSecond, maxPacket) // no packet must be too large for ever
	return &meter{out: rate.NewLimiter(rate.Limit(perSecond), burst), in: rate.NewLimiter(rate.Limit(perSecond), burst)}
}

// meterOf returns the participant's meter, one for all its allocations. It is called
// with mu held.
func (sess *session) meterOf(who string, perSecond int) *meter {
	m := sess.meters[who]
	if m == nil {
		m = newMeter(perSecond)
		sess.meters[who] = m
	}
	return m
}

// over reports whether the session may relay nothing more.
func (sess *session) over() bool {
	sess.mu.RLock()
	defer sess.mu.RUnlock()
	return sess.ended
}
