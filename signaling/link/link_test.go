package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
)

// pair returns the two ends of a WebSocket in memory.
func pair(t *testing.T) (server, client *websocket.Conn) {
	t.Helper()
	a, b := net.Pipe()
	conns := make(chan net.Conn, 1)
	conns <- a
	upgraded := make(chan *websocket.Conn, 1)
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
		}
		upgraded <- ws
	})}
	go func() { _ = s.Serve(&oneConn{conns: conns}) }()
	dialer := websocket.Dialer{NetDialContext: func(context.Context, string, string) (net.Conn, error) { return b, nil }}
	client, _, err := dialer.Dial("ws://relay/", nil)
	if err != nil {
		t.Fatal(err)
	}
	return <-upgraded, client
}

// oneConn is a listener with one connection.
type oneConn struct{ conns chan net.Conn }

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	default:
		return nil, net.ErrClosed
	}
}
func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// inBubble runs f with a link that runs, and the raw other end.
func inBubble(t *testing.T, f func(l *Link, received chan string, ended chan error, peer *websocket.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		server, peer := pair(t)
		l := New(server, 100)
		received, ended := make(chan string, 10), make(chan error, 1)
		go func() { ended <- l.Run(t.Context(), func(data []byte) { received <- string(data) }) }()
		f(l, received, ended, peer)
		_ = peer.Close()
		l.Close(nil)
		synctest.Wait()
	})
}

func TestMessagesPassInOrder(t *testing.T) {
	inBubble(t, func(l *Link, received chan string, _ chan error, peer *websocket.Conn) {
		for _, reason := range []signaling.EndReason{"one", "two", "three"} {
			if err := l.Send(&signaling.End{Reason: reason}); err != nil {
				t.Fatal(err)
			}
			_, data, err := peer.ReadMessage()
			if want := fmt.Sprintf(`{"type":"end","reason":%q}`, reason); err != nil || string(data) != want {
				t.Fatalf("got %s, %v; want %s", data, err, want)
			}
		}
		if err := peer.WriteMessage(websocket.TextMessage, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if got := <-received; got != "hello" {
			t.Errorf("got %q", got)
		}
	})
}

// What was queued before Close still arrives, then the reason, then its close code.
func TestCloseSaysWhy(t *testing.T) {
	inBubble(t, func(l *Link, _ chan string, ended chan error, peer *websocket.Conn) {
		if err := l.Send(&signaling.End{Reason: "queued"}); err != nil {
			t.Fatal(err)
		}
		l.Close(&signaling.Error{Code: signaling.CodeForbidden, Message: "Not you."})
		l.Close(&signaling.Error{Code: signaling.CodeInternal, Message: "Not twice."})
		for _, want := range []string{"queued", "Not you."} {
			if _, data, err := peer.ReadMessage(); err != nil || !strings.Contains(string(data), want) {
				t.Errorf("got %s, %v; want %s", data, err, want)
			}
		}
		_, _, err := peer.ReadMessage()
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != 4005 || closed.Text != "forbidden" {
			t.Errorf("closed with %v", err)
		}
		if err := <-ended; err != nil {
			t.Errorf("Run after Close: %v", err)
		}
		if err := l.Send(&signaling.End{Reason: "late"}); !errors.Is(err, ErrClosed) {
			t.Errorf("Send after Close: %v", err)
		}
	})
}

func TestTheOthersCloseCodeIsUnderstood(t *testing.T) {
	inBubble(t, func(_ *Link, _ chan string, ended chan error, peer *websocket.Conn) {
		deadline := time.Now().Add(time.Second)
		if err := peer.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4007, ""), deadline); err != nil {
			t.Fatal(err)
		}
		go func() { _, _, _ = peer.ReadMessage() }()
		var problem *signaling.Error
		if err := <-ended; !errors.As(err, &problem) || problem.Code != signaling.CodeSessionUnknown {
			t.Errorf("got %v", err)
		}
	})
}

func TestReadLimit(t *testing.T) {
	inBubble(t, func(_ *Link, received chan string, ended chan error, peer *websocket.Conn) {
		// Much more than the limit: the rest is read away, or the answer would be lost.
		go func() { _ = peer.WriteMessage(websocket.TextMessage, make([]byte, 1<<20)) }()
		if _, data, err := peer.ReadMessage(); err != nil || !strings.Contains(string(data), "message_too_large") {
			t.Errorf("got %s, %v", data, err)
		}
		if _, _, err := peer.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
			t.Errorf("closed with %v", err)
		}
		var problem *signaling.Error
		if err := <-ended; !errors.As(err, &problem) || problem.Code != signaling.CodeMessageTooLarge {
			t.Errorf("got %v", err)
		}
		if len(received) != 0 {
			t.Errorf("received %q", <-received)
		}
	})
}

// A reader that does not read is dropped when the queue is full; nobody waits for
// it, and the memory for it is bounded.
func TestSlowReaderIsDropped(t *testing.T) {
	inBubble(t, func(l *Link, _ chan string, ended chan error, _ *websocket.Conn) {
		sent := 0
		for ; sent < 10*signaling.MaxQueue; sent++ {
			if err := l.Send(&signaling.End{Reason: "x"}); err != nil {
				break
			}
		}
		if sent > signaling.MaxQueue+1 {
			t.Errorf("queued %d messages, want at most %d", sent, signaling.MaxQueue+1)
		}
		start := time.Now()
		<-ended //nolint:errcheck // what broke the connection does not matter
		if took := time.Since(start); took > writeWithin+leaveWithin {
			t.Errorf("ended after %s", took)
		}
	})
}

func TestSilenceEndsTheLink(t *testing.T) {
	inBubble(t, func(_ *Link, _ chan string, ended chan error, peer *websocket.Conn) {
		peer.SetPingHandler(func(string) error { return nil }) // reads, but never answers
		go func() { _, _, _ = peer.ReadMessage() }()
		start := time.Now()
		err := <-ended
		if took := time.Since(start); took < signaling.SilenceAfter || took > signaling.SilenceAfter+leaveWithin {
			t.Errorf("ended after %s: %v", took, err)
		}
	})
}

func TestPingsKeepTheLink(t *testing.T) {
	inBubble(t, func(l *Link, _ chan string, ended chan error, peer *websocket.Conn) {
		go func() { _, _, _ = peer.ReadMessage() }() // answers pings
		select {
		case err := <-ended:
			t.Fatalf("ended: %v", err)
		case <-time.After(time.Hour):
		}
	})
}

// Neither pings nor empty frames keep a message open that never ends.
func TestAMessageWithoutEndEndsTheLink(t *testing.T) {
	inBubble(t, func(_ *Link, received chan string, ended chan error, peer *websocket.Conn) {
		go func() { _, _, _ = peer.ReadMessage() }() // answers pings
		start := time.Now()
		go func() {
			raw := peer.NetConn()
			frame := []byte{0x01, 0x80, 0, 0, 0, 0} // the first of a text, masked and empty
			for err := error(nil); err == nil; frame[0] = 0 {
				if _, err = raw.Write(frame); err == nil {
					err = peer.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
				}
				time.Sleep(time.Second)
			}
		}()
		select {
		case err := <-ended:
			if err == nil {
				t.Error("ended without a reason")
			}
		case <-time.After(time.Hour):
			t.Fatal("still open after an hour")
		}
		if took := time.Since(start); took > messageWithin+leaveWithin+time.Second {
			t.Errorf("ended after %s", took)
		}
		if len(received) != 0 {
			t.Errorf("received %q", <-received)
		}
	})
}

func TestContextEndsTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, peer := pair(t)
		defer func() { _ = peer.Close() }()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- New(server, 100).Run(ctx, func([]byte) {}) }()
		go func() { _, _, _ = peer.ReadMessage() }()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
