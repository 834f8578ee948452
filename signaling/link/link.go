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
	conn  *websocket.Conn
	queue chan []byte

	// Owned by the reader.
	limit    int64
	tooLarge *signaling.Error // nil unless a message was
	begun    time.Time        // when the message under way began; zero between messages

	// Guarded by mu.
	mu     sync.Mutex
	closed bool
	// farewell is the last message, and reason the close code, that the writer sends
	// before it closes the connection.
	farewell *signaling.Error
	bye      chan struct{}
}

// New makes a Link of an open WebSocket, which it owns from now on. limit is the
// largest message that it reads, in bytes.
func New(conn *websocket.Conn, limit int64) *Link {
	return &Link{conn: conn, limit: limit, queue: make(chan []byte, signaling.MaxQueue), bye: make(chan struct{})}
}

// SetLimit changes the largest message that the link reads, in bytes. It is called
// from the function that Run hands messages to.
func (l *Link) SetLimit(limit int64) { l.limit = limit }

// Run reads messages and hands each to receive, one at a time, until ctx ends, the
// connection breaks, or Close is called; and writes what Send has queued. It
// returns nil after Close, and otherwise why the connection ended: a
// *[signaling.Error] where the protocol has a code for it.
func (l *Link) Run(ctx context.Context, receive func(data []byte)) error {
	var writer sync.WaitGroup
	writer.Go(l.write)
	stop := context.AfterFunc(ctx, func() { l.Close(nil) })
	err := l.read(receive)
	stop()
	byUs := l.shut(nil)
	_ = l.conn.Close() // the reader is done, and a writer that still waits must end
	writer.Wait()
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
	select {
	case l.queue <- data:
		return nil
	default:
		l.shutLocked(&signaling.Error{Code: signaling.CodeSlow, Message: "this connection does not read what is sent to it"})
		return ErrClosed
	}
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
	close(l.bye)
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

// write is the only writer of the connection but for control frames. It ends after
// Close, or when the connection breaks, and then makes the reader end too.
func (l *Link) write() {
	ticker := time.NewTicker(signaling.PingEvery)
	defer ticker.Stop()
	defer func() { _ = l.conn.SetReadDeadline(time.Now().Add(leaveWithin)) }()
	for {
		select {
		case data := <-l.queue:
			if l.writeMessage(data) != nil {
				return
			}
		case <-ticker.C:
			if l.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) != nil {
				return
			}
		case <-l.bye:
			l.leave()
			return
		}
	}
}

// leave writes what is queued, the farewell, and the close frame.
func (l *Link) leave() {
	for len(l.queue) > 0 {
		if l.writeMessage(<-l.queue) != nil {
			return
		}
	}
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
