package app

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/encode"
	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/problem"
	"github.com/lendhand/lendhand/signaling/settings"
)

var (
	onlyView       = ui.AllowView().Scopes
	viewAndControl = ui.AllowControl().Scopes
)

// wire is a relay whose part the test plays.
type wire struct {
	in   chan signaling.Message
	mu   sync.Mutex
	sent []signaling.Message
}

func (w *wire) Messages() <-chan signaling.Message { return w.in }
func (w *wire) Send(m signaling.Message) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, m)
	return nil
}

// play is a session without a network, in a bubble of fake time.
type play struct {
	*wire
	session *session
	issuer  *grant.Issuer
	person  *person
	me      *self
	ended   chan bool // what run returned as quit
}

func withSession(t *testing.T, f func(*testing.T, *play)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t)
		p.begin(t)
		f(t, p)
		p.finish()
	})
}

// newPlay returns a session that has not begun.
func newPlay(t testing.TB) *play {
	t.Helper()
	me, err := newSelf()
	if err != nil {
		t.Fatal(err)
	}
	events, err := ui.OpenEvents("")
	if err != nil {
		t.Fatal(err)
	}
	server, err := settings.ParseAddress("https://127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := grant.NewIssuer(me.key, issuerName) // any key will do
	if err != nil {
		t.Fatal(err)
	}
	p := &play{wire: &wire{in: make(chan signaling.Message)}, issuer: issuer, person: newPerson(), me: me, ended: make(chan bool, 1)}
	p.session, err = newSession(&Config{
		Server: server, TLS: &tls.Config{MinVersion: tls.VersionTLS12}, UI: p.person, Events: events,
		OpenInjector: (&machine{}).openInjector, OpenClipboard: (&machine{}).openClipboard, Codecs: []encode.Codec{fakecodec.Codec()}, Log: slog.New(slog.DiscardHandler),
	}, nil, p.wire, newMemory(""), me, &signaling.Registered{
		SessionID: "s_1", Token: "t", Issuer: issuerName, Keys: issuer.Keys(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// begin runs the session.
func (p *play) begin(t testing.TB) {
	go func() {
		quit, _ := p.session.run(t.Context())
		p.ended <- quit
	}()
}

// finish ends the session, if nothing has yet, and waits for it.
func (p *play) finish() {
	select {
	case p.in <- &signaling.Ended{Reason: signaling.EndRevoked}:
		<-p.ended
	case <-p.ended:
	}
}

func (p *play) says(m signaling.Message) {
	p.in <- m
	synctest.Wait()
}

// take returns what the host has sent since the last call, by type.
func (p *play) take() []signaling.Message {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { p.sent = nil }()
	return slices.Clone(p.sent)
}

func request(id string, seconds int) *signaling.Request {
	return &signaling.Request{RequestID: id, Technician: ines, Ask: viewAndControl, ExpiresIn: seconds}
}

func TestSilenceIsANo(t *testing.T) {
	for _, c := range []struct {
		name    string
		seconds int
		want    time.Duration
	}{
		{"a minute", 60, time.Minute},
		{"less, when the request has waited", 20, 20 * time.Second},
		{"never more than a minute", 3600, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				p.says(request("r_1", c.seconds))
				time.Sleep(c.want - time.Second)
				if sent := p.take(); len(sent) > 0 {
					t.Errorf("too soon: %+v", sent)
				}
				time.Sleep(time.Second)
				want := []signaling.Message{&signaling.Refuse{RequestID: "r_1", Reason: signaling.EndNoAnswer}}
				if d := cmp.Diff(want, p.take()); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestConsentIsSigned(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(request("r_1", 60))
		p.person.answers <- onlyView
		sent := p.take()
		if len(sent) != 1 {
			t.Fatalf("sent %+v", sent)
		}
		key, err := grant.DecodeKey(p.me.register().SessionKey)
		if err != nil {
			t.Fatal(err)
		}
		c, err := grant.VerifyConsent(sent[0].(*signaling.Consent).Statement, key, issuerName, "s_1")
		if err != nil {
			t.Fatal(err)
		}
		if c.Subject != ines.ID || c.Name != ines.Name || c.RequestID != "r_1" || !slices.Equal(c.Scopes, onlyView) {
			t.Errorf("statement %+v", c)
		}
		// The relay asks again, as it has lost the answer: it gets the same one.
		p.says(request("r_1", 30))
		if d := cmp.Diff(sent, p.take()); d != "" {
			t.Error(d)
		}
		if n := len(p.person.requests); n != 1 {
			t.Errorf("the person was asked %d times", n)
		}
	})
}

func TestRepeatedRequestIsAskedOnce(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(request("r_1", 60))
		p.says(request("r_1", 50))
		if n := len(p.person.requests); n != 1 {
			t.Errorf("the person was asked %d times", n)
		}
		p.says(&signaling.Withdrawn{RequestID: "r_other"})
		p.says(&signaling.Withdrawn{RequestID: "r_1"})
		time.Sleep(2 * time.Minute)
		if sent := p.take(); len(sent) > 0 {
			t.Errorf("a request that was withdrawn was answered: %+v", sent)
		}
	})
}

// A person who says no is asked once more, then left alone for a while, and after three
// such requests for good, whatever the relay says.
func TestPesteringIsAnsweredForThePerson(t *testing.T) {
	no := signaling.Scopes{}
	for _, c := range []struct {
		name string
		end  func(p *play, id string) // of one request
	}{
		{"a no", func(p *play, _ string) { p.person.answers <- no }},
		{"silence", func(*play, string) { time.Sleep(signaling.AnswerWithin) }},
		{"withdrawn", func(p *play, id string) { p.says(&signaling.Withdrawn{RequestID: id}) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				p.begins(t, viewAndControl)
				<-p.person.requests
				p.session.mail <- func() { // the technician is there
					p.session.phase = ui.Active
					p.session.deadline.Stop()
				}
				for n := range maxRefused {
					id := fmt.Sprint("further_", n)
					p.says(request(id, 60))
					if len(p.person.requests) != 1 {
						t.Errorf("request %d: the person is not asked", n)
						return
					}
					<-p.person.requests
					c.end(p, id)
					p.take()
					if n == 0 {
						continue // it may have been a slip
					}
					time.Sleep(quietFor - time.Second)
					p.wantRefusedUnasked(t, fmt.Sprint("soon_", n))
					time.Sleep(2 * time.Second)
				}
				time.Sleep(time.Hour / 4)
				p.wantRefusedUnasked(t, "later")
				p.wantAllowed(t, viewAndControl)
			})
		})
	}
}

// Requests that replace one another are not asked without end.
func TestReplacedRequests(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.begins(t, viewAndControl)
		<-p.person.requests
		for n := range 10 {
			p.says(request(fmt.Sprint("further_", n), 60))
		}
		if n := len(p.person.requests); n != maxRefused {
			t.Errorf("the person was asked %d times, want %d", n, maxRefused)
		}
	})
}

// wantRefusedUnasked makes a request, and checks that nobody is asked.
func (p *play) wantRefusedUnasked(t *testing.T, id string) {
	t.Helper()
	p.take()
	p.says(request(id, 60))
	want := []signaling.Message{&signaling.Refuse{RequestID: id, Reason: signaling.EndDeclined}}
	if d := cmp.Diff(want, p.take()); d != "" {
		t.Error(d)
	}
	if n := len(p.person.requests); n > 0 {
		t.Errorf("the person was asked %d times", n)
	}
}

func TestRequestOfAnotherTechnician(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(request("r_1", 60))
		p.person.answers <- onlyView
		p.take()
		other := request("r_2", 60)
		other.Technician.ID = "u_other"
		p.says(other)
		want := []signaling.Message{&signaling.Refuse{RequestID: "r_2", Reason: signaling.EndDeclined}}
		if d := cmp.Diff(want, p.take()); d != "" {
			t.Error(d)
		}
	})
}

func TestNoConnectionInTime(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(request("r_1", 60))
		p.person.answers <- viewAndControl
		p.take()
		time.Sleep(signaling.ConnectWithin)
		want := []signaling.Message{&signaling.End{Reason: signaling.EndConnectionFailed}}
		if d := cmp.Diff(want, p.take()); d != "" {
			t.Error(d)
		}
	})
}

// A technician who does not come back is given up, with the relay's word for it. Without
// a relay nobody can come back.
func TestConnectionIsNotFoundAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		alone  bool
		after  time.Duration
		reason signaling.EndReason
	}{
		{"with the relay", false, signaling.ReturnWithin, signaling.EndConnectionFailed},
		{"without the relay", true, 0, signaling.EndTechnicianLost},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				p.begins(t, viewAndControl)
				p.session.mail <- func() {
					l, err := p.session.newLink()
					if err != nil {
						t.Error(err)
						return
					}
					p.session.link, p.session.phase, p.session.alone = l, ui.Active, c.alone
					p.session.disconnected()
				}
				time.Sleep(c.after)
				synctest.Wait()
				var last ui.State
				for len(p.person.states) > 0 {
					last = <-p.person.states
				}
				if last.Phase != ui.Ended || last.Reason != c.reason {
					t.Errorf("in phase %d with reason %q, want the end with %q", last.Phase, last.Reason, c.reason)
				}
			})
		})
	}
}

func TestOfferBeforeConsent(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(&signaling.Offer{SDP: "v=0", Grant: "g"})
		p.says(&signaling.Candidate{Candidate: "candidate"})
		if sent := p.take(); len(sent) > 0 {
			t.Errorf("answered %+v", sent)
		}
	})
}

func TestMalformedOffer(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(request("r_1", 60))
		p.person.answers <- viewAndControl
		p.take()
		p.says(&signaling.Offer{SDP: "v=0", Grant: "g"})
		want := []signaling.Message{&signaling.End{Reason: signaling.EndError}}
		if d := cmp.Diff(want, p.take()); d != "" {
			t.Error(d)
		}
	})
}

func TestRelayGoesForGood(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(request("r_1", 60))
		close(p.in)
		if quit := <-p.ended; quit {
			t.Error("the person did not quit")
		}
		p.ended <- false
		p.in = nil
	})
}

func TestQuitDoesNotWaitLong(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(request("r_1", 60))
		start := time.Now()
		p.person.commands <- ui.Quit{}
		if quit := <-p.ended; !quit || time.Since(start) > quitWithin {
			t.Errorf("ended after %v with %v", time.Since(start), quit)
		}
		want := []signaling.Message{&signaling.End{Reason: signaling.EndHostQuit}}
		if d := cmp.Diff(want, p.take()); d != "" {
			t.Error(d)
		}
		p.ended <- true
	})
}

func TestTrustConfig(t *testing.T) {
	if config, err := TrustConfig(""); err != nil || config.RootCAs != nil || config.MinVersion < tls.VersionTLS12 {
		t.Errorf("without a file: %+v, %v", config, err)
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{empty, filepath.Join(t.TempDir(), "missing.pem"), t.TempDir()} {
		if _, err := TrustConfig(path); err == nil || problem.Hint(err) == "" {
			t.Errorf("%s: got %v, want a problem with a hint", path, err)
		}
	}
}
