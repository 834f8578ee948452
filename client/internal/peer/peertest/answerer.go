package peertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/signaling"
)

// Answerer passes for a host towards a technician, with a certificate of its own: half of
// what a relay needs that sits in the middle.
type Answerer struct {
	channels
	// Messages are what the technician sends.
	Messages chan Message
}

// NewAnswerer makes an Answerer that ends with the test.
func NewAnswerer(t testing.TB) *Answerer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	certificate, err := webrtc.GenerateCertificate(key)
	must(t, err)
	pc, err := newAPI(t).NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{*certificate}})
	must(t, err)
	a := &Answerer{channels: newChannels(t, pc), Messages: make(chan Message, maxWaiting)}
	t.Cleanup(func() { _ = pc.GracefulClose() })
	for _, described := range signaling.Channels() {
		a.listen(described)
	}
	return a
}

func (a *Answerer) listen(described signaling.Channel) {
	a.t.Helper()
	a.add(described).OnMessage(func(raw webrtc.DataChannelMessage) {
		m, err := described.FromTechnician.Decode(raw.Data)
		if err != nil {
			a.t.Errorf("the technician sent %q on %s: %v", raw.Data, described.Label, err)
			return
		}
		a.Messages <- Message{described.ID, m}
	})
}

// Answer answers an offer, with all candidates in it.
func (a *Answerer) Answer(offer string) string {
	a.t.Helper()
	must(a.t, a.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}))
	answer, err := a.pc.CreateAnswer(nil)
	must(a.t, err)
	gathered := webrtc.GatheringCompletePromise(a.pc)
	must(a.t, a.pc.SetLocalDescription(answer))
	select {
	case <-gathered:
	case <-time.After(Within):
		a.t.Fatal("no candidates")
	}
	return a.pc.LocalDescription().SDP
}
