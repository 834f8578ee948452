package peer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/encode"
)

const (
	vp8  = "a=rtpmap:96 VP8/90000\r\n"
	vp9  = "a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0\r\n"
	vp91 = "a=rtpmap:35 VP9/90000\r\na=fmtp:35 profile-id=1\r\n"
	av1  = "a=rtpmap:45 AV1/90000\r\na=fmtp:45 level-idx=5;profile=0;tier=0\r\n"
	av11 = "a=fmtp:47 level-idx=5; profile=1; tier=0\r\na=rtpmap:47 AV1/90000\r\n"
	// Some browsers leave out what has its default value.
	bare = "a=rtpmap:45 AV1X/90000\r\na=rtpmap:46 av1/90000\r\na=rtpmap:47 vp9/90000\r\n"
)

func TestCommonCodec(t *testing.T) {
	ours := []encode.Codec{
		{MIMEType: "video/AV1", Parameters: "level-idx=5;profile=1;tier=0"},
		{MIMEType: "video/AV1", Parameters: "level-idx=5;profile=0;tier=0"},
		{MIMEType: "video/VP9", Parameters: "profile-id=0"},
		{MIMEType: "video/VP8"},
	}
	for _, c := range []struct {
		name, offered string
		want          []int // in ours
	}{
		{"everything", vp8 + vp9 + vp91 + av1 + av11, []int{0, 1, 2, 3}},
		{"everything in another order", av11 + av1 + vp91 + vp9 + vp8, []int{0, 1, 2, 3}},
		{"no AV1 with all colours", vp8 + vp9 + av1, []int{1, 2, 3}},
		{"no AV1", vp8 + vp91 + vp9, []int{2, 3}},
		{"VP9 of another profile", vp8 + vp91, []int{3}},
		{"no parameters", vp8 + bare, []int{1, 2, 3}},
		{"none of ours", vp91, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := ParseOffer(head + finger + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=recvonly\r\n" + c.offered + data1)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, n := range c.want {
				want = append(want, ours[n].Key())
			}
			for _, codec := range common(ours, o.codecs) {
				got = append(got, codec.Key())
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("of %v: %s", o.codecs, d)
			}
		})
	}
}
