package signaling

import (
	"errors"
	"time"
)

const (
	// MaxChat is the length of a Chat's text, in characters.
	MaxChat = 1000
	// MaxUnheard is the number of Chats that a sender keeps until they are acknowledged:
	// it sends no more before that.
	MaxUnheard = 20
	// ChatAtOnce is how many a sender sends at once.
	ChatAtOnce = 20
	// ChatEvery is the time in which it may send one more.
	ChatEvery = time.Second
	// ChatTakenAtOnce is how many a receiver takes at once: some come twice after a lost
	// connection.
	ChatTakenAtOnce = 80
	// ChatTakenEvery is the time in which it takes one more.
	ChatTakenEvery = time.Second / 2
)

// Chat is something that one of the two people says to the other. An InputAck on the
// same channel answers it.
type Chat struct {
	// Sent numbers what one side says in a session, from 1. What comes twice counts once.
	Sent uint64 `json:"sent"`
	Text string `json:"text"`
}

func (*Chat) messageType() string { return "chat" }

func (m *Chat) check() error {
	if m.Sent == 0 {
		return errors.New("sent: numbered from 1")
	}
	return checkText("text", m.Text, 1, MaxChat)
}
