package web

import (
	"context"
	"net/http"
	"time"
)

// healthWithin is how long the database may take to answer.
const healthWithin = 2 * time.Second

// Health is the answer of /healthz, for load balancers and people.
type Health struct {
	// Status is "ok", or "failing" with the HTTP status 503.
	Status  string `json:"status"`
	Version string `json:"version"`
	// Waiting and Active count the sessions that have a code, and the rest.
	Waiting int `json:"waiting"`
	Active  int `json:"active"`
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthWithin)
	defer cancel()
	counts := s.cfg.Broker.Counts()
	h := Health{Status: "ok", Version: s.cfg.Version, Waiting: counts.Waiting, Active: counts.Asked + counts.Running}
	status := http.StatusOK
	if err := s.cfg.Database.Ping(ctx); err != nil {
		s.log.Error("database does not answer", "error", err)
		h.Status, status = "failing", http.StatusServiceUnavailable
	}
	answer(w, status, h)
}
