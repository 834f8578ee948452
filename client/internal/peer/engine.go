package peer

import (
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
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
)

// newAPI makes pion as this program wants it.
func newAPI(config *Config) (*webrtc.API, error) {
	media := &webrtc.MediaEngine{}
	for i, codec := range config.Codecs {
		if err := media.RegisterCodec(parameters(codec, firstPayloadType+i), webrtc.RTPCodecTypeVideo); err != nil {
			return nil, fmt.Errorf("codec %q: %w", codec.MIMEType, err)
		}
	}
	playout := webrtc.RTPHeaderExtensionCapability{URI: playoutDelayURI}
	if err := media.RegisterHeaderExtension(playout, webrtc.RTPCodecTypeVideo); err != nil {
		return nil, err
	}
	registry := &interceptor.Registry{}
	if err := webrtc.ConfigureNack(media, registry); err != nil {
		return nil, err
	}
	if err := webrtc.ConfigureRTCPReports(registry); err != nil {
		return nil, err
	}
	settings, err := newSettings(config)
	if err != nil {
		return nil, err
	}
	return webrtc.NewAPI(
		webrtc.WithMediaEngine(media),
		webrtc.WithInterceptorRegistry(registry),
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
		MimeType:     codec.MIMEType,
		ClockRate:    codec.ClockRate,
		RTCPFeedback: []webrtc.RTCPFeedback{{Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}},
	}
}

func newSettings(config *Config) (*webrtc.SettingEngine, error) {
	s := &webrtc.SettingEngine{LoggerFactory: logs{config.Log}}
	s.SetICETimeouts(disconnectedAfter, failedAfter, keepAliveEvery)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeQueryOnly)
	s.SetSCTPMaxMessageSize(signaling.MaxMessage)
	s.SetICEProxyDialer(newTURNDialer(config))
	if config.Loopback {
		s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
		s.SetIncludeLoopbackCandidate(true)
		s.SetInterfaceFilter(isLoopback)
		s.SetIPFilter(net.IP.IsLoopback)
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
// trusts the system's certificates and no others.
type turnDialer struct {
	secure  map[string]bool // the addresses that speak TLS
	dialTLS func(network, address string) (net.Conn, error)
}

func newTURNDialer(config *Config) *turnDialer {
	d := &turnDialer{secure: tlsServers(config.Servers), dialTLS: config.DialTLS}
	if d.dialTLS == nil {
		dialer := &tls.Dialer{NetDialer: &net.Dialer{Timeout: dialWithin}}
		d.dialTLS = dialer.Dial
	}
	return d
}

// Dial implements pion's proxy.Dialer.
func (d *turnDialer) Dial(network, address string) (net.Conn, error) {
	if d.secure[address] {
		return d.dialTLS(network, address)
	}
	return net.DialTimeout(network, address, dialWithin)
}
