package fake_test

import (
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
	"github.com/lendhand/lendhand/client/internal/encode/fake"
)

func TestContract(t *testing.T) {
	encodetest.Run(t, fake.Codec())
}

func TestParse(t *testing.T) {
	p := encodetest.NewPicture(image.Pt(20, 10))
	e := encodetest.Open(t, fake.Codec(), p.Frame.Size())
	p.Fill(p.Frame.Bounds, 0x0a0bff)
	packet, err := e.Encode(p.Frame, encode.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := fake.Parse(packet.Data)
	if err != nil {
		t.Fatal(err)
	}
	want := fake.Info{
		Number: 1, KeyFrame: true, Size: image.Pt(20, 10), First: [3]byte{0xff, 0x0b, 0x0a},
		Damage: 1, BitsPerSecond: 4_000_000,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := fake.Parse([]byte("picture")); err == nil {
		t.Error("half a packet was read")
	}
}
