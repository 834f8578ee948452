package app

import (
	"errors"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// wordsWithin is how long the technician's side may take with its half of the words.
const wordsWithin = 15 * time.Second

// errOtherKey says that the two certificates of a session are not the ones that they were.
var errOtherKey = errors.New("the technician's side has another key than before")

// comparison is how far the two people are with their words. All of it is the session's
// goroutine's.
type comparison struct {
	// Of the session.
	same bool   // the person has said so, of these two certificates
	key  string // the fingerprint that the technician had first, and must keep

	// Of the present connection.
	exchange *verifywords.Host
	told     bool // the technician has the commitment
	words    verifywords.Words
	missing  bool // they did not come in time
	theirs   signaling.Comparison
}

// sameKey holds the technician to the key of their first offer. It reports whether that
// is so; the session ends otherwise.
func (s *session) sameKey(fingerprint string) bool {
	if s.verify.key == "" {
		s.verify.key = fingerprint
	}
	if s.verify.key == fingerprint {
		return true
	}
	s.mistrust(errOtherKey.Error(), "The technician's side has another key than at first.")
	return false
}

// beginWords begins the exchange of a new connection, from the two certificates as DTLS
// has proved them.
func (s *session) beginWords() {
	own, err := verifywords.ParseFingerprint(s.me.identity.Fingerprint())
	if err != nil {
		s.fail("words", err)
		return
	}
	named, err := verifywords.ParseFingerprint(s.verify.key)
	proved := verifywords.FingerprintOf(s.link.conn.Proved())
	if err != nil || named != proved {
		s.mistrust(errOtherKey.Error(), "The technician's side has another key than the relay says.")
		return
	}
	v := &s.verify
	v.words, v.missing, v.told, v.theirs = verifywords.Words{}, false, false, ""
	v.exchange = verifywords.NewHost(verifywords.Connection{
		SessionID: s.registered.SessionID, Host: own, Technician: proved,
	})
}

// commitment returns what the first permissions on a connection carry, and nothing for
// those after it.
func (s *session) commitment() string {
	if s.verify.told {
		return ""
	}
	s.verify.told = true
	s.awaitWords(s.verify.exchange)
	return s.verify.exchange.Commitment()
}

// awaitWords gives the technician's side its time.
func (s *session) awaitWords(exchange *verifywords.Host) {
	l := s.link
	time.AfterFunc(wordsWithin, func() {
		l.post(func(s *session) {
			if s.verify.exchange == exchange {
				s.wordsLate(exchange)
			}
		})
	})
}

// wordsLate handles that the technician's half has not come. While the connection is
// broken it cannot.
func (s *session) wordsLate(exchange *verifywords.Host) {
	v := &s.verify
	switch {
	case v.words != verifywords.Words{}:
	case s.gate.Away():
		s.awaitWords(exchange)
	case s.gate.WordsWanted():
		s.mistrust("no words in time", "The technician's side has made no words to compare.")
	default:
		v.missing = true
		s.log.Warn("connection not verified: no words in time")
		s.written(s.config.Events.Unverified())
		s.show()
	}
}

// hearNonce takes the technician's half of the words. A second one is an attempt to
// choose among words.
func (s *session) hearNonce(m *signaling.Nonce) {
	v := &s.verify
	if v.missing {
		s.log.Info("words that came too late")
		return
	}
	reveal, words, err := s.openWords(m.Nonce)
	if err != nil {
		s.mistrust(err.Error(), "The technician's side does not keep to the rules for the words.")
		return
	}
	v.words = words
	s.toTechnician(&signaling.Reveal{Nonce: reveal})
	if v.same { // of the same two certificates, on the connection before
		s.toTechnician(&signaling.Compared{Result: signaling.WordsSame})
	}
	s.written(s.config.Events.Words(words))
	s.show()
}

func (s *session) openWords(nonce string) (reveal string, words verifywords.Words, err error) {
	if !s.verify.told {
		return "", verifywords.Words{}, verifywords.ErrOrder
	}
	return s.verify.exchange.Hear(nonce)
}

// hearCompared takes what the technician says of the words. It opens nothing here: a yes
// from there may be anybody's.
func (s *session) hearCompared(m *signaling.Compared) {
	v := &s.verify
	if m.Result == signaling.WordsDifferent {
		s.written(s.config.Events.Compared("technician", m.Result))
		s.journal.add(&event.Words{Result: string(m.Result)})
		s.mistrust("the technician sees other words", "The technician says that the words differ.")
		return
	}
	if v.words == (verifywords.Words{}) || v.theirs != "" {
		return
	}
	v.theirs = m.Result
	s.written(s.config.Events.Compared("technician", m.Result))
	s.show()
}

// wordsSame takes the person's word that the words are the same.
func (s *session) wordsSame() {
	v := &s.verify
	switch {
	case s.touch.settling() > 0 || s.isPrograms(): // what the technician has typed proves nothing
		s.config.UI.Say(ui.Notice{
			Message: "That can be the technician's own word: they have just used this machine.",
			Hint:    "Take control back, or wait until they rest, and say it again.",
		})
	case v.words == verifywords.Words{}:
		s.config.UI.Say(ui.Notice{Message: "There are no words to compare yet."})
	case v.same:
		s.config.UI.Say(ui.Notice{Message: "That is how it is already."})
	default:
		v.same = true
		s.compared(signaling.WordsSame)
		s.gate.WordsSame()
		s.show()
	}
}

// compared tells everybody what the person says.
func (s *session) compared(result signaling.Comparison) {
	s.written(s.config.Events.Compared("host", result))
	s.journal.add(&event.Words{Result: string(result)})
	m := &signaling.Compared{Result: result}
	s.tell(m)
	if s.link != nil && s.link.open {
		s.toTechnician(m)
	}
}

// mistrust ends the session because the two are not, or may not be, connected with each
// other.
func (s *session) mistrust(why, say string) {
	s.log.Warn("connection not trusted", "why", why)
	s.config.UI.Say(ui.Notice{Message: say, Hint: "The session is ended. Speak with the technician by another way before you start a new one."})
	s.stop(signaling.EndWordsDiffer)
}

// wordsShown is what the person sees of it.
func (s *session) wordsShown() ui.Words {
	v := &s.verify
	return ui.Words{List: v.words, Missing: v.missing, Required: s.gate.WordsWanted(), Same: v.same, Theirs: v.theirs}
}
