package catalogue

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lendhand/lendhand/signaling/problem"
)

// Limits of searches.
const (
	maxWords   = 200 // characters of q
	maxFilter  = 128 // characters of another filter
	maxLimit   = 100
	usualLimit = 50
)

// Query is a search. What is zero does not narrow it.
type Query struct {
	// Match is an expression of full-text search; see [matchOf]. Nothing says that words
	// were given in which there is nothing to find.
	Match   string
	Nothing bool
	// TechnicianID is exact; Technician, Host and Ticket are beginnings, folded.
	TechnicianID, Technician, Host, Ticket, Group string
	// From is included, To is not.
	From, To time.Time
	// Min and Max are lengths.
	Min, Max time.Duration
	Happened Happened
	State    State
	Held     bool
	// Unseen are those that nobody has viewed.
	Unseen bool
	// Before is the number that all are smaller than; 0 for the newest.
	Before int64
	Limit  int
}

// ParseQuery reads a search as RECORDINGS.md describes it. Its errors say what is wrong,
// and have hints.
func ParseQuery(given url.Values) (q Query, err error) {
	q.Limit = usualLimit
	for name, values := range given {
		read, known := filters[name]
		if !known || len(values) != 1 {
			return Query{}, wrong(name, "it is not known, or given twice")
		}
		if values[0] == "" {
			continue
		}
		limit := maxFilter
		if name == "q" {
			limit = maxWords
		}
		if utf8.RuneCountInString(values[0]) > limit {
			return Query{}, wrong(name, fmt.Sprintf("it is longer than %d characters", limit))
		}
		if err := read(&q, clean(values[0])); err != nil {
			return Query{}, wrong(name, err.Error())
		}
	}
	return q, nil
}

func wrong(name, why string) error {
	return problem.New(fmt.Sprintf("the value of %.20q cannot be used: %s", name, why), "Change it, or leave it out.")
}

// filters read the parameters of a search, by name.
var filters = map[string]func(*Query, string) error{
	"q": func(q *Query, v string) error {
		q.Match = matchOf(v)
		q.Nothing = q.Match == "" && strings.TrimSpace(v) != ""
		return nil
	},
	"technician": func(q *Query, v string) error {
		if strings.HasPrefix(v, "u_") {
			q.TechnicianID = v
		} else {
			q.Technician = Fold(v)
		}
		return nil
	},
	"host":   func(q *Query, v string) error { q.Host = Fold(v); return nil },
	"ticket": func(q *Query, v string) error { q.Ticket = Fold(v); return nil },
	"group":  func(q *Query, v string) error { q.Group = v; return nil },
	"from":   func(q *Query, v string) (err error) { q.From, err = parseTime(v, 0); return err },
	"to":     func(q *Query, v string) (err error) { q.To, err = parseTime(v, 1); return err },
	"min":    func(q *Query, v string) (err error) { q.Min, err = parseSeconds(v); return err },
	"max":    func(q *Query, v string) (err error) { q.Max, err = parseSeconds(v); return err },
	"happened": func(q *Query, v string) (err error) {
		q.Happened, err = parseHappened(v)
		return err
	},
	"state": func(q *Query, v string) error {
		switch q.State = State(v); q.State {
		case Live, Complete, Incomplete:
			return nil
		}
		return fmt.Errorf("it is live, complete or incomplete")
	},
	"held": func(q *Query, v string) (err error) { q.Held, err = strconv.ParseBool(v); return err },
	"limit": func(q *Query, v string) (err error) {
		if q.Limit, err = strconv.Atoi(v); err != nil || q.Limit < 1 || q.Limit > maxLimit {
			return fmt.Errorf("it is a number from 1 to %d", maxLimit)
		}
		return nil
	},
	"cursor": func(q *Query, v string) (err error) {
		rest, ok := strings.CutPrefix(v, "c")
		if q.Before, err = strconv.ParseInt(rest, 10, 64); !ok || err != nil || q.Before < 1 {
			return fmt.Errorf("it is no page of a search")
		}
		return nil
	},
}

// Cursor names the page that follows an entry.
func Cursor(last Entry) string { return "c" + strconv.FormatInt(last.Number, 10) }

// parseTime reads a time, or a date, to which days are added.
func parseTime(text string, days int) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, text, time.UTC); err == nil {
		return t.AddDate(0, 0, days), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("it is a date like 2026-11-22, or a time as in RFC 3339")
	}
	return t, nil
}

func parseSeconds(text string) (time.Duration, error) {
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds > float64(math.MaxInt32) {
		return 0, fmt.Errorf("it is a number of seconds")
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
