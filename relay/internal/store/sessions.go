package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// sessionColumns are in the order of sessionValues and of scanSession.
const sessionColumns = `id, state, created, changed, ended, reason,
	host_name, host_os, host_key, host_fingerprint, host_token,
	code, code_group, code_expires, wrong_tries,
	technician_id, technician_name, technician_organisation, technician_fingerprint, technician_token,
	ticket, asked, further, request_id, answer, allowed, consent,
	keys, invitation, began, records, recording, recorded`

// SaveSession implements [broker.Store].
func (s *Store) SaveSession(ctx context.Context, r broker.Record) error {
	values := sessionValues(r)
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	_, err := s.write.ExecContext(ctx, "INSERT OR REPLACE INTO sessions ("+sessionColumns+") VALUES ("+marks+")", values...)
	if err != nil {
		return fmt.Errorf("save session %s: %w", r.ID, err)
	}
	return nil
}

// DeleteSession implements [broker.Store].
func (s *Store) DeleteSession(ctx context.Context, id string) error {
	if _, err := s.write.ExecContext(ctx, "DELETE FROM sessions WHERE id = ?", id); err != nil {
		return fmt.Errorf("delete session %s: %w", id, err)
	}
	return nil
}

// OpenSessions implements [broker.Store].
func (s *Store) OpenSessions(ctx context.Context) (open []broker.Record, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+sessionColumns+" FROM sessions WHERE ended IS NULL ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r, err := scanSession(rows)
		if err != nil {
			return nil, fmt.Errorf("read session: %w", err)
		}
		open = append(open, r)
	}
	return open, rows.Err()
}

func sessionValues(r broker.Record) []any {
	return []any{
		r.ID, string(r.State), nanos(r.Created), nanos(r.Changed), nanos(r.Ended), string(r.Reason),
		r.Host.Name, r.Host.OS, r.HostKey, r.HostFingerprint, r.HostToken,
		r.Code, r.CodeGroup, nanos(r.CodeExpires), r.WrongTries,
		r.Technician.ID, r.Technician.Name, r.Technician.Organisation, r.TechnicianFingerprint, r.TechnicianToken,
		r.Ticket, joinScopes(r.Asked), joinScopes(r.Further), r.RequestID, nanos(r.Answer), joinScopes(r.Allowed), r.Consent,
		strings.Join(r.Keys, " "), r.Invitation, nanos(r.Began),
		r.Records, writeTerms(r.Recording), r.Recorded,
	}
}

func scanSession(rows *sql.Rows) (broker.Record, error) {
	var r broker.Record
	var created, changed, ended, codeExpires, answer, began sql.NullInt64
	var asked, further, allowed, keys, recording string
	err := rows.Scan(
		&r.ID, &r.State, &created, &changed, &ended, &r.Reason,
		&r.Host.Name, &r.Host.OS, &r.HostKey, &r.HostFingerprint, &r.HostToken,
		&r.Code, &r.CodeGroup, &codeExpires, &r.WrongTries,
		&r.Technician.ID, &r.Technician.Name, &r.Technician.Organisation, &r.TechnicianFingerprint, &r.TechnicianToken,
		&r.Ticket, &asked, &further, &r.RequestID, &answer, &allowed, &r.Consent,
		&keys, &r.Invitation, &began, &r.Records, &recording, &r.Recorded,
	)
	if err == nil {
		r.Recording, err = readTerms(recording)
	}
	r.Created, r.Changed, r.Ended = moment(created), moment(changed), moment(ended)
	r.CodeExpires, r.Answer = moment(codeExpires), moment(answer)
	r.Began, r.Keys = moment(began), strings.Fields(keys)
	r.Asked, r.Further, r.Allowed = splitScopes(asked), splitScopes(further), splitScopes(allowed)
	return r, err
}

// writeTerms writes what a session is recorded under; empty for nothing.
func writeTerms(terms *signaling.RecordingTerms) string {
	if terms == nil {
		return ""
	}
	data, _ := json.Marshal(terms) // made of texts, of yes and no: it cannot fail
	return string(data)
}

func readTerms(s string) (*signaling.RecordingTerms, error) {
	if s == "" {
		return nil, nil
	}
	terms := new(signaling.RecordingTerms)
	if err := json.Unmarshal([]byte(s), terms); err != nil {
		return nil, fmt.Errorf("terms of a recording: %w", err)
	}
	return terms, nil
}

func joinScopes(scopes signaling.Scopes) string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

func splitScopes(s string) signaling.Scopes {
	var scopes signaling.Scopes
	for word := range strings.FieldsSeq(s) {
		scopes = append(scopes, signaling.Scope(word))
	}
	return scopes
}
