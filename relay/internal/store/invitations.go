package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/lendhand/lendhand/signaling/broker"
)

// SaveInvitation implements [broker.Store].
func (s *Store) SaveInvitation(ctx context.Context, i broker.Invitation) error {
	_, err := s.write.ExecContext(ctx, `INSERT OR REPLACE INTO invitations
		(id, code, technician_id, technician_name, technician_organisation, ask, ticket, created, expires, record)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		i.ID, i.Code, i.Technician.ID, i.Technician.Name, i.Technician.Organisation,
		joinScopes(i.Ask), i.Ticket, nanos(i.Created), nanos(i.Expires), i.Record)
	if err != nil {
		return fmt.Errorf("save invitation %s: %w", i.ID, err)
	}
	return nil
}

// DeleteInvitation implements [broker.Store].
func (s *Store) DeleteInvitation(ctx context.Context, id string) error {
	if _, err := s.write.ExecContext(ctx, "DELETE FROM invitations WHERE id = ?", id); err != nil {
		return fmt.Errorf("delete invitation %s: %w", id, err)
	}
	return nil
}

// Invitations implements [broker.Store].
func (s *Store) Invitations(ctx context.Context) (all []broker.Invitation, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT
		id, code, technician_id, technician_name, technician_organisation, ask, ticket, created, expires, record
		FROM invitations ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		i, err := scanInvitation(rows)
		if err != nil {
			return nil, fmt.Errorf("read invitation: %w", err)
		}
		all = append(all, i)
	}
	return all, rows.Err()
}

func scanInvitation(rows *sql.Rows) (broker.Invitation, error) {
	var i broker.Invitation
	var ask string
	var created, expires sql.NullInt64
	err := rows.Scan(&i.ID, &i.Code, &i.Technician.ID, &i.Technician.Name, &i.Technician.Organisation,
		&ask, &i.Ticket, &created, &expires, &i.Record)
	i.Ask, i.Created, i.Expires = splitScopes(ask), moment(created), moment(expires)
	return i, err
}
