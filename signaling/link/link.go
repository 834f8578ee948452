// Package link carries the protocol's messages over one WebSocket, for both of its
// ends: bounded reads, a bounded queue of writes, a deadline on every wait, pings,
// and errors that become close codes.
package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
)

// writeWithin is how long one frame may take to be written: a reader that takes
// longer is not reading.
const writeWithin = 10 * time.Second

// messageWithin is how long one message may take from its first frame to its last,
// whatever comes in between: a message of empty frames has no end.
const messageWithin = signaling.SilenceAfter

// leaveWithin is how long the other side may take to answer a close frame. Closing
// without waiting could lose the last message: a TCP connection that is closed with
// unread data is reset.
const leaveWithin = time.Second

// ErrClosed is returned by Send after the link has ended.
var ErrClosed = errors.New("link closed")

// Link is one WebSocket. Send and Close may be called from any goroutine, and
// neither waits for the network.
type Link struct {
	// Set at construction.
	conn *websocket.Conn

	// Owned by the reader.
	limit    int64
	tooLarge *signaling.Error // nil unless a message was
	begun    time.Time        // when the message under way began; zero between messages

	// Guarded by mu.
	mu     sync.Mutex
	closed bool
	queue  [][]byte // at most signaling.MaxQueue
	// pings makes pingDue true now and then.
	pings   *time.Timer
	pingDue bool
	// farewell is the last message, and reason the close code, that the writer sends
	// before it closes the connection.
	farewell *signaling.Error
	// writing says that the writer runs: only while there is something to write, since
	// thousands of links are idle. Where it must not run, before Run and after a write
	// that failed, writing is true as well.
	writing bool
	writer  sync.WaitGroup
}

// New makes a Link of an open WebSocket, which it owns from now on. limit is the
// largest message that it reads, in bytes.
func New(conn *websocket.Conn, limit int64) *Link {
	return &Link{conn: conn, limit: limit, writing: true}
}

// SetLimit changes the largest message that the link reads, in bytes. It is called
// from the function that Run hands messages to.
func (l *Link) SetLimit(limit int64) { l.limit = limit }

// Run reads messages and hands each to receive, one at a time, until ctx ends, the
// connection breaks, or Close is called; and writes what Send has queued. It
// returns nil after Close, and otherwise why the connection ended: a
// *[signaling.Error] where the protocol has a code for it.
func (l *Link) Run(ctx context.Context, receive func(data []byte)) error {
	l.start()
	stop := context.AfterFunc(ctx, func() { l.Close(nil) })
	err := l.read(receive)
	stop()
	byUs := l.shut(nil)
	_ = l.conn.Close() // the reader is done, and a writer that still waits must end
	l.writer.Wait()
	switch {
	case l.tooLarge != nil:
		return l.tooLarge
	case byUs:
		return nil
	}
	return explain(err)
}

// Send queues a message. A reader that lets the queue run full is dropped with
// CodeSlow. It returns ErrClosed when the link has ended.
func (l *Link) Send(m signaling.Message) error {
	data, err := signaling.Encode(m)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	if len(l.queue) >= signaling.MaxQueue {
		l.shutLocked(&signaling.Error{Code: signaling.CodeSlow, Message: "this connection does not read what is sent to it"})
		return ErrClosed
	}
	l.queue = append(l.queue, data)
	l.wake()
	return nil
}

// Close ends the link after what is queued has been written. A reason is told to
// the other side: as a last message, and by its close code.
func (l *Link) Close(reason *signaling.Error) { l.shut(reason) }

// shut reports whether the link was closed by this side before.
func (l *Link) shut(reason *signaling.Error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.shutLocked(reason)
}

func (l *Link) shutLocked(reason *signaling.Error) bool {
	if l.closed {
		return true
	}
	l.closed, l.farewell = true, reason
	if l.pings != nil {
		l.pings.Stop()
	}
	l.wake()
	return false
}

func (l *Link) read(receive func([]byte)) error {
	if err := l.alive(""); err != nil {
		return err
	}
	l.conn.SetPongHandler(l.alive)
	ping := l.conn.PingHandler()
	l.conn.SetPingHandler(func(data string) error {
		_ = l.alive("") // the read that follows reports a broken connection
		return ping(data)
	})
	for {
		kind, message, err := l.conn.NextReader()
		if err != nil {
			return err
		}
		l.begun = time.Now()
		if err := l.alive(""); err != nil {
			return err
		}
		if l.isClosed() {
			continue // reads on for the close frame only
		}
		if err := l.take(kind, message, receive); err != nil {
			return err
		}
	}
}

// take reads one message. The library's own limit is of no use: it hangs up at once,
// and what is unread by then resets the connection before the close code arrives.
func (l *Link) take(kind int, message io.Reader, receive func([]byte)) error {
	data, err := io.ReadAll(io.LimitReader(message, l.limit+1))
	l.begun = time.Time{}
	switch {
	case err != nil:
		return err
	case int64(len(data)) > l.limit:
		l.tooLarge = &signaling.Error{
			Code:    signaling.CodeMessageTooLarge,
			Message: fmt.Sprintf("A message was larger than %d bytes.", l.limit),
		}
		l.Close(l.tooLarge)
	case kind != websocket.TextMessage:
		l.Close(&signaling.Error{Code: signaling.CodeBadMessage, Message: "messages are text"})
	default:
		receive(data)
	}
	return nil
}

// alive notes a sign of life, which does not lengthen the message under way. It is
// called by the reader. Once this side has closed the link, its leave has set
// the last deadline.
func (l *Link) alive(string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	until := time.Now().Add(signaling.SilenceAfter)
	if end := l.begun.Add(messageWithin); !l.begun.IsZero() && end.Before(until) {
		until = end
	}
	return l.conn.SetReadDeadline(until)
}

func (l *Link) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// start has the writer write what was queued before, and ping until the link is closed.
func (l *Link) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing = false
	l.wake() // it ends at once where nothing waits
	if l.closed {
		return
	}
	l.pings = time.AfterFunc(signaling.PingEvery, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.closed {
			return
		}
		l.pingDue = true
		l.wake()
		l.pings.Reset(signaling.PingEvery)
	})
}

// wake starts the writer unless it runs. Called with mu held.
func (l *Link) wake() {
	if !l.writing {
		l.writing = true
		l.writer.Go(l.write)
	}
}

// write is the only writer of the connection but for answers to control frames. It
// ends when there is nothing to write. After Close, or when the connection breaks,
// it makes the reader end too.
func (l *Link) write() {
	for {
		data, todo := l.next()
		var err error
		switch todo {
		case nothing:
			return
		case message:
			err = l.writeMessage(data)
		case ping:
			err = l.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin))
		case goodbye:
			l.leave()
		}
		if err != nil || todo == goodbye {
			_ = l.conn.SetReadDeadline(time.Now().Add(leaveWithin)) // of a closed connection: the reader knows
			return
		}
	}
}

// task is what the writer does next.
type task int

const (
	nothing task = iota
	message
	ping
	goodbye // after all that was queued
)

// next returns what to do, and for a message its data.
func (l *Link) next() ([]byte, task) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.queue) > 0:
		data := l.queue[0]
		if l.queue = l.queue[1:]; len(l.queue) == 0 {
			l.queue = nil
		}
		return data, message
	case l.closed:
		return nil, goodbye
	case l.pingDue:
		l.pingDue = false
		return nil, ping
	}
	l.writing = false
	return nil, nothing
}

// leave writes the farewell and the close frame.
func (l *Link) leave() {
	code, text := websocket.CloseNormalClosure, ""
	l.mu.Lock()
	farewell := l.farewell
	l.mu.Unlock()
	if farewell != nil {
		if data, err := signaling.Encode(farewell); err == nil && l.writeMessage(data) != nil {
			return
		}
		text = string(farewell.Code)
		if c, ok := farewell.CloseCode(); ok {
			code = c
		}
	}
	_ = l.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, text), time.Now().Add(writeWithin))
}

func (l *Link) writeMessage(data []byte) error {
	if err := l.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return l.conn.WriteMessage(websocket.TextMessage, data)
}

// explain turns the other side's close code into the error that it stands for.
func explain(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		if code, ok := signaling.ErrorOfClose(closed.Code); ok {
			return &signaling.Error{Code: code, Message: fmt.Sprintf("the other side closed the connection (%d)", closed.Code)}
		}
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Errorf("no sign of life for %s", signaling.SilenceAfter)
	}
	return err
}
