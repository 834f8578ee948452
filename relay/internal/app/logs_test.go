package app_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/relay/internal/jsonlog"
	"github.com/lendhand/lendhand/signaling"
)

// lines is where a relay logs to.
type lines struct {
	mu   sync.Mutex
	text strings.Builder // guarded by mu
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// forgery ends a line, begins another one, moves a terminal's cursor and turns text
// around.
const forgery = "x\"}\n{\"level\":\"ERROR\",\"msg\":\"forged\"}\r\x1b[2J\u009b1A\u202egnp.exe\u2066\u2028"

// Scenario: everything that strangers and technicians can say holds a forged line.
// The relay logs all it has to say.
func TestNobodyForgesALogLine(t *testing.T) {
	dir := t.TempDir()
	var log lines
	cfg := settings(dir)
	cfg.Log = jsonlog.New(&log, slog.LevelDebug)
	r := start(t, cfg)
	addTechnician(t, dir)
	b := newBrowser(t, dir)
	b.do(t, r, "POST", "/api/sign-in", toJSON(t, map[string]string{"name": forgery, "password": forgery}))
	b.do(t, r, "GET", "/"+strings.ReplaceAll("%0a%1b[2J%e2%80%ae", "[", "%5b")+"?x=%0a", "")
	b.signIn(t, r)

	host, _ := b.dial(t, r, "/signal/host", "")
	for _, refused := range []map[string]any{{"type": forgery}, registration(forgery, "Linux"), registration("reception-pc", forgery)} {
		other, _ := b.dial(t, r, "/signal/host", "")
		utter(t, other, refused)
		leave(t, other)
	}
	utter(t, host, registration("reception-pc", "Linux"))
	code := hear[*signaling.CodeIssued](t, host, signaling.RelayToHost).Code
	technician, _ := b.dial(t, r, "/signal/technician", r.PublicURL().String())
	other, _ := b.dial(t, r, "/signal/technician", r.PublicURL().String())
	utter(t, other, map[string]any{"type": "redeem", "version": 1, "code": code, "ask": []string{"view"}, "ticket": forgery, "fingerprint": fingerprint})
	leave(t, other)
	utter(t, technician, map[string]any{"type": "redeem", "version": 1, "code": code, "ask": []string{"view"}, "ticket": "T-1", "fingerprint": fingerprint})
	hear[*signaling.Request](t, host, signaling.RelayToHost)
	for _, ws := range []*websocket.Conn{host, technician} {
		utter(t, ws, map[string]any{"type": "error", "code": "x", "message": "no \"forgery\\n"})
	}
	forgedHeader := base64.RawURLEncoding.EncodeToString([]byte(toJSON(t, map[string]string{"alg": forgery, "typ": forgery, "kid": forgery})))
	utter(t, host, map[string]any{"type": "consent", "statement": forgedHeader + ".e30.AAAA"})
	for _, ws := range []*websocket.Conn{host, technician} {
		leave(t, ws)
	}
	r.stop()
	checkLog(t, log.String())
	for _, secret := range []string{code, signaling.Code(code).String(), "correct horse"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// checkLog reads the lines as a program and as a terminal would.
func checkLog(t *testing.T, text string) {
	t.Helper()
	escaped := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' }) {
			t.Errorf("a line acts on terminals: %q", line)
		}
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Errorf("not a record: %q: %v", line, err)
		}
		if record["time"] == nil || record["level"] == nil || record["msg"] == "forged" {
			t.Errorf("not a record of ours: %q", line)
		}
		for _, value := range record {
			if strings.Contains(fmt.Sprint(value), forgery) {
				escaped++
			}
		}
	}
	if escaped == 0 {
		t.Errorf("nothing of what was said is in the log, so this test shows nothing:\n%s", text)
	}
}

func registration(name, os string) map[string]any {
	return map[string]any{
		"type": "register", "version": 1, "name": name, "os": os, "fingerprint": fingerprint,
		"sessionKey": base64.RawURLEncoding.EncodeToString(make([]byte, 32)),
	}
}

// leave closes a connection with a reason that is a forgery too.
func leave(t *testing.T, ws *websocket.Conn) {
	t.Helper()
	goodbye := websocket.FormatCloseMessage(4999, forgery)
	if err := ws.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(time.Second)); err != nil && !errors.Is(err, websocket.ErrCloseSent) {
		t.Fatal(err)
	}
	for _, _, err := ws.ReadMessage(); err == nil; _, _, err = ws.ReadMessage() {
	}
}

// utter sends what the protocol's own types would refuse to write.
func utter(t *testing.T, ws *websocket.Conn, message map[string]any) {
	t.Helper()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(toJSON(t, message))); err != nil {
		t.Fatal(err)
	}
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
