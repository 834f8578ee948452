package app

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/pace"
)

// chat is what the two people say to each other. It outlives a connection and not the
// session: what was not heard is said again. The session's goroutine owns it.
type chat struct {
	sent    uint64            // the number of the person's last message
	unheard []*signaling.Chat // theirs that were not acknowledged, oldest first
	own     *pace.Bucket
	heard   uint64 // the number of the technician's last message
	theirs  *pace.Bucket
}

func newChat() chat {
	return chat{
		own:    pace.NewBucket(signaling.ChatAtOnce, signaling.ChatEvery),
		theirs: pace.NewBucket(signaling.ChatTakenAtOnce, signaling.ChatTakenEvery),
	}
}

// say sends what the person writes. What cannot be sent is not kept, and they are told.
func (s *session) say(text string) {
	refuse := func(message, hint string) { s.config.UI.Say(ui.Notice{Message: message, Hint: hint}) }
	text = signaling.Clean(text, signaling.MaxChat+1)
	switch c := &s.chat; {
	case text == "":
	case len([]rune(text)) > signaling.MaxChat:
		refuse("Not sent: that is longer than 1,000 characters.", "Say it in parts.")
	case s.phase == ui.Connecting:
		refuse("Not sent: nobody is there yet.", "Say it again when they are connected.")
	case len(c.unheard) >= signaling.MaxUnheard:
		refuse("Not sent: what you said before has not arrived yet.", "Say it again when the connection is better.")
	case !c.own.Take(time.Now()):
		refuse("Not sent: that was too much at once.", "Say it again in a moment.")
	default:
		c.sent++
		m := &signaling.Chat{Sent: c.sent, Text: text}
		c.unheard = append(c.unheard, m)
		s.sendChat(m)
		s.chatted("host", ui.Said{Mine: true, Text: text, At: time.Now()})
	}
}

func (s *session) chatted(by string, said ui.Said) {
	s.written(s.config.Events.Chat(by))
	from := event.Technician
	if said.Mine {
		from = event.Person
	}
	s.journal.add(&event.Chat{From: from, Text: said.Text})
	s.config.UI.ShowChat(said)
}

// hearChat handles a message of the chat's channel. Without permission to see this desktop
// nobody is heard.
func (s *session) hearChat(m signaling.Message) {
	if !s.gate.Permits(signaling.ScopeView) {
		return
	}
	switch m := m.(type) {
	case *signaling.InputAck:
		s.chat.unheard = slices.DeleteFunc(s.chat.unheard, func(c *signaling.Chat) bool { return c.Sent <= m.Last })
	case *signaling.Chat:
		s.takeChat(m)
	}
}

// takeChat shows what the technician says, once.
func (s *session) takeChat(m *signaling.Chat) {
	c := &s.chat
	if !c.theirs.Take(time.Now()) {
		s.fail("chat", errors.New("the technician's side sends too much at once"))
		return
	}
	switch {
	case m.Sent > c.heard+1:
		return // what is missing comes first
	case m.Sent == c.heard+1:
		c.heard = m.Sent
		s.chatted("technician", ui.Said{Text: unpadded(m.Text), At: time.Now()})
	}
	s.sendChat(&signaling.InputAck{Last: c.heard})
}

// unpadded has one space for any number of them: with many, a message would go on in a line
// that looks like this program's own.
func unpadded(text string) string { return strings.Join(strings.Fields(text), " ") }

// sayAgain sends what was not heard on the connection before.
func (s *session) sayAgain() {
	for _, m := range s.chat.unheard {
		s.sendChat(m)
	}
}

// sendChat sends a message on the chat's channel, if there is one. What is lost is said
// again on the next.
func (s *session) sendChat(m signaling.Message) {
	if s.link != nil {
		s.link.drop(signaling.ChannelChat, m)
	}
}
