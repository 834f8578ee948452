package catalogue

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/signaling/problem"
)

// Results are a page of a search.
type Results struct {
	Recordings []Entry `json:"recordings"`
	Next       string  `json:"next,omitempty"`
	// Words is false when the relay cannot look into recordings that are made now.
	Words bool `json:"words"`
}

// Search finds recordings.
func (c *Catalogue) Search(ctx context.Context, me account.Me, q Query) (Results, error) {
	if err := c.spend(me.Account.ID); err != nil {
		return Results{}, err
	}
	book, err := c.Readers.Current(ctx)
	if err != nil {
		return Results{}, err
	}
	out := Results{Recordings: []Entry{}, Words: !book.Sealed}
	if q.Nothing {
		return out, nil
	}
	limit := q.Limit
	q.Limit++ // to see whether there is more
	found, err := c.Store.Search(ctx, q)
	if err != nil {
		return Results{}, err
	}
	if len(found) > limit {
		found = found[:limit]
		out.Next = Cursor(found[limit-1])
	}
	for i := range found {
		for j := range found[i].Found {
			found[i].Found[j].Text = unspaced(found[i].Found[j].Text)
		}
	}
	out.Recordings = append(out.Recordings, found...)
	return out, nil
}

// Sampled is a recording that was drawn, and why it was so readily.
type Sampled struct {
	Entry
	Risk int      `json:"risk"`
	Why  []string `json:"why"`
}

// Sample is what was drawn, of how many.
type Sample struct {
	Recordings []Sampled `json:"recordings"`
	Of         int       `json:"of"`
}

const (
	maxSample   = 20
	usualSample = 5
	sampleSince = 30 * 24 * time.Hour
	// maxDrawn bounds what is drawn from.
	maxDrawn = 200_000
)

// SampleCount reads how many are to be drawn.
func SampleCount(text string) (int, error) {
	if text == "" {
		return usualSample, nil
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 || count > maxSample {
		return 0, problem.New(fmt.Sprintf("%.20q cannot be drawn", text), fmt.Sprintf("Draw 1 to %d.", maxSample))
	}
	return count, nil
}

// Sample draws some of those that nobody has viewed, the riskier the more readily.
func (c *Catalogue) Sample(ctx context.Context, me account.Me, q Query, count int) (Sample, error) {
	if err := c.spend(me.Account.ID); err != nil {
		return Sample{}, err
	}
	if q.From.IsZero() {
		q.From = c.Now().Add(-sampleSince)
	}
	q.Unseen, q.Limit, q.Match, q.Nothing, q.Before = true, maxDrawn, "", false, 0
	all, err := c.Store.Outlines(ctx, q)
	if err != nil {
		return Sample{}, err
	}
	out := Sample{Recordings: []Sampled{}, Of: len(all)}
	for _, e := range draw(all, count) {
		r, err := c.Store.Record(ctx, e.ID)
		if err != nil {
			return Sample{}, err
		}
		out.Recordings = append(out.Recordings, Sampled{Entry: r.Entry, Risk: r.risk(), Why: why(r.Entry)})
	}
	return out, nil
}

// draw chooses by weight, without putting back (Efraimidis and Spirakis: the largest of
// u^(1/weight)).
func draw(all []Entry, count int) []Entry {
	type ticket struct {
		key float64
		e   Entry
	}
	tickets := make([]ticket, len(all))
	for i, e := range all {
		tickets[i] = ticket{math.Log(1-rand.Float64()) / float64(e.risk()), e}
	}
	slices.SortFunc(tickets, func(a, b ticket) int {
		switch {
		case a.key > b.key:
			return -1
		case a.key < b.key:
			return 1
		}
		return 0
	})
	drawn := make([]Entry, 0, count)
	for _, t := range tickets[:min(count, len(tickets))] {
		drawn = append(drawn, t.e)
	}
	return drawn
}

// why names what makes a recording riskier than others.
func why(e Entry) []string {
	words := []string{}
	for i, each := range happenings {
		if e.Happened&(1<<i) != 0 && each.risk > 0 {
			words = append(words, each.name)
		}
	}
	if e.State == Incomplete {
		words = append(words, string(Incomplete))
	}
	return words
}
