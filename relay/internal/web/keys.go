package web

import (
	"net/http"

	"github.com/lendhand/lendhand/signaling/grant"
)

// publishedKeys answers with the keys that grants are signed with (RFC 7517), for
// whoever checks what a relay has signed.
func (s *Server) publishedKeys(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, grant.Publish(s.cfg.Keys()))
}
