package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/signaling/problem"
)

// Policy implements [policy.Store].
func (s *Store) Policy(ctx context.Context) (policy.Policy, error) { return readPolicy(ctx, s.read) }

func readPolicy(ctx context.Context, q querier) (policy.Policy, error) {
	var version int64
	var rules string
	err := q.QueryRowContext(ctx, "SELECT version, rules FROM policies ORDER BY version DESC LIMIT 1").Scan(&version, &rules)
	if errors.Is(err, sql.ErrNoRows) {
		return policy.New(), nil
	}
	if err != nil {
		return policy.Policy{}, fmt.Errorf("read policy: %w", err)
	}
	p, err := policy.Parse([]byte(rules))
	if err != nil {
		return policy.Policy{}, problem.Wrap(fmt.Errorf("policy %d in the database: %w", version, err),
			"A later version of the relay may have written it: install that one.")
	}
	p.Version = version
	return p, nil
}

// SavePolicy implements [policy.Store].
func (s *Store) SavePolicy(ctx context.Context, p policy.Policy, by string) (int64, error) {
	next := p.Version + 1
	p.Version = 0 // the column has it
	rules, err := json.Marshal(p)
	if err != nil {
		return 0, fmt.Errorf("save policy: %w", err)
	}
	err = s.durably(ctx, func(tx *sql.Tx) error {
		if err := checkGroups(ctx, tx, p); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO policies (version, rules, changed, changed_by)
			SELECT ?1, ?2, ?3, ?4 WHERE ?1 = (SELECT coalesce(max(version), 1) + 1 FROM policies)`,
			next, string(rules), nanos(time.Now()), by)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, policy.ErrConflict)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("save policy: %w", err)
	}
	return next, nil
}

// checkGroups looks for people in a group that the policy in force has and p lacks.
func checkGroups(ctx context.Context, tx *sql.Tx, p policy.Policy) error {
	now, err := readPolicy(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(now.Groups)) {
		if p.HasGroup(name) {
			continue
		}
		var people int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM accounts WHERE group_name = ?", name).Scan(&people); err != nil {
			return err
		}
		if people > 0 {
			return fmt.Errorf("%w: %d in %q", policy.ErrGroupInUse, people, name)
		}
	}
	return nil
}
