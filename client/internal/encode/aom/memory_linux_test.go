package aom_test

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/encode/aom"
	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
)

func TestMemory(t *testing.T) {
	t.Run("4:2:0", func(t *testing.T) { encodetest.RunMemory(t, aom.AV1()) })
	t.Run("4:4:4", func(t *testing.T) { encodetest.RunMemory(t, aom.AV1444()) })
}
