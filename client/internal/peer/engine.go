package peer

import (
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/signaling"
)

const (
	// playoutDelayURI is Chromium's header extension that says how long pictures are
	// held back before they are shown.
	playoutDelayURI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
	// firstPayloadType is the first dynamic payload type (RFC 3551 section 6). An
	// answer takes those of the offer.
	firstPayloadType = 96
	dialWithin       = 10 * time.Second
	// writeWithin is how long a TURN server may take to read one packet.
	writeWithin = 2 * time.Second
)

// newAPI makes pion as this program wants it.
func newAPI(config *Config, incoming *streams) (*webrtc.API, error) {
	media := &webrtc.MediaEngine{}
	for i, codec := range config.Codecs {
		if err := media.RegisterCodec(parameters(codec, firstPayloadType+i), webrtc.RTPCodecTypeVideo); err != nil {
			return nil, fmt.Errorf("codec %q: %w", codec.MIMEType, err)
		}
	}
	for _, uri := range []string{playoutDelayURI, sdp.TransportCCURI} {
		extension := webrtc.RTPHeaderExtensionCapability{URI: uri}
		if err := media.RegisterHeaderExtension(extension, webrtc.RTPCodecTypeVideo); err != nil {
			return nil, err
		}
	}
	settings, err := newSettings(config)
	if err != nil {
		return nil, err
	}
	settings.BufferFactory = incoming.buffer
	return webrtc.NewAPI(
		webrtc.WithMediaEngine(media),
		// No interceptors: sender answers and paces, and sends no reports of its own, as one
		// stream has nothing to be in step with.
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}),
		webrtc.WithSettingEngine(*settings),
	), nil
}

func parameters(codec encode.Codec, payloadType int) webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{
		RTPCodecCapability: capability(codec),
		PayloadType:        webrtc.PayloadType(payloadType),
	}
}

func capability(codec encode.Codec) webrtc.RTPCodecCapability {
	return webrtc.RTPCodecCapability{
		MimeType:    codec.MIMEType,
		ClockRate:   codec.ClockRate,
		SDPFmtpLine: codec.Parameters,
		RTCPFeedback: []webrtc.RTCPFeedback{
			{Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "transport-cc"},
		},
	}
}

func newSettings(config *Config) (*webrtc.SettingEngine, error) {
	s := &webrtc.SettingEngine{LoggerFactory: logs{config.Log}}
	s.SetICETimeouts(disconnectedAfter, failedAfter, keepAliveEvery)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeQueryOnly)
	s.SetSCTPMaxMessageSize(signaling.MaxMessage)
	s.SetICEProxyDialer(newTURNDialer(config))
	s.SetRemoteIPFilter(reachable)
	if config.Loopback {
		s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
		s.SetIncludeLoopbackCandidate(true)
		s.SetInterfaceFilter(isLoopback)
		s.SetIPFilter(net.IP.IsLoopback)
		s.SetRemoteIPFilter(nil) // a browser on this machine may send from another address of it
	}
	if config.Ports.Max != 0 {
		if err := s.SetEphemeralUDPPortRange(config.Ports.Min, config.Ports.Max); err != nil {
			return nil, fmt.Errorf("ports %d-%d: %w", config.Ports.Min, config.Ports.Max, err)
		}
	}
	return s, nil
}

func isLoopback(name string) bool {
	i, err := net.InterfaceByName(name)
	return err == nil && i.Flags&net.FlagLoopback != 0
}

// turnDialer opens the TCP connections to TURN servers. Where pion dials itself, it
// trusts the system's certificates and no others, and waits for ever.
type turnDialer struct {
	secure  map[string]bool // the addresses that speak TLS
	dialTLS func(network, address string) (net.Conn, error)
}

func newTURNDialer(config *Config) *turnDialer {
	return &turnDialer{secure: tlsServers(config.Servers), dialTLS: config.DialTLS}
}

// Dial implements pion's proxy.Dialer.
func (d *turnDialer) Dial(network, address string) (net.Conn, error) {
	conn, err := d.open(network, address)
	if err != nil {
		return nil, err
	}
	return impatient{conn}, nil
}

func (d *turnDialer) open(network, address string) (net.Conn, error) {
	if d.secure[address] {
		return d.dialTLS(network, address)
	}
	return net.DialTimeout(network, address, dialWithin)
}

// impatient is a connection that gives a write up, and itself with it, as a part of a
// packet may be written: pion sets no deadline, and a server that does not read would
// hold up all that the connection does, its end too.
type impatient struct{ net.Conn }

// Write implements io.Writer.
func (c impatient) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(p)
	if err != nil {
		_ = c.Close() // the error is that of the write
	}
	return n, err
}

// Close implements io.Closer. It closes what is below TLS, which would say good-bye
// first, and give a server that does not read five seconds for it.
func (c impatient) Close() error {
	if secure, ok := c.Conn.(*tls.Conn); ok {
		return secure.NetConn().Close()
	}
	return c.Conn.Close()
}
