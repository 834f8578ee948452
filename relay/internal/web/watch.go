package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
)

const (
	// watchEvery is how soon a sign-in that was ended, by any process, ends the
	// connections that it opened. Nobody keeps access for longer than a second.
	watchEvery = 250 * time.Millisecond
	// reviewEvery is how often sign-ins are looked at though nothing has changed:
	// they also grow old. An open connection counts as use.
	reviewEvery = 30 * time.Second
	reviewLimit = 5 * time.Second
)

// Watch follows the policy and ends the connections of sign-ins that have ended, or that
// the policy no longer allows, until ctx ends.
func (s *Server) Watch(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var last state
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now, err := s.state(ctx)
		if err == nil && now.differs(last) {
			err = s.review(ctx)
			last = now
		}
		if err != nil && ctx.Err() == nil {
			last = state{} // look again with the next tick
			s.log.Error("policy and sign-ins not reviewed", "error", err)
		}
	}
}

// state is what a review depends on.
type state struct {
	version  int64  // of the database
	passed   uint64 // comings and goings, ever: one may come in, or leave, while its sign-in ends
	reviewed time.Time
}

func (s *Server) state(ctx context.Context) (state, error) {
	passed := s.sockets.news() // before the version: what comes later is seen later
	version, err := s.cfg.Database.Version(ctx)
	return state{version: version, passed: passed, reviewed: time.Now()}, err
}

func (n state) differs(last state) bool {
	return n.version != last.version || n.passed != last.passed || n.reviewed.Sub(last.reviewed) >= reviewEvery
}

// review looks at the policy, then at the sign-in behind every technician's connection.
func (s *Server) review(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reviewLimit)
	defer cancel()
	changed, policyErr := s.cfg.Policy.Refresh(ctx)
	signInsErr := s.reviewSignIns(ctx) // by the policy before, if need be
	if changed {
		s.cfg.Broker.LimitsChanged()
	}
	return errors.Join(policyErr, signInsErr)
}

func (s *Server) reviewSignIns(ctx context.Context) error {
	open, absent := s.sockets.technicians(), s.sockets.absent() // nobody is missed who leaves in between
	stays, ended, err := s.sort(ctx, open)
	if err != nil {
		return err
	}
	valid := make(map[string]bool) // accounts with a connection that stays
	for _, k := range stays {
		valid[k.accountID] = true
	}
	s.evict(ended, valid)
	_, ended, err = s.sort(ctx, absent)
	for _, k := range ended {
		s.cfg.Broker.EndAbsentSessionsOf(k.accountID)
		s.sockets.forget(k)
	}
	return err
}

// sort tells the sockets of valid sign-ins from those of others.
func (s *Server) sort(ctx context.Context, sockets []*socket) (stays, ended []*socket, err error) {
	verdicts := make(map[string]verdict) // by sign-in
	for _, k := range sockets {
		v, known := verdicts[k.signIn]
		if !known {
			if v, err = s.judge(ctx, k.signIn); err != nil {
				return nil, nil, err
			}
			verdicts[k.signIn] = v
		}
		if v.valid && s.reaches(v.account, k.addr) {
			stays = append(stays, k)
		} else {
			ended = append(ended, k)
		}
	}
	return stays, ended, nil
}

// verdict is what became of a sign-in. One browser's connections may come from several
// addresses: those are looked at one by one.
type verdict struct {
	valid   bool
	account account.Account
}

func (s *Server) judge(ctx context.Context, signIn string) (verdict, error) {
	me, err := s.cfg.Accounts.Review(ctx, signIn)
	if errors.Is(err, account.ErrNoSignIn) {
		return verdict{}, nil
	}
	if err != nil {
		return verdict{}, fmt.Errorf("review a sign-in: %w", err)
	}
	return verdict{me.Account.Has(account.RoleTechnician) && !s.cfg.Accounts.MustEnrol(me), me.Account}, nil
}

// evict ends the connections, and the sessions of accounts that have none left.
// An account that is signed in elsewhere keeps the session that runs there.
func (s *Server) evict(ended []*socket, valid map[string]bool) {
	revoked := make(map[string]bool)
	for _, k := range ended {
		s.sockets.forget(k)
		if valid[k.accountID] {
			k.cancel()
			continue
		}
		if !revoked[k.accountID] {
			revoked[k.accountID] = true
			s.log.Info("connections of an ended sign-in closed", "account", k.accountID)
			s.cfg.Broker.EndSessionsOf(k.accountID)
		}
	}
}
