package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
)

// found marks what a search has found in a text. No text has it: they are cleaned.
const found = "\x02"

// maxFound is how many places are shown of a recording.
const maxFound = 3

// wordColumns are those of catalogue_words, as people call them.
func wordColumns() []string { return []string{"about", "window", "chat", "file"} }

// Search implements [catalogue.Store].
func (s *Store) Search(ctx context.Context, q catalogue.Query) (list []catalogue.Entry, err error) {
	query, args := searchQuery(q)
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("search recordings: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		e, err := scanFound(rows, q)
		if err != nil {
			return nil, fmt.Errorf("search recordings: %w", err)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

func scanFound(rows *sql.Rows, q catalogue.Query) (catalogue.Entry, error) {
	if q.Match == "" {
		return scanEntry(rows.Scan)
	}
	places := make([]string, len(wordColumns()))
	into := make([]any, len(places))
	for i := range places {
		into[i] = &places[i]
	}
	e, err := scanEntry(rows.Scan, into...)
	for i, name := range wordColumns() {
		if strings.Contains(places[i], found) && len(e.Found) < maxFound {
			e.Found = append(e.Found, catalogue.Found{In: name, Text: strings.ReplaceAll(places[i], found, "")})
		}
	}
	return e, err
}

// searchQuery writes the search; values are arguments of it, never text.
//
// Numbers are times: what is asked for between two times is a range of rows that is read
// from its end, and so is what full-text search finds.
func searchQuery(q catalogue.Query) (query string, args []any) {
	if q.Match == "" {
		query = "SELECT " + entryColumns + " FROM catalogue c WHERE "
	} else {
		query = "SELECT " + entryColumns
		for i := range wordColumns() {
			query += fmt.Sprintf(", snippet(catalogue_words, %d, '"+found+"', '"+found+"', '…', 12)", i)
		}
		// CROSS JOIN: words first, in their order.
		query += " FROM catalogue_words CROSS JOIN catalogue c ON c.n = catalogue_words.rowid WHERE catalogue_words MATCH ? AND "
		args = append(args, q.Match)
	}
	key := "c.n"
	if q.Match != "" {
		key = "catalogue_words.rowid"
	}
	conditions, values := conditionsOf(q, key)
	return query + conditions + " ORDER BY " + key + " DESC LIMIT ?", append(append(args, values...), q.Limit)
}

func conditionsOf(q catalogue.Query, key string) (string, []any) {
	last := int64(math.MaxInt64)
	if q.Before > 0 {
		last = q.Before - 1
	}
	if !q.To.IsZero() {
		last = min(last, q.To.UnixMilli()-1)
	}
	first := int64(0)
	if !q.From.IsZero() {
		first = q.From.UnixMilli()
	}
	conditions, args := []string{key + " BETWEEN ? AND ?"}, []any{first, last}
	and := func(condition string, values ...any) {
		conditions, args = append(conditions, condition), append(args, values...)
	}
	beginsWith := func(column, prefix string) {
		if prefix != "" {
			and(column+" >= ? AND "+column+" < ?", prefix, prefix+"\U0010FFFF")
		}
	}
	if q.TechnicianID != "" {
		and("c.technician_id = ?", q.TechnicianID)
	}
	beginsWith("c.technician_fold", q.Technician)
	beginsWith("c.host_fold", q.Host)
	beginsWith("c.ticket_fold", q.Ticket)
	if q.Group != "" {
		and("c.group_name = ?", q.Group)
	}
	if q.Min > 0 {
		and("c.length >= ?", q.Min.Milliseconds())
	}
	if q.Max > 0 {
		and("c.length <= ?", q.Max.Milliseconds())
	}
	if q.Happened != 0 {
		and("c.happened & ? = ?", int64(q.Happened), int64(q.Happened))
	}
	if q.State != "" {
		// Twice: the second names the index of those that go on.
		and("c.state = ?", string(q.State))
		if q.State == catalogue.Live {
			and("c.state = 'live'")
		}
	}
	if q.Held {
		and("c.hold IS NOT NULL")
	}
	if q.Unseen {
		and("c.views = 0")
	}
	return strings.Join(conditions, " AND "), args
}

// Outlines implements [catalogue.Store].
func (s *Store) Outlines(ctx context.Context, q catalogue.Query) (list []catalogue.Entry, err error) {
	conditions, args := conditionsOf(q, "c.n")
	var e catalogue.Entry
	err = s.each(ctx, "SELECT c.id, c.state, c.happened FROM catalogue c WHERE "+conditions+" ORDER BY c.n DESC LIMIT ?", append(args, q.Limit),
		[]any{&e.ID, &e.State, &e.Happened}, func() { list = append(list, e) })
	if err != nil {
		return nil, fmt.Errorf("search recordings: %w", err)
	}
	return list, nil
}
