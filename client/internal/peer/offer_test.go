package peer

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

const (
	print1 = "19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:5D:49:6B:4A:AD:B9:B1"
	print2 = "29:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:5D:49:6B:4A:AD:B9:B1"
	head   = "v=0\r\no=- 42 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
	video1 = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:v\r\na=recvonly\r\na=rtpmap:96 VP8/90000\r\n"
	data1  = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:d\r\na=sctp-port:5000\r\n"
	finger = "a=fingerprint:sha-256 " + print1 + "\r\n"
)

func TestParseOffer(t *testing.T) {
	for _, c := range []struct {
		name string
		sdp  string
		ok   bool
	}{
		{"fingerprint of the session", head + finger + video1 + data1, true},
		{"fingerprints of the sections", head + video1 + finger + data1 + finger, true},
		{"lower case", head + "a=fingerprint:SHA-256 " + strings.ToLower(print1) + "\r\n" + video1 + data1, true},
		{"no fingerprint", head + video1 + data1, false},
		{"two fingerprints", head + finger + video1 + data1 + "a=fingerprint:sha-256 " + print2 + "\r\n", false},
		{"another hash beside it", head + finger + video1 + data1 + "a=fingerprint:sha-1 AB:CD\r\n", false},
		{"no video", head + finger + data1, false},
		{"no data", head + finger + video1, false},
		{"two videos", head + finger + video1 + video1 + data1, false},
		{"video that is sent", head + finger + strings.Replace(video1, "recvonly", "sendrecv", 1) + data1, false},
		{"sound", head + finger + video1 + data1 + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", false},
		{"too many candidates", head + finger + video1 + strings.Repeat("a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n", 65) + data1, false},
		{"not SDP", "v=0\r\nnonsense", false},
		{"nothing", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := ParseOffer(c.sdp)
			if !c.ok {
				if !errors.Is(err, ErrOffer) {
					t.Errorf("got %v, want ErrOffer", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := "sha-256 " + print1; o.Fingerprint != want {
				t.Errorf("fingerprint %q, want %q", o.Fingerprint, want)
			}
			if d := cmp.Diff([]offered{{"VP8", "0"}}, o.codecs, cmp.AllowUnexported(offered{})); d != "" || o.mid != "v" {
				t.Errorf("mid %q, codecs %s", o.mid, d)
			}
		})
	}
}

func TestContinues(t *testing.T) {
	parse := func(sdp string) *Offer {
		o, err := ParseOffer(sdp)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	first := parse(head + finger + video1 + data1)
	if !first.Continues(parse(strings.Replace(head, "42 2", "42 3", 1) + finger + video1 + data1)) {
		t.Error("a newer version of the same description is taken for another connection")
	}
	for name, sdp := range map[string]string{
		"another page":        strings.Replace(head, "42 2", "43 2", 1) + finger + video1 + data1,
		"another certificate": head + strings.Replace(finger, print1, print2, 1) + video1 + data1,
	} {
		if first.Continues(parse(sdp)) {
			t.Errorf("%s is taken for the same connection", name)
		}
	}
}

func TestTLSServers(t *testing.T) {
	got := tlsServers([]signaling.ICEServer{{URLs: []string{
		"turn:a.example:443?transport=udp", "turns:a.example:443?transport=tcp", "turns:b.example", "turns:[::1]:8443?transport=tcp",
	}}})
	want := map[string]bool{"a.example:443": true, "b.example:5349": true, "[::1]:8443": true}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func FuzzParseOffer(f *testing.F) {
	f.Add(head + finger + video1 + data1)
	f.Add(head + video1 + finger + data1 + finger)
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseOffer(text)
		if err == nil && (o.Fingerprint == "" || len(o.candidates) > maxCandidates) {
			t.Errorf("accepted %+v", o)
		}
	})
}
