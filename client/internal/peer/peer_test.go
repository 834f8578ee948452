package peer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/fake"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/signaling"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type stateAndPath struct {
	state peer.State
	path  signaling.Path
}

// notes is a Handler that writes down what it is told.
type notes struct {
	states     chan stateAndPath
	opened     chan signaling.ChannelID
	closed     chan signaling.ChannelID
	messages   chan signaling.Message
	broken     chan error
	candidates chan *signaling.Candidate
	keyFrames  chan struct{}
}

func newNotes() *notes {
	const room = 256
	return &notes{
		states:     make(chan stateAndPath, room),
		opened:     make(chan signaling.ChannelID, room),
		closed:     make(chan signaling.ChannelID, room),
		messages:   make(chan signaling.Message, room),
		broken:     make(chan error, room),
		candidates: make(chan *signaling.Candidate, room),
		keyFrames:  make(chan struct{}, room),
	}
}

func (n *notes) State(s peer.State, path signaling.Path)            { n.states <- stateAndPath{s, path} }
func (n *notes) Opened(id signaling.ChannelID)                      { n.opened <- id }
func (n *notes) Closed(id signaling.ChannelID)                      { n.closed <- id }
func (n *notes) Message(_ signaling.ChannelID, m signaling.Message) { n.messages <- m }
func (n *notes) Broken(err error)                                   { n.broken <- err }
func (n *notes) Candidate(c *signaling.Candidate)                   { n.candidates <- c }
func (n *notes) KeyFrameWanted()                                    { n.keyFrames <- struct{}{} }

func wait[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(peertest.Within):
		t.Fatalf("no %s", what)
		panic("unreachable")
	}
}

// noTLS is for connections without a TURN server.
func noTLS(string, string) (net.Conn, error) { return nil, errors.New("there is no TURN server") }

func newConn(t *testing.T, alter func(*peer.Config)) (*peer.Conn, *notes) {
	t.Helper()
	identity, err := peer.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	n := newNotes()
	config := peer.Config{
		Codecs: []encode.Codec{fake.Codec()}, Identity: identity, DialTLS: noTLS, Loopback: true,
		Handler: n, Log: slog.New(slog.DiscardHandler),
	}
	if alter != nil {
		alter(&config)
	}
	c, err := peer.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, n
}

// connect connects a technician.
func connect(t *testing.T, alter func(*peer.Config)) (*peertest.Technician, *peer.Conn, *notes) {
	t.Helper()
	tech := peertest.New(t)
	c, n := newConn(t, alter)
	negotiate(t, tech, c, n, false)
	tech.WaitOpen()
	for range 3 {
		wait(t, "open channel", n.opened)
	}
	if got := wait(t, "connection", n.states); got != (stateAndPath{peer.Connected, signaling.PathDirect}) {
		t.Errorf("got %v, want a direct connection", got)
	}
	return tech, c, n
}

func negotiate(t *testing.T, tech *peertest.Technician, c *peer.Conn, n *notes, restart bool) {
	t.Helper()
	offer, err := peer.ParseOffer(tech.Offer(restart))
	if err != nil {
		t.Fatal(err)
	}
	if offer.Fingerprint != tech.Fingerprint {
		t.Errorf("fingerprint %q, want %q", offer.Fingerprint, tech.Fingerprint)
	}
	answer, err := c.Accept(offer)
	if err != nil {
		t.Fatal(err)
	}
	tech.Accept(answer)
	for {
		candidate := wait(t, "candidate", n.candidates)
		if candidate.Candidate == "" {
			return
		}
		tech.AddCandidate(candidate)
	}
}

func TestMessages(t *testing.T) {
	tech, c, n := connect(t, nil)
	for _, m := range []struct {
		channel signaling.ChannelID
		message signaling.Message
	}{
		{signaling.ChannelControl, &signaling.Present{Grant: "g"}},
		{signaling.ChannelInput, &signaling.Input{First: 1, Events: signaling.Events{&signaling.KeyEvent{Code: "KeyA", Down: true}}, Held: signaling.Held{Keys: []string{"KeyA"}}}},
		{signaling.ChannelPointer, &signaling.Pointer{Sequence: 1, X: 3, Y: 4}},
	} {
		tech.Send(m.channel, m.message)
		if d := cmp.Diff(m.message, wait(t, "message", n.messages)); d != "" {
			t.Error(d)
		}
	}
	permissions := &signaling.Permissions{Scopes: signaling.NewScopes("view"), Grantable: signaling.NewScopes("view", "control")}
	if err := c.Send(signaling.ChannelControl, permissions); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(permissions, peertest.Wait[*signaling.Permissions](tech)); d != "" {
		t.Error(d)
	}
	if err := c.Send(signaling.ChannelInput, &signaling.InputAck{Last: 1}); err != nil {
		t.Fatal(err)
	}
	if got := peertest.Wait[*signaling.InputAck](tech).Last; got != 1 {
		t.Errorf("ack of %d, want 1", got)
	}
}

func TestHostileTechnician(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*peertest.Technician)
	}{
		{"malformed", func(tech *peertest.Technician) { tech.SendRaw(signaling.ChannelControl, "{") }},
		{"unknown", func(tech *peertest.Technician) { tech.SendRaw(signaling.ChannelControl, `{"type":"grant"}`) }},
		{"on the wrong channel", func(tech *peertest.Technician) {
			tech.Send(signaling.ChannelPointer, &signaling.Input{First: 1})
		}},
		{"beyond a limit", func(tech *peertest.Technician) {
			tech.SendRaw(signaling.ChannelPointer, `{"type":"pointer","sequence":1,"after":0,"x":-1,"y":0}`)
		}},
		{"not text", func(tech *peertest.Technician) { tech.SendBytes(signaling.ChannelInput, []byte(`{"type":"input"}`)) }},
		{"a channel of its own", func(tech *peertest.Technician) { tech.OpenChannel("more") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			tech, _, n := connect(t, nil)
			c.do(tech)
			if err := wait(t, "complaint", n.broken); err == nil {
				t.Error("a complaint without a cause")
			}
			select {
			case m := <-n.messages:
				t.Errorf("handed over %#v", m)
			default:
			}
		})
	}
}

// A technician who reports about ever more streams costs this machine no memory.
func TestEndlessStreams(t *testing.T) {
	tech, _, n := connect(t, nil)
	before := heap()
	tech.ReportStreams(20_000)
	if err := wait(t, "complaint", n.broken); err == nil {
		t.Error("a complaint without a cause")
	}
	time.Sleep(100 * time.Millisecond) // what is on the way arrives
	const limit = 4 << 20
	if grown := heap() - before; grown > limit {
		t.Errorf("%d bytes more in use, want %d at most", grown, limit)
	}
	if len(n.broken) > 0 {
		t.Error("complained about twice")
	}
}

// heap returns the memory in use, in bytes.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // no machine has so much
}

func TestOversizedMessage(t *testing.T) {
	tech, _, n := connect(t, nil)
	tech.SendRaw(signaling.ChannelControl, `{"type":"present","grant":"`+strings.Repeat("a", signaling.MaxMessage-200)+`"}`)
	if err := wait(t, "complaint", n.broken); err == nil {
		t.Error("a complaint without a cause")
	}
}

func TestFrames(t *testing.T) {
	tech, c, n := connect(t, nil)
	if got := c.Codecs(); len(got) != 1 || got[0].MIMEType != "video/VP8" {
		t.Errorf("codecs %v", got)
	}
	for _, size := range []int{1, maxPacket - 1, 100_000} {
		frame := picture.Frame{Data: bytes.Repeat([]byte{byte(size)}, size), KeyFrame: true, Codec: fake.Codec().Key(), At: time.Now()}
		if err := c.WriteFrame(frame); err != nil {
			t.Fatal(err)
		}
		if got := tech.WaitFrame(); !bytes.Equal(got, frame.Data) {
			t.Errorf("a frame of %d bytes arrived as one of %d", size, len(got))
		}
	}
	tech.AskKeyFrame()
	wait(t, "wish for a key frame", n.keyFrames)
}

const maxPacket = 1160

// A picture may be of any codec that was negotiated, and of no other.
func TestCodecOfAFrame(t *testing.T) {
	ours := []encode.Codec{
		{MIMEType: "video/AV1", ClockRate: 90_000, Parameters: "profile=0"}, {MIMEType: "video/H264", ClockRate: 90_000},
		{MIMEType: "video/VP9", ClockRate: 90_000, Parameters: "profile-id=0"}, fake.Codec(),
	}
	tech, c, _ := connect(t, func(c *peer.Config) { c.Codecs = slices.Delete(slices.Clone(ours), 1, 2) })
	var got []string
	for _, codec := range c.Codecs() {
		got = append(got, codec.Key())
	}
	if d := cmp.Diff([]string{ours[0].Key(), ours[2].Key(), ours[3].Key()}, got); d != "" {
		t.Error(d)
	}
	for _, codec := range []encode.Codec{ours[3], ours[2], ours[0], ours[3]} {
		// A key frame of each: one is what the header says that it is.
		data := map[string][]byte{
			"video/AV1": {0x0a, 0x01, 0x00, 0x32, 0x02, 0x10, 0x11},
			"video/VP8": {1, 2, 3},
			"video/VP9": {0x82, 0x49, 0x83, 0x42, 0x20, 0x00, 0xf0, 0x00, 0xf6},
		}[codec.MIMEType]
		if err := c.WriteFrame(picture.Frame{Data: data, KeyFrame: true, Codec: codec.Key(), At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		tech.WaitFrame()
		if got := tech.Codec(); !strings.EqualFold(got, codec.MIMEType) {
			t.Errorf("a frame of %s arrived as one of %s", codec.MIMEType, got)
		}
	}
	if err := c.WriteFrame(picture.Frame{Data: []byte{1}, Codec: ours[1].Key(), At: time.Now()}); !errors.Is(err, peer.ErrNoCodec) {
		t.Errorf("a frame of a codec that was not negotiated: %v", err)
	}
}

func TestRestart(t *testing.T) {
	tech, c, n := connect(t, nil)
	negotiate(t, tech, c, n, true)
	tech.Send(signaling.ChannelControl, &signaling.Present{Grant: "again"})
	if d := cmp.Diff(&signaling.Present{Grant: "again"}, wait(t, "message", n.messages)); d != "" {
		t.Error(d)
	}
}

// An offer that comes twice, as its answer may have been lost, has the same answer: it
// restarts nothing.
func TestRepeatedOffer(t *testing.T) {
	tech := peertest.New(t)
	c, n := newConn(t, nil)
	offer, err := peer.ParseOffer(tech.Offer(false))
	if err != nil {
		t.Fatal(err)
	}
	var answers [2][]string
	for at := range answers {
		answer, err := c.Accept(offer)
		if err != nil {
			t.Fatal(err)
		}
		answers[at] = regexp.MustCompile(`ice-(ufrag|pwd):\S+`).FindAllString(answer, -1)
		if at == 0 {
			tech.Accept(answer)
			for m := range n.candidates {
				tech.AddCandidate(m)
				if m.Candidate == "" {
					break
				}
			}
			tech.WaitOpen()
			wait(t, "connection", n.states)
		}
	}
	if d := cmp.Diff(answers[0], answers[1]); d != "" || len(answers[0]) == 0 {
		t.Errorf("got %q first, and then %q", answers[0], answers[1])
	}
	tech.Send(signaling.ChannelControl, &signaling.Present{Grant: "again"})
	if d := cmp.Diff(&signaling.Present{Grant: "again"}, wait(t, "message", n.messages)); d != "" {
		t.Error(d)
	}
}

// A technician whose browser is killed is missed within seconds.
func TestTechnicianVanishes(t *testing.T) {
	tech, _, n := connect(t, nil)
	tech.Close()
	start := time.Now()
	for {
		select {
		case s := <-n.states:
			if s.state == peer.Connected {
				t.Error("connected again")
			}
			return
		case <-n.closed:
			return // the browser said good-bye
		case <-time.After(peertest.Within):
			t.Fatalf("not missed after %v", time.Since(start))
		}
	}
}

func TestOtherConnectionIsRefused(t *testing.T) {
	_, c, _ := connect(t, nil)
	other, err := peer.ParseOffer(peertest.New(t).Offer(false))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Accept(other); !errors.Is(err, peer.ErrOffer) {
		t.Errorf("got %v, want ErrOffer", err)
	}
}

func TestNoCommonCodec(t *testing.T) {
	c, _ := newConn(t, nil)
	sdp := strings.ReplaceAll(peertest.New(t).Offer(false), "VP8/90000", "VP0/90000")
	offer, err := peer.ParseOffer(sdp)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Accept(offer); !errors.Is(err, peer.ErrNoCodec) {
		t.Errorf("got %v, want ErrNoCodec", err)
	}
}

func TestTooManyCandidates(t *testing.T) {
	tech, c, _ := connect(t, nil)
	_ = tech
	mid := "0"
	for n := range 65 {
		err := c.AddCandidate(&signaling.Candidate{Candidate: fmt.Sprintf("candidate:1 1 udp 1 127.0.0.1 %d typ host", 1+n), SDPMid: &mid})
		if errors.Is(err, peer.ErrCandidates) {
			return
		}
	}
	t.Error("65 candidates were taken")
}

// withAddresses adds candidates to an offer, each of another address.
func withAddresses(t *testing.T, sdp string, first, n int) *peer.Offer {
	t.Helper()
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "a=candidate:1 1 udp 1 127.0.0.1 %d typ host\r\n", first+i)
	}
	offer, err := peer.ParseOffer(strings.Replace(sdp, "m=application", list.String()+"m=application", 1))
	if err != nil {
		t.Fatal(err)
	}
	return offer
}

var credentials = regexp.MustCompile("(?m)^a=ice-(ufrag|pwd):")

// What makes more candidates is bounded: the same offer again, one that begins ICE anew, and
// another connection.
func TestCandidatesOfManyOffers(t *testing.T) {
	const each = 50
	for _, c := range []struct {
		name  string
		alter func(sdp string, n int) string
		next  int // the distance of the first addresses
		want  int // offers that are taken
	}{
		{"the same credentials, other addresses", func(sdp string, _ int) string { return sdp }, each, 1},
		{"the same one again and again", func(sdp string, _ int) string { return sdp }, 0, 9},
		{"other credentials", func(sdp string, n int) string {
			return credentials.ReplaceAllString(sdp, fmt.Sprintf("${0}again%d", n))
		}, each, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, _ := newConn(t, nil)
			sdp, taken := peertest.New(t).Offer(false), 0
			for n := range 15 {
				_, err := conn.Accept(withAddresses(t, c.alter(sdp, n), 10_000+n*c.next, each))
				if err != nil {
					if !errors.Is(err, peer.ErrOffer) {
						t.Error(err)
					}
					break
				}
				taken++
			}
			if taken != c.want {
				t.Errorf("%d offers were taken, want %d", taken, c.want)
			}
		})
	}
}

// A page that is loaded anew gets a new connection, but no new allowance.
func TestCandidatesOfManyConnections(t *testing.T) {
	allowance, taken := &peer.Allowance{}, 0
	for n := range 15 {
		conn, _ := newConn(t, func(c *peer.Config) { c.Allowance = allowance })
		if _, err := conn.Accept(withAddresses(t, peertest.New(t).Offer(false), 10_000+n*64, 60)); err != nil {
			break
		}
		taken++
	}
	if taken != 8 {
		t.Errorf("%d connections with 60 addresses each, want 8", taken)
	}
}

func TestPorts(t *testing.T) {
	connect(t, func(c *peer.Config) { c.Ports = peer.PortRange{Min: 40100, Max: 40150} })
	c, n := newConn(t, func(c *peer.Config) { c.Ports = peer.PortRange{Min: 40200, Max: 40250} })
	offer, err := peer.ParseOffer(peertest.New(t).Offer(false))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Accept(offer); err != nil {
		t.Fatal(err)
	}
	for {
		candidate := wait(t, "candidate", n.candidates).Candidate
		if candidate == "" {
			return
		}
		f := strings.Fields(candidate)
		if f[4] != "127.0.0.1" && f[4] != "::1" {
			t.Errorf("candidate %q is not on loopback", candidate)
		}
		if f[5] < "40200" || f[5] > "40250" {
			t.Errorf("candidate %q is outside the range of ports", candidate)
		}
	}
}

func TestFlush(t *testing.T) {
	tech, c, _ := connect(t, nil)
	if err := c.Send(signaling.ChannelControl, &signaling.Ended{Reason: signaling.EndHostStopped}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), peertest.Within)
	defer cancel()
	c.Flush(ctx)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if got := peertest.Wait[*signaling.Ended](tech).Reason; got != signaling.EndHostStopped {
		t.Errorf("reason %q", got)
	}
	wait(t, "close", tech.Gone)
	if err := c.WriteFrame(picture.Frame{Data: []byte{1}, At: time.Now()}); err == nil {
		t.Error("a closed connection took a frame")
	}
	if err := c.Send(signaling.ChannelControl, &signaling.Ended{Reason: signaling.EndError}); err == nil {
		t.Error("a closed connection took a message")
	}
}

// What waits for a technician's side that does not read is bounded.
func TestSlowTechnician(t *testing.T) {
	// At the end somebody reads, as the technician's side waits for that.
	var reading sync.WaitGroup
	done := make(chan struct{})
	t.Cleanup(reading.Wait)
	t.Cleanup(func() { close(done) })
	tech, c, _ := connect(t, nil)
	t.Cleanup(func() {
		reading.Go(func() {
			for {
				select {
				case <-tech.Messages:
				case <-done:
					return
				}
			}
		})
	})
	long := &signaling.Error{Code: signaling.CodeScopeMissing, Message: strings.Repeat("m", 300), Hint: strings.Repeat("h", 300)}
	const tooMany = 100_000 // 60 MB, far beyond every buffer on the way
	var err error
	n := 0
	for ; n < tooMany && err == nil; n++ {
		err = c.Send(signaling.ChannelControl, long)
	}
	if !errors.Is(err, peer.ErrSlow) {
		t.Errorf("after %d messages: %v, want %v", n, err, peer.ErrSlow)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, alter := range map[string]func(*peer.Config){
		"no codecs":   func(c *peer.Config) { c.Codecs = nil },
		"no identity": func(c *peer.Config) { c.Identity = nil },
		"no TLS":      func(c *peer.Config) { c.DialTLS = nil },
		"no handler":  func(c *peer.Config) { c.Handler = nil },
		"no log":      func(c *peer.Config) { c.Log = nil },
		"ports":       func(c *peer.Config) { c.Ports = peer.PortRange{Min: 2, Max: 1} },
	} {
		config := peer.Config{
			Codecs: []encode.Codec{fake.Codec()}, Identity: &peer.Identity{}, DialTLS: noTLS,
			Handler: newNotes(), Log: slog.Default(),
		}
		alter(&config)
		if _, err := peer.New(config); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
