package peertest

import (
	"encoding/binary"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/signaling"
)

// Files is a technician's connection for the bytes of files.
type Files struct {
	channels
	// Pieces are what comes from the host.
	Pieces chan []byte
}

// Files makes the connection for files beside that of a Technician, with the same
// certificate.
func (tech *Technician) Files() *Files {
	tech.t.Helper()
	pc, err := newAPI(tech.t).NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{*tech.certificate}})
	must(tech.t, err)
	f := &Files{channels: newChannels(tech.t, pc), Pieces: make(chan []byte, maxWaiting)}
	tech.t.Cleanup(f.Close)
	f.add(signaling.Channel{ID: 0, Label: "bytes", Reliable: true}).OnMessage(func(raw webrtc.DataChannelMessage) {
		f.Pieces <- raw.Data
	})
	return f
}

// Offer returns a session description with all candidates in it.
func (f *Files) Offer() string {
	f.t.Helper()
	offer, err := f.pc.CreateOffer(nil)
	must(f.t, err)
	gathered := webrtc.GatheringCompletePromise(f.pc)
	must(f.t, f.pc.SetLocalDescription(offer))
	select {
	case <-gathered:
	case <-time.After(Within):
		f.t.Fatal("no candidates")
	}
	return f.pc.LocalDescription().SDP
}

// Accept takes the host's answer.
func (f *Files) Accept(sdp string) {
	f.t.Helper()
	must(f.t, f.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}))
}

// AddCandidate takes one of the host's candidates.
func (f *Files) AddCandidate(c *signaling.Candidate) {
	if c.Candidate != "" {
		_ = f.pc.AddICECandidate(webrtc.ICECandidateInit{Candidate: c.Candidate, SDPMid: c.SDPMid, SDPMLineIndex: c.SDPMLineIndex})
	}
}

// Put sends bytes of a file, in pieces of the largest size; a connection that is closed takes
// none.
func (f *Files) Put(id uint32, data []byte) {
	for len(data) > 0 {
		n := min(len(data), signaling.MaxFileChunk)
		_ = f.byID[0].Send(append(binary.BigEndian.AppendUint32(nil, id), data[:n]...))
		data = data[n:]
	}
}

// PutRaw sends any message.
func (f *Files) PutRaw(data []byte) { _ = f.byID[0].Send(data) }

// Close ends the connection without a word.
func (f *Files) Close() { _ = f.pc.GracefulClose() }
