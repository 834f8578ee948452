package main

import (
	"errors"
	"fmt"
	"image"
	"log/slog"
	"testing"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestOpenScreen(t *testing.T) {
	tests := []struct {
		name  string
		extra []string
		want  string
	}{
		{"as it should be", nil, "*x11.Source"},
		{"a server that tells of no changes", []string{"-extension", "DAMAGE"}, "*poll.Source"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			xvfbtest.Start(t, image.Pt(320, 240), test.extra...)
			s, err := openScreen(slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%T", s); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if err := s.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
}

func TestOpenScreenWithoutADisplay(t *testing.T) {
	lonely(t)
	if s, err := openScreen(slog.New(slog.DiscardHandler)); !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("%v, %v", s, err)
	}
}
