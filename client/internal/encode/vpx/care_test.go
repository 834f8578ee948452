package vpx

import (
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

const (
	ticks = canvas.TicksPerSecond / 30
	rated = 10_000
	quick = 10 * time.Millisecond
)

// scene is a care with what it is for: pictures that take so many bytes without it, and
// so long with it.
type scene struct {
	*testing.T
	care  care
	bytes int
	took  time.Duration
}

// show shows pictures, and reports how many were made with care.
func (s *scene) show(pictures int) (careful int) {
	for range pictures {
		bytes, took := s.bytes, quick
		if s.care.next(ticks, true) {
			careful++
			bytes, took = min(bytes, rated), s.took
		}
		s.care.made(bytes, rated, took)
	}
	return careful
}

func (s *scene) want(pictures, least, most int) {
	s.Helper()
	if got := s.show(pictures); got < least || got > most {
		s.Errorf("%d of %d pictures with care, want %d to %d", got, pictures, least, most)
	}
}

func TestCareForAPageThatScrolls(t *testing.T) {
	s := &scene{T: t, bytes: 2 * rated, took: quick}
	s.want(12+enough, 0, 0)
	s.want(640, 620, 639)
}

func TestNoCareForAFilm(t *testing.T) {
	s := &scene{T: t, bytes: rated, took: 2 * quick}
	s.want(640, 0, 0)
}

func TestCareEndsWhenAFilmFollows(t *testing.T) {
	s := &scene{T: t, bytes: 2 * rated, took: quick}
	s.show(30)
	s.bytes = rated
	s.want(640, 1, trial)
}

func TestCareEndsWhereItTakesTooLong(t *testing.T) {
	s := &scene{T: t, bytes: 2 * rated, took: 3 * quick}
	s.want(640, enough, 12*enough)
}

// A program that takes the processor for a moment makes a picture late, and two of three
// pictures of a page that scrolls by fits and starts are large.
func TestCareIsDecidedBySeveralPictures(t *testing.T) {
	s := &scene{T: t, bytes: 2 * rated, took: quick}
	s.show(30)
	for range 3 {
		s.took = 3 * quick
		s.want(1, 1, 1)
		s.took = quick
		s.want(5, 5, 5)
	}

	s = &scene{T: t, bytes: rated, took: quick}
	s.show(going)
	for range enough {
		s.bytes = 2 * rated
		s.show(2)
		s.bytes = rated
		s.show(1)
	}
	s.want(1, 1, 1)
}

func TestNoCareForAPageThatIsTurned(t *testing.T) {
	s := &scene{T: t, bytes: 2 * rated, took: quick}
	s.want(100, 50, 100)
	s.care.next(ticks, false)
	s.want(12, 0, 0)
	s.care.next(canvas.TicksPerSecond/5, true)
	s.want(12, 0, 0)
	s.want(10, 10, 10)
}
