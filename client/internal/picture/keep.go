package picture

import "time"

const (
	// keptFrames is the number of frames that wait for a Keeper: about a second of motion.
	// What is dropped there is missing for good.
	keptFrames = 64
	// keepWithin is how long a Keeper waits for a picture to rest, where it needs a key
	// frame to go on.
	keepWithin = 2 * time.Second
	// A picture at rest is a key frame when the last one is seekGap ago and seekFrames
	// came since: what is kept is looked for later, and decoded from a key frame on.
	seekGap    = 15 * time.Second
	seekFrames = 60
	// A key frame of a page of text, and what sharpens it again, has three times the key
	// frame's bytes. So there is one when seekPart times as many have come since, which
	// makes a recording a quarter larger, or when the last one is seekMost ago.
	seekPart = 12
	seekMost = 2 * time.Minute
)

// Keeper is a Sink that keeps frames for later: a recording. Nobody waits for it, nothing is
// encoded for it alone, and no key frame is made for it while the picture moves, unless it
// could not go on for seconds without.
type Keeper interface {
	Sink
	// Takes returns how many bits a second it can take now; zero for any number.
	Takes() int
}

// RequestKeyFrameAtRest asks for a picture that can be decoded by itself, as soon as the
// picture rests, and within two seconds anyway.
func (p *Pipeline) RequestKeyFrameAtRest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.keyBy.IsZero() {
		return
	}
	p.keyBy = time.Now().Add(keepWithin)
	if p.interrupt != nil {
		p.interrupt()
	}
}

// keyMade notes that there was a key frame.
func (p *Pipeline) keyMade() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keyBy = time.Time{}
}

// keeping returns what Keepers can take, zero for any number, and whether there is one. The
// mu is held.
func (p *Pipeline) keeping() (bitsPerSecond int, ok bool) {
	for f := range p.feeds {
		if f.keeper == nil {
			continue
		}
		ok = true
		if takes := f.keeper.Takes(); takes > 0 && (bitsPerSecond == 0 || takes < bitsPerSecond) {
			bitsPerSecond = takes
		}
	}
	return bitsPerSecond, ok
}

// keep narrows a standing to what Keepers can take.
func (s *standing) keep(bitsPerSecond int) {
	if bitsPerSecond > 0 && (s.BitsPerSecond == 0 || bitsPerSecond < s.BitsPerSecond) {
		s.BitsPerSecond = bitsPerSecond
	}
}

// seekAt returns when a picture that rests until then is to be a key frame for those who
// look for something later. Zero is never. On a network that needs long for one there is
// none: whoever helps would wait for it.
func (l *loop) seekAt() time.Time {
	if !l.network.kept || l.frames < seekFrames || len(l.veil.owed) > 0 ||
		l.network.takes(l.keyBytes) > restSpan {
		return time.Time{}
	}
	gap := seekMost
	if l.since >= seekPart*l.keyBytes {
		gap = seekGap
	}
	return later(l.lastKey.Add(gap), l.changed.Add(calm))
}
