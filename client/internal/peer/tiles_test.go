package peer

import (
	"testing"
	"testing/synctest"
	"time"
)

// Tiles take room in the rate, and wait for nothing: where there is none, there are none.
func TestTilesCountInTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newTestSender()
		defer s.close()
		const small, long = 1000, assumedRate / 8 / 50 // 20 ms of the assumed rate
		if !s.spare(small) {
			t.Error("no room at rest")
		}
		if s.spare(small) {
			t.Error("room for more than ten milliseconds")
		}
		time.Sleep(time.Second)
		if s.spare(long) {
			t.Error("room for what takes 20 ms")
		}
		if !s.spare(small) {
			t.Error("what was not sent took room")
		}
	})
}

func TestNoTilesWhileAFrameWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newTestSender()
		defer s.close()
		must(t, s.write(frameOf(10_000)))
		if s.spare(100) {
			t.Error("a tile overtakes")
		}
		time.Sleep(time.Second)
		if !s.spare(100) {
			t.Error("no room at rest")
		}
	})
}
