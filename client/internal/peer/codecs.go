package peer

import (
	"slices"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// offered is one codec of an offer.
type offered struct {
	name    string // as in a=rtpmap, such as VP8
	profile string // "0" where a codec has none
}

// readCodecs notes the names in a=rtpmap (RFC 8866 section 6.6), as in "45
// AV1/90000", and their profiles in a=fmtp, as in "45 profile=1;tier=0".
func (o *Offer) readCodecs(m *sdp.MediaDescription) {
	parameters := make(map[string]string)
	for _, a := range m.Attributes {
		if payload, line, ok := strings.Cut(a.Value, " "); ok && a.Key == "fmtp" {
			parameters[payload] = line
		}
	}
	for _, a := range m.Attributes {
		if payload, encoding, ok := strings.Cut(a.Value, " "); ok && a.Key == "rtpmap" {
			name, _, _ := strings.Cut(encoding, "/")
			o.codecs = append(o.codecs, offered{name, profile(parameters[payload])})
		}
	}
}

// profile finds the profile in a line of parameters. AV1 calls it profile (RTP
// payload format for AV1, section 7.2.1), VP9 profile-id (RFC 9628 section 6); left
// out, it is 0 in both.
func profile(parameters string) string {
	for parameter := range strings.SplitSeq(parameters, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if key == "profile" || key == "profile-id" {
			return value
		}
	}
	return "0"
}

// common returns those of ours that the offer has, in our order.
func common(ours []encode.Codec, theirs []offered) []encode.Codec {
	var list []encode.Codec
	for _, codec := range ours {
		if slices.ContainsFunc(theirs, func(o offered) bool {
			return strings.EqualFold(codec.MIMEType, "video/"+o.name) && profile(codec.Parameters) == o.profile
		}) {
			list = append(list, codec)
		}
	}
	return list
}

// sameCodec reports whether pion's name and ours are for the same codec and profile.
func sameCodec(codec encode.Codec, c webrtc.RTPCodecCapability) bool {
	return strings.EqualFold(codec.MIMEType, c.MimeType) && profile(codec.Parameters) == profile(c.SDPFmtpLine)
}
