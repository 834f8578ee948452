package web

import (
	"context"
	"time"

	"github.com/lendhand/lendhand/relay/internal/audit"
)

// reportedWithin is for how long administrators see that somebody was reported.
const reportedWithin = 90 * 24 * time.Hour

// reports counts by account how often people have said that they had called nobody.
func (s *Server) reports(ctx context.Context) (map[string]int, error) {
	return s.cfg.Audit.AuditCounts(ctx, audit.Reported, time.Now().Add(-reportedWithin))
}
