// Package peertest is a technician's side of the connection for tests: what a
// browser does, made with pion, on loopback only.
package peertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/signaling"
)

// Within bounds every wait of a Technician.
const Within = 10 * time.Second

// maxWaiting is the number of messages and frames that a test may leave unread.
const maxWaiting = 1024

// Message is a message with the channel that it came on.
type Message struct {
	Channel signaling.ChannelID
	Message signaling.Message
}

// Technician is a technician's connection.
type Technician struct {
	channels
	certificate *webrtc.Certificate
	// Fingerprint is that of the certificate, as messages carry it.
	Fingerprint string
	// Messages and Frames are what comes from the host; a Frame is one encoded picture.
	Messages chan Message
	Frames   chan []byte
	// Gone is closed when the host closes the control channel.
	Gone chan struct{}
	// Tiles are the messages of the tile channel.
	Tiles chan []byte
	video chan uint32 // the stream's SSRC, once
	kept  []signaling.Message
	codec atomic.Value // string
	stamp atomic.Uint32
}

// New makes a Technician that ends with the test.
func New(t testing.TB) *Technician {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	certificate, err := webrtc.GenerateCertificate(key)
	must(t, err)
	return newTechnician(t, certificate)
}

// Reload makes a Technician with the same certificate, as a page does that is loaded
// anew.
func (tech *Technician) Reload() *Technician {
	tech.t.Helper()
	return newTechnician(tech.t, tech.certificate)
}

func newTechnician(t testing.TB, certificate *webrtc.Certificate) *Technician {
	t.Helper()
	prints, err := certificate.GetFingerprints()
	must(t, err)
	pc, err := newAPI(t).NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{*certificate}})
	must(t, err)
	tech := &Technician{
		channels: newChannels(t, pc), certificate: certificate,
		Fingerprint: prints[0].Algorithm + " " + strings.ToUpper(prints[0].Value),
		Messages:    make(chan Message, maxWaiting),
		Frames:      make(chan []byte, maxWaiting),
		Tiles:       make(chan []byte, maxWaiting),
		Gone:        make(chan struct{}),
		video:       make(chan uint32, 1),
	}
	t.Cleanup(tech.Close)
	tech.listen()
	return tech
}

func newAPI(t testing.TB) *webrtc.API {
	t.Helper()
	media := &webrtc.MediaEngine{}
	must(t, media.RegisterDefaultCodecs())
	registry := &interceptor.Registry{}
	must(t, webrtc.ConfigureNack(media, registry))
	must(t, webrtc.ConfigureTWCCSender(media, registry))
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	s.SetIPFilter(net.IP.IsLoopback)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(registry), webrtc.WithSettingEngine(s))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listen makes the sections and channels of the protocol.
func (tech *Technician) listen() {
	tech.t.Helper()
	_, err := tech.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo,
		webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
	must(tech.t, err)
	tech.pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { tech.watch(track) })
	for _, described := range signaling.Channels() {
		id := described.ID
		channel := tech.add(described)
		if id == signaling.ChannelControl {
			channel.OnClose(func() { close(tech.Gone) })
		}
		channel.OnMessage(func(raw webrtc.DataChannelMessage) {
			if id == signaling.ChannelTile && !raw.IsString {
				tech.Tiles <- raw.Data
				return
			}
			m, err := described.FromHost.Decode(raw.Data)
			if err != nil {
				tech.t.Errorf("the host sent %q on %s: %v", raw.Data, described.Label, err)
				return
			}
			tech.Messages <- Message{id, m}
		})
	}
}

func optionsOf(c signaling.Channel) *webrtc.DataChannelInit {
	negotiated, number := true, uint16(c.ID)
	options := &webrtc.DataChannelInit{Negotiated: &negotiated, ID: &number, Ordered: &c.Reliable}
	if !c.Reliable {
		options.MaxRetransmits = new(uint16)
	}
	return options
}

// watch puts frames together.
func (tech *Technician) watch(track *webrtc.TrackRemote) {
	tech.video <- uint32(track.SSRC())
	var frame []byte
	for {
		p, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		data, err := depacketizer(track.Codec().MimeType).Unmarshal(p.Payload)
		if err != nil {
			tech.t.Errorf("a packet that is not %s: %v", track.Codec().MimeType, err)
			return
		}
		tech.codec.Store(track.Codec().MimeType)
		tech.stamp.Store(p.Timestamp)
		if frame = append(frame, data...); p.Marker {
			tech.Frames <- frame
			frame = nil
		}
	}
}

func depacketizer(codec string) rtp.Depacketizer {
	switch codec {
	case webrtc.MimeTypeAV1:
		return &codecs.AV1Depacketizer{}
	case webrtc.MimeTypeVP9:
		return &codecs.VP9Packet{}
	default:
		return &codecs.VP8Packet{}
	}
}

// Codec returns the name of the codec that the last packet was of.
func (tech *Technician) Codec() string { return tech.codec.Load().(string) }

// Stamp returns the RTP timestamp of the last packet.
func (tech *Technician) Stamp() uint32 { return tech.stamp.Load() }

// Offer returns a session description with all candidates in it.
func (tech *Technician) Offer(restart bool) string {
	tech.t.Helper()
	offer, err := tech.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: restart})
	must(tech.t, err)
	gathered := webrtc.GatheringCompletePromise(tech.pc)
	must(tech.t, tech.pc.SetLocalDescription(offer))
	select {
	case <-gathered:
	case <-time.After(Within):
		tech.t.Fatal("no candidates")
	}
	return tech.pc.LocalDescription().SDP
}

// Accept takes the host's answer.
func (tech *Technician) Accept(sdp string) {
	tech.t.Helper()
	must(tech.t, tech.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}))
}

// AddCandidate takes one of the host's candidates.
func (tech *Technician) AddCandidate(c *signaling.Candidate) {
	tech.t.Helper()
	if c.Candidate == "" {
		return
	}
	must(tech.t, tech.pc.AddICECandidate(webrtc.ICECandidateInit{
		Candidate: c.Candidate, SDPMid: c.SDPMid, SDPMLineIndex: c.SDPMLineIndex,
	}))
}

// SendBytes sends a message that is not text.
func (tech *Technician) SendBytes(id signaling.ChannelID, data []byte) {
	tech.t.Helper()
	must(tech.t, tech.byID[id].Send(data))
}

// CloseChannel closes a channel.
func (tech *Technician) CloseChannel(id signaling.ChannelID) {
	tech.t.Helper()
	must(tech.t, tech.byID[id].Close())
}

// OpenChannel opens a channel in band, which the protocol has not.
func (tech *Technician) OpenChannel(label string) {
	tech.t.Helper()
	_, err := tech.pc.CreateDataChannel(label, nil)
	must(tech.t, err)
}

// WaitFrame waits for a picture.
func (tech *Technician) WaitFrame() []byte {
	tech.t.Helper()
	select {
	case f := <-tech.Frames:
		return f
	case <-time.After(Within):
		tech.t.Fatal("no picture")
		return nil
	}
}

// AskKeyFrame asks for a key frame, as a decoder that has lost pictures does.
func (tech *Technician) AskKeyFrame() {
	tech.t.Helper()
	select {
	case ssrc := <-tech.video:
		tech.video <- ssrc
		must(tech.t, tech.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}))
	case <-time.After(Within):
		tech.t.Fatal("no video")
	}
}

// ReportStreams sends reports about n streams that nobody has, in packets of 90.
func (tech *Technician) ReportStreams(n int) {
	tech.t.Helper()
	const first, each = 1 << 20, 90
	for at := 0; at < n; at += each {
		var list []rtcp.Packet
		for i := at; i < min(at+each, n); i++ {
			list = append(list, &rtcp.PictureLossIndication{MediaSSRC: uint32(first + i)}) //nolint:gosec // a test's number
		}
		must(tech.t, tech.pc.WriteRTCP(list))
		time.Sleep(50 * time.Microsecond) // for the socket's sake
	}
}

// Wait waits for the next message of type M.
func Wait[M signaling.Message](tech *Technician) M {
	tech.t.Helper()
	return WaitFor(tech, func(M) bool { return true })
}

// WaitFor waits for a message of type M that fits, and drops those of that type
// before it. Messages of other types keep: between channels there is no order.
func WaitFor[M signaling.Message](tech *Technician, fits func(M) bool) M {
	tech.t.Helper()
	late := time.After(Within)
	for {
		for n, m := range tech.kept {
			want, ok := m.(M)
			if !ok {
				continue
			}
			tech.kept = slices.Delete(tech.kept, n, n+1)
			if fits(want) {
				return want
			}
			break
		}
		if slices.ContainsFunc(tech.kept, func(m signaling.Message) bool { _, ok := m.(M); return ok }) {
			continue
		}
		select {
		case m := <-tech.Messages:
			tech.kept = append(tech.kept, m.Message)
		case <-late:
			var want M
			tech.t.Fatalf("no %T that fits came", want)
		}
	}
}

// WaitFailed waits until the connection has failed for good.
func (tech *Technician) WaitFailed() {
	tech.t.Helper()
	for late := time.Now().Add(Within); tech.pc.ConnectionState() < webrtc.PeerConnectionStateFailed; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			tech.t.Fatal("the connection did not fail")
		}
	}
}

// Close ends the connection without a word, as a browser that is killed.
func (tech *Technician) Close() { _ = tech.pc.GracefulClose() }
