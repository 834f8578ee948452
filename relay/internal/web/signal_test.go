package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/signaling"
)

func TestWhoIsLetIn(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		path, origin, account string
		greeting              string
		status                int
		code                  signaling.ErrorCode
	}{
		"a host":                     {path: "/signal/host", greeting: "host 127.0.0.1"},
		"a host's page":              {path: "/signal/host", origin: public, greeting: "host 127.0.0.1"},
		"a host from a foreign page": {path: "/signal/host", origin: "https://evil.example", status: 403, code: signaling.CodeForbidden},
		"a host from nowhere":        {path: "/signal/host", origin: "null", status: 403, code: signaling.CodeForbidden},
		"a technician":               {path: "/signal/technician", origin: public, account: "tech", greeting: "technician The tech Example Help Desk"},
		"a technician and auditor":   {path: "/signal/technician", origin: public, account: "both", greeting: "technician The both Example Help Desk"},
		"nobody":                     {path: "/signal/technician", origin: public, status: 401, code: signaling.CodeUnauthenticated},
		"an auditor":                 {path: "/signal/technician", origin: public, account: "audit", status: 403, code: signaling.CodeForbidden},
		"an administrator":           {path: "/signal/technician", origin: public, account: "admin", status: 403, code: signaling.CodeForbidden},
		"a program with a cookie":    {path: "/signal/technician", account: "tech", status: 403, code: signaling.CodeForbidden},
		"a foreign page":             {path: "/signal/technician", origin: "https://evil.example", account: "tech", status: 403, code: signaling.CodeForbidden},
		"a page from nowhere":        {path: "/signal/technician", origin: "null", account: "tech", status: 403, code: signaling.CodeForbidden},
		"another port":               {path: "/signal/technician", origin: "https://help.example", account: "tech", status: 403, code: signaling.CodeForbidden},
		"a subdomain":                {path: "/signal/technician", origin: "https://x.help.example:8443", account: "tech", status: 403, code: signaling.CodeForbidden},
		"a longer name":              {path: "/signal/technician", origin: "https://help.example:8443.evil.example", account: "tech", status: 403, code: signaling.CodeForbidden},
		"plain HTTP":                 {path: "/signal/technician", origin: "http://help.example:8443", account: "tech", status: 403, code: signaling.CodeForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			token := ""
			if c.account != "" {
				token = w.token(t, c.account)
			}
			ws, greeting, refusal := w.dial(t, c.path, c.origin, token)
			if c.greeting != "" {
				if greeting != c.greeting {
					t.Errorf("greeting %q, refusal %d: %s", greeting, refusal.status, refusal.body)
				}
				return
			}
			if ws != nil || refusal.status != c.status {
				t.Fatalf("status %d, want %d", refusal.status, c.status)
			}
			if p := refusal.problem(t); p.Code != c.code || p.Hint == "" {
				t.Errorf("problem: %+v", p)
			}
		})
	}
}

func TestTwoOriginsAreNone(t *testing.T) {
	w := newWorld(t)
	got := w.do(t, request{method: "GET", path: "/signal/technician", cookie: w.token(t, "tech"), header: http.Header{"Origin": {public, public}}})
	if got.status != http.StatusForbidden {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}

func TestNotAWebSocket(t *testing.T) {
	w := newWorld(t)
	got := w.do(t, request{method: "GET", path: "/signal/host"})
	if got.status != http.StatusBadRequest && got.status != http.StatusUpgradeRequired {
		t.Errorf("status %d: %s", got.status, got.body)
	}
	got.problem(t)
}

func TestTooManyConnectionsFromOneAddress(t *testing.T) {
	w := newWorld(t)
	first, _, _ := w.dial(t, "/signal/host", "", "")
	if _, _, second := w.dial(t, "/signal/host", "", ""); first == nil || second.status != http.StatusSwitchingProtocols {
		t.Fatalf("the second host: status %d", second.status)
	}
	_, _, third := w.dial(t, "/signal/host", "", "")
	if third.status != http.StatusTooManyRequests || third.problem(t).Code != signaling.CodeTooMany || third.problem(t).Hint == "" {
		t.Fatalf("the third host: status %d", third.status)
	}
	if _, greeting, _ := w.dial(t, "/signal/technician", public, w.token(t, "tech")); greeting == "" {
		t.Error("hosts keep technicians out")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if ws, _, _ := w.dial(t, "/signal/host", "", ""); ws != nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the place of one who left stays taken")
		}
	}
}

// gone reports whether the connection ends within a second.
func gone(ws *websocket.Conn) bool {
	_ = ws.SetReadDeadline(time.Now().Add(time.Second))
	_, _, err := ws.ReadMessage()
	return err != nil && !isTimeout(err)
}

func isTimeout(err error) bool {
	e, ok := err.(interface{ Timeout() bool })
	return ok && e.Timeout()
}

func TestAccessEndsWithinASecond(t *testing.T) {
	for name, end := range map[string]func(ctx context.Context, w *world, token string) error{
		"signed out": func(ctx context.Context, w *world, token string) error { return w.signOut(ctx, token) },
		"disabled": func(ctx context.Context, w *world, _ string) error {
			return w.accounts.Disable(ctx, account.CommandLine(), "tech")
		},
		"ended by an admin": func(ctx context.Context, w *world, _ string) error {
			return w.accounts.EndSignInsOf(ctx, account.By{Actor: w.ids["admin"]}, w.ids["tech"])
		},
		"ended elsewhere": func(ctx context.Context, w *world, token string) error {
			me, err := w.accounts.Authenticate(ctx, token)
			return errors.Join(err, w.accounts.EndSignIn(ctx, me, me.SignIn.ID))
		},
		"factors removed": func(ctx context.Context, w *world, _ string) error {
			_, err := w.accounts.RemoveFactors(ctx, account.CommandLine(), w.ids["tech"])
			return err
		},
		"no technician any more": func(ctx context.Context, w *world, _ string) error {
			_, err := w.accounts.Change(ctx, account.CommandLine(), w.ids["tech"], account.Change{Roles: &[]account.Role{account.RoleAuditor}})
			return err
		},
		"new password": func(ctx context.Context, w *world, _ string) error {
			return w.accounts.SetPassword(ctx, account.CommandLine(), "tech", "another horse by the river")
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, absent := range []bool{false, true} {
				w := newWorld(t)
				token := w.token(t, "tech")
				ws, _, refusal := w.dial(t, "/signal/technician", public, token)
				if ws == nil {
					t.Fatalf("status %d", refusal.status)
				}
				want := w.ids["tech"]
				if absent { // who hangs up on the relay still has the host
					w.hangUp(t, ws)
					want += " absent"
				}
				if err := end(t.Context(), w, token); err != nil {
					t.Fatal(err)
				}
				w.revokedWithinASecond(t, want)
				w.broker.mu.Lock()
				if others := slices.DeleteFunc(slices.Clone(w.broker.revoked), func(id string) bool { return id == want }); len(others) > 0 {
					t.Errorf("ended the sessions of %v too", others)
				}
				w.broker.mu.Unlock()
			}
		})
	}
}

// hangUp ends a technician's connection, and waits until the relay has noticed.
func (w *world) hangUp(t *testing.T, ws *websocket.Conn) {
	t.Helper()
	_ = ws.Close()
	for deadline := time.Now().Add(5 * time.Second); len(w.server.sockets.technicians()) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the relay holds on to a connection that is closed")
		}
	}
}

func TestSigningOutOfOneBrowserKeepsTheOther(t *testing.T) {
	w := newWorld(t)
	here, there := w.token(t, "tech"), w.token(t, "tech")
	ended, _, _ := w.dial(t, "/signal/technician", public, here)
	stays, _, _ := w.dial(t, "/signal/technician", public, there)
	other, _, _ := w.dial(t, "/signal/technician", public, w.token(t, "both"))
	if err := w.signOut(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	if !gone(ended) {
		t.Error("the connection outlives its sign-in")
	}
	for name, ws := range map[string]*websocket.Conn{"the other browser": stays, "another account": other} {
		if gone(ws) {
			t.Errorf("%s lost its connection too", name)
		}
	}
	w.broker.mu.Lock()
	defer w.broker.mu.Unlock()
	if len(w.broker.revoked) != 0 {
		t.Errorf("the account's sessions ended: %v", w.broker.revoked)
	}
}

func TestNobodyGetsInAfterClose(t *testing.T) {
	w := newWorld(t)
	w.server.sockets.close()
	_, _, refusal := w.dial(t, "/signal/host", "", "")
	if refusal.status != http.StatusServiceUnavailable || refusal.problem(t).Code != signaling.CodeRelayStopping {
		t.Errorf("status %d", refusal.status)
	}
}
