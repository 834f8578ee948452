package vpx_test

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
)

func TestMemory(t *testing.T) {
	for _, c := range codecs {
		t.Run(c.name, func(t *testing.T) { encodetest.RunMemory(t, c.codec) })
	}
}
