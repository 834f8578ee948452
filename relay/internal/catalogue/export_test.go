package catalogue

import (
	"context"

	"github.com/lendhand/lendhand/relay/recording"
)

// Refresh and Sweep are what Run does, for tests that do not wait.
func (c *Catalogue) Refresh(ctx context.Context, id string) error { return c.refresh(ctx, id) }

// Sweep compares everything once.
func (c *Catalogue) Sweep(ctx context.Context) { c.sweep(ctx) }

// MatchOf and Unspaced are what searches are made of.
func MatchOf(words string) string     { return matchOf(words) }
func Unspaced(text string) string     { return unspaced(text) }
func Spaced(text string) string       { return spaced(text) }
func Draw(all []Entry, n int) []Entry { return draw(all, n) }

// Learned is what a part tells.
func Learned(c *recording.Content) []string {
	var r Record
	r.learn(c)
	return r.Happened.Words()
}
