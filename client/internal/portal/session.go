//go:build linux

package portal

import (
	"context"
	"fmt"
	"image"
	"sync"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/pipewire"
)

// Bits of what is asked for.
const (
	deviceKeyboard, devicePointer = 1, 2
	sourceMonitor                 = 1
	cursorEmbedded                = 2
	// persistRun keeps the permission for as long as this program runs.
	persistRun = 1

	controlPersists = 2 // version of RemoteDesktop
	showPersists    = 4 // version of ScreenCast
)

// session is what the person has allowed in the system's question.
type session struct {
	// Set at construction.
	*asking
	path    dbus.ObjectPath
	streams []pipewire.Stream
	devices uint32 // that may be controlled
	token   string // with which the same is allowed again; may be empty
	lost    chan struct{}
	heard   sync.WaitGroup
}

// begin asks the person. It is for looking alone unless control is wanted and the system
// has it. token is of a session before, on the same connection.
func begin(ctx context.Context, c *dbus.Conn, control bool, token string) (*session, error) {
	found, err := look(ctx, c)
	if err != nil {
		return nil, err
	}
	a, err := newAsking(ctx, c)
	if err != nil {
		return nil, err
	}
	with := screenCast
	if control && found.Control > 0 {
		with = remoteDesktop
	}
	s := &session{asking: a, lost: make(chan struct{})}
	if err := s.prepare(ctx, with, found, token); err != nil {
		s.end()
		return nil, err
	}
	s.heard.Go(s.hear)
	return s, nil
}

func (s *session) prepare(ctx context.Context, with string, found Found, token string) error {
	if err := s.create(ctx, with); err != nil {
		return err
	}
	if err := s.choose(ctx, with, found, token); err != nil {
		return err
	}
	return s.start(ctx, with)
}

// create makes a session that shows nothing yet.
func (s *session) create(ctx context.Context, with string) error {
	results, err := s.ask(ctx, answerWithin, with+".CreateSession", options{"session_handle_token": dbus.MakeVariant(s.name())})
	if err != nil {
		return err
	}
	path, _ := results["session_handle"].Value().(string) // a string by the portal's own error
	if s.path = dbus.ObjectPath(path); !s.path.IsValid() {
		return fmt.Errorf("%w: the system's portal made no session", capture.ErrNoDisplay)
	}
	return nil
}

// choose says what is wanted.
func (s *session) choose(ctx context.Context, with string, found Found, token string) error {
	sources := options{"types": dbus.MakeVariant(uint32(sourceMonitor)), "multiple": dbus.MakeVariant(true)}
	if property(ctx, s.conn, screenCast, "AvailableCursorModes")&cursorEmbedded != 0 {
		sources["cursor_mode"] = dbus.MakeVariant(uint32(cursorEmbedded))
	}
	if with == screenCast {
		persist(sources, found.Show >= showPersists, token)
	} else {
		devices := options{"types": dbus.MakeVariant(uint32(deviceKeyboard | devicePointer))}
		persist(devices, found.Control >= controlPersists, token)
		if _, err := s.ask(ctx, answerWithin, remoteDesktop+".SelectDevices", devices, s.path); err != nil {
			return err
		}
	}
	_, err := s.ask(ctx, answerWithin, screenCast+".SelectSources", sources, s.path)
	return err
}

func persist(o options, can bool, token string) {
	if !can {
		return
	}
	o["persist_mode"] = dbus.MakeVariant(uint32(persistRun))
	if token != "" {
		o["restore_token"] = dbus.MakeVariant(token)
	}
}

// start has the system ask, and waits for the person.
func (s *session) start(ctx context.Context, with string) error {
	results, err := s.ask(ctx, decideWithin, with+".Start", options{}, s.path, "")
	if err != nil {
		return err
	}
	if s.streams = readStreams(results["streams"]); len(s.streams) == 0 {
		return fmt.Errorf("%w: no screen was chosen in the system's own question", capture.ErrNoDisplay)
	}
	s.devices, _ = results["devices"].Value().(uint32)
	s.token, _ = results["restore_token"].Value().(string)
	return nil
}

// readStreams reads a(ua{sv}): PipeWire's number, and what is known of each stream. What
// is not as it should be is left out.
func readStreams(v dbus.Variant) []pipewire.Stream {
	list, _ := v.Value().([][]any)
	var streams []pipewire.Stream
	for _, entry := range list {
		if len(entry) != 2 {
			continue
		}
		node, ok := entry[0].(uint32)
		about, _ := entry[1].(map[string]dbus.Variant)
		if !ok {
			continue
		}
		s := pipewire.Stream{Node: node}
		s.Name, _ = about["id"].Value().(string)
		size, sized := readPair(about["size"])
		at, placed := readPair(about["position"])
		if sized && placed {
			s.Place = image.Rectangle{Min: at, Max: at.Add(size)}
		}
		streams = append(streams, s)
	}
	return streams
}

// readPair reads (ii).
func readPair(v dbus.Variant) (image.Point, bool) {
	list, _ := v.Value().([]any)
	if len(list) != 2 {
		return image.Point{}, false
	}
	a, okA := list[0].(int32)
	b, okB := list[1].(int32)
	return image.Pt(int(a), int(b)), okA && okB
}

// hear waits until the system ends the session, or the connection ends.
func (s *session) hear() {
	defer close(s.lost)
	for {
		select {
		case signal := <-s.signals:
			if s.isEnd(signal) {
				return
			}
		case <-s.quit:
			return
		}
	}
}

// isEnd tells the end of the session, of the portal, and of the connection.
func (s *session) isEnd(signal *dbus.Signal) bool {
	switch {
	case signal == nil:
		return true
	case signal.Name == bus+".NameOwnerChanged":
		var name, before, after string
		return dbus.Store(signal.Body, &name, &before, &after) == nil && name == service && after == ""
	}
	return signal.Path == s.path && signal.Name == sessions+".Closed"
}

// ended reports whether the system has ended the session.
func (s *session) ended() bool {
	select {
	case <-s.lost:
		return true
	default:
		return false
	}
}

// remote opens the way to the streams. The caller owns what is returned.
func (s *session) remote(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var fd dbus.UnixFD
	call := s.conn.Object(service, root).CallWithContext(ctx, screenCast+".OpenPipeWireRemote", 0, s.path, options{})
	if err := call.Store(&fd); err != nil {
		return -1, failure(ctx, "OpenPipeWireRemote", err)
	}
	unix.CloseOnExec(int(fd))
	return int(fd), nil
}

// close ends the session, and what it shows. The connection stays.
func (s *session) close() {
	s.end()
	s.heard.Wait()
}

func (s *session) end() {
	if s.path != "" {
		s.conn.Object(service, s.path).Go(sessions+".Close", dbus.FlagNoReplyExpected, nil)
	}
	s.asking.close()
}
