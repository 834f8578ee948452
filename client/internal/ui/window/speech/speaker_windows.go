package speech

import (
	"log/slog"
	"runtime"
	"sync"
	"time"
)

// closeWithin is how long Close waits for voices, which others have made.
const closeWithin = 2 * time.Second

// Speaker reads text aloud.
type Speaker struct {
	// Set at construction.
	voices []voice // one at least
	log    *slog.Logger
	ended  chan struct{}

	// Guarded by mu, for who puts something in.
	mu     sync.Mutex
	wishes chan wish // holds the newest
	closed bool
}

// wish is what is to be said now; with no text, nothing.
type wish struct{ text, language string }

// Open returns a Speaker, and nil where no voice is installed.
func Open(log *slog.Logger) *Speaker {
	voices := findVoices()
	if len(voices) == 0 {
		log.Info("nothing reads aloud: no voice is installed")
		return nil
	}
	s := &Speaker{voices: voices, log: log, ended: make(chan struct{}), wishes: make(chan wish, 1)}
	go s.run() // joined by Close
	return s
}

// Speak says text in a language such as "de", instead of what it is saying: in a voice of
// that language, and else in the one that the person has chosen. It does not wait. What
// Windows cannot say is not said.
func (s *Speaker) Speak(text, language string) { s.wish(wish{text, language}) }

// Quiet ends what is being said.
func (s *Speaker) Quiet() { s.wish(wish{}) }

// wish takes the place of a wish that nobody has heard.
func (s *Speaker) wish(w wish) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	select {
	case <-s.wishes:
	default:
	}
	s.wishes <- w
}

// Close says nothing more, and waits until that is so; but not for a voice that hangs.
func (s *Speaker) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		select {
		case <-s.wishes: // which nobody has heard
		default:
		}
		close(s.wishes)
	}
	s.mu.Unlock()
	select {
	case <-s.ended:
	case <-time.After(closeWithin):
		s.log.Warn("a voice hangs")
	}
}

// run is the thread that speaks.
func (s *Speaker) run() {
	defer close(s.ended)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var m *mouth
	for w := range s.wishes {
		if m == nil {
			m = s.open(w)
		}
		if m != nil {
			s.fulfil(m, w)
		}
	}
	if m != nil {
		m.close()
	}
}

// open loads what speaks when there is something to be said, since that takes a while.
func (s *Speaker) open(w wish) *mouth {
	if w.text == "" {
		return nil
	}
	m, err := openMouth()
	if err != nil {
		s.log.Warn("not read aloud", slog.Any("error", err))
		return nil
	}
	return m
}

func (s *Speaker) fulfil(m *mouth, w wish) {
	if w.text == "" {
		m.quiet()
		return
	}
	var err error
	for _, v := range bestFirst(s.voices, numberOf(w.language)) {
		if err = m.say(w.text, v.id); err == nil {
			return
		}
		s.log.Debug("a voice does not speak", slog.Any("error", err))
	}
	s.log.Warn("not read aloud", slog.Any("error", err))
}
