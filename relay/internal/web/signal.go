package web

import (
	"context"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/pace"
)

// signalHost upgrades the connection of a host. A host is a program: an Origin
// shows that a page called, and only our own might have a reason.
func (s *Server) signalHost(w http.ResponseWriter, r *http.Request) {
	if len(r.Header.Values("Origin")) > 0 && !s.isOurOrigin(r) {
		refuse(w, wrongOrigin(s.cfg.PublicURL.String()))
		return
	}
	s.upgrade(w, r, socket{kind: hostSocket}, s.cfg.HostsPerAddress,
		func(ctx context.Context, ws *websocket.Conn, addr netip.Addr) error {
			return s.cfg.Broker.ServeHost(ctx, ws, addr)
		})
}

// signalTechnician upgrades the connection of a technician's page. The cookie
// alone does not do: a foreign page's connection carries it as well, where a
// browser does not know SameSite.
func (s *Server) signalTechnician(w http.ResponseWriter, r *http.Request) {
	if !s.isOurOrigin(r) {
		refuse(w, wrongOrigin(s.cfg.PublicURL.String()))
		return
	}
	me := visitorOf(r)
	who := signaling.Person{ID: me.Account.ID, Name: me.Account.DisplayName, Organisation: s.cfg.Organisation}
	s.upgrade(w, r, socket{kind: technicianSocket, signIn: me.SignIn.ID, accountID: me.Account.ID}, s.cfg.TechniciansPerAddress,
		func(ctx context.Context, ws *websocket.Conn, addr netip.Addr) error {
			return s.cfg.Broker.ServeTechnician(ctx, ws, addr, who)
		})
}

// upgrade makes a WebSocket of the request and lets serve have it, unless there
// are too many from its address.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, k socket, most int,
	serve func(context.Context, *websocket.Conn, netip.Addr) error,
) {
	addr := clientAddr(r)
	// Not the request's context: that ends with the connection's hand-over.
	ctx, cancel := context.WithCancel(context.Background())
	k.addr, k.network, k.cancel = addr, pace.Network(addr), cancel
	switch s.sockets.enter(&k, most) {
	case closedForAll:
		cancel()
		w.Header().Set("Retry-After", "1")
		refuse(w, stopping())
		return
	case tooMany:
		cancel()
		s.log.Warn("too many connections", "kind", k.kind, "address", addr)
		refuse(w, problem{
			http.StatusTooManyRequests, signaling.CodeTooMany, "Too many connections come from your address.",
			"Close some, or ask the relay's administrator to allow more.",
		})
		return
	}
	ws, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil { // the upgrader has answered
		cancel()
		s.sockets.leave(&k)
		return
	}
	// Not in this goroutine: it holds the request and the HTTP server's buffers, for
	// which thousands who wait have no use.
	go s.converse(ctx, ws, &k, serve)
}

// converse lets serve have a WebSocket. Close waits for those that have not left.
func (s *Server) converse(ctx context.Context, ws *websocket.Conn, k *socket, serve func(context.Context, *websocket.Conn, netip.Addr) error) {
	defer s.sockets.leave(k)
	defer k.cancel()
	defer func() {
		if fault := recover(); fault != nil { // as net/http does: it ends this connection only
			_ = ws.Close()
			s.log.Error("connection failed", "kind", k.kind, "address", k.addr, "fault", fault, "stack", string(debug.Stack()))
		}
	}()
	if err := serve(ctx, ws, k.addr); err != nil {
		s.log.Debug("connection ended", "kind", k.kind, "address", k.addr, "error", err)
	}
}

// isOurOrigin reports whether a page of this relay, under its public address, sent
// the request.
func (s *Server) isOurOrigin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	return len(origins) == 1 && strings.EqualFold(origins[0], s.cfg.PublicURL.String())
}

func wrongOrigin(public string) problem {
	return forbidden("Another page asked for this connection.", "Open the relay's own page, at exactly this address: "+public)
}
