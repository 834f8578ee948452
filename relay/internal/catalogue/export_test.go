package catalogue

import "context"

// Refresh and Sweep are what Run does, for tests that do not wait.
func (c *Catalogue) Refresh(ctx context.Context, id string) error { return c.refresh(ctx, id) }

// Sweep compares everything once.
func (c *Catalogue) Sweep(ctx context.Context) { c.sweep(ctx) }

// MatchOf and Unspaced are what searches are made of.
func MatchOf(words string) string     { return matchOf(words) }
func Unspaced(text string) string     { return unspaced(text) }
func Spaced(text string) string       { return spaced(text) }
func Draw(all []Entry, n int) []Entry { return draw(all, n) }
