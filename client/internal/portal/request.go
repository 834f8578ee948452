//go:build linux

package portal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// options are the named arguments of the portal's methods.
type options = map[string]dbus.Variant

// How the portal answers.
const (
	answerYes       = 0
	answerCancelled = 1
)

// asking is a connection on which the portal is asked one thing after the other.
type asking struct {
	conn    *dbus.Conn
	signals chan *dbus.Signal
	quit    chan struct{} // closed by close
	prefix  string        // of the requests' paths
}

// heard are the portal's signals.
func heard() [][]dbus.MatchOption {
	return [][]dbus.MatchOption{
		{dbus.WithMatchInterface(requests), dbus.WithMatchMember("Response")},
		{dbus.WithMatchInterface(sessions), dbus.WithMatchMember("Closed")},
		{dbus.WithMatchInterface(bus), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, service)},
	}
}

// newAsking hears answers from then on.
func newAsking(ctx context.Context, c *dbus.Conn) (*asking, error) {
	a := &asking{conn: c, signals: make(chan *dbus.Signal, 16), quit: make(chan struct{})}
	for _, option := range heard() {
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		err := c.AddMatchSignalContext(ctx, option...)
		cancel()
		if err != nil {
			return nil, fmt.Errorf("%w: listen to the portal: %w", capture.ErrNoDisplay, err)
		}
	}
	c.Signal(a.signals)
	sender := strings.ReplaceAll(strings.TrimPrefix(c.Names()[0], ":"), ".", "_")
	a.prefix = string(root) + "/request/" + sender + "/"
	return a, nil
}

// close hears nothing any more.
func (a *asking) close() {
	close(a.quit)
	a.conn.RemoveSignal(a.signals)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, option := range heard() {
		_ = a.conn.RemoveMatchSignalContext(ctx, option...) // who does not answer sends nothing either
	}
}

// name returns another name for a request, as part of a path. Those of a connection
// differ.
func (a *asking) name() string { return "lendhand" + strings.ToLower(rand.Text()) }

// call calls a method that asks nobody.
func (a *asking) call(ctx context.Context, method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return a.conn.Object(service, root).CallWithContext(ctx, method, 0, args...)
}

// ask calls a method whose answer comes later, and waits that long for it. Whoever is
// asked is asked no more when ctx ends.
func (a *asking) ask(ctx context.Context, within time.Duration, method string, o options, args ...any) (options, error) {
	token := a.name()
	o["handle_token"] = dbus.MakeVariant(token)
	path := dbus.ObjectPath(a.prefix + token)
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := a.call(ctx, method, append(args, o)...).Store(&path); err != nil {
		return nil, failure(ctx, method, err)
	}
	for {
		select {
		case signal := <-a.signals:
			if signal == nil {
				return nil, failure(ctx, method, errors.New("the connection to D-Bus ended"))
			}
			if signal.Path == path && signal.Name == requests+".Response" {
				return answer(signal)
			}
		case <-ctx.Done():
			a.conn.Object(service, path).Go(requests+".Close", dbus.FlagNoReplyExpected, nil)
			return nil, failure(ctx, method, ctx.Err())
		}
	}
}

func failure(ctx context.Context, method string, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%w: the system got no answer in time", capture.ErrNoDisplay)
	}
	name := method[strings.LastIndexByte(method, '.')+1:]
	return fmt.Errorf("%w: the system's portal refused %s: %w", capture.ErrNoDisplay, name, err)
}

// answer reads what the portal answers.
func answer(signal *dbus.Signal) (options, error) {
	var code uint32
	var results options
	if err := dbus.Store(signal.Body, &code, &results); err != nil {
		return nil, fmt.Errorf("%w: read the portal's answer: %w", capture.ErrNoDisplay, err)
	}
	switch code {
	case answerYes:
		return results, nil
	case answerCancelled:
		return nil, fmt.Errorf("%w: %w", capture.ErrNoDisplay, ErrRefused)
	}
	return nil, fmt.Errorf("%w: the system ended its own question", capture.ErrNoDisplay)
}
