package web

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/signaling"
)

// Policy is what is in force.
type Policy interface {
	// Current returns the policy as it was last read.
	Current() policy.Policy
	// Refresh reads it again, and who is in which group, and reports whether what holds
	// for sessions may have changed.
	Refresh(ctx context.Context) (changed bool, err error)
	// Replace puts p in force for somebody; see [policy.Book.Replace].
	Replace(ctx context.Context, p policy.Policy, by string) (policy.Policy, error)
}

const codeWrongNetwork signaling.ErrorCode = "wrong_network"

// reaches reports whether the account may work as a technician from addr.
func (s *Server) reaches(a account.Account, addr netip.Addr) bool {
	return s.cfg.Policy.Current().Effective(a.Group).Networks.Contains(addr)
}

func wrongNetwork() problem {
	return problem{
		http.StatusForbidden, codeWrongNetwork, "Technicians cannot work from your network.",
		"Connect through your organisation's network, or ask your administrator which ones are allowed.",
	}
}
