package turn

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
)

// ErrNoSession says that a session may not relay: it was never opened, or ended.
var ErrNoSession = errors.New("session may not relay")

// maxName bounds session IDs and the names of participants, in bytes: both
// travel in every request.
const maxName = 64

// claim is what a username says: "<unix expiry>:<session ID>:<participant>".
type claim struct {
	expires time.Time
	session string
	who     string // participant
}

func (c claim) String() string {
	return strconv.FormatInt(c.expires.Unix(), 10) + ":" + c.user()
}

// user is what stays the same from one credential to the next.
func (c claim) user() string { return c.session + ":" + c.who }

func parseClaim(username string) (claim, bool) {
	expiry, user, ok := strings.Cut(username, ":")
	unix, err := strconv.ParseInt(expiry, 10, 64)
	if !ok || err != nil {
		return claim{}, false
	}
	c, ok := parseUser(user)
	c.expires = time.Unix(unix, 0)
	return c, ok
}

func parseUser(user string) (claim, bool) {
	id, who, ok := strings.Cut(user, ":")
	return claim{session: id, who: who}, ok && validName(id) && validName(who)
}

// validName reports whether a name fits into a username: printable ASCII
// without colons and spaces.
func validName(name string) bool {
	if name == "" || len(name) > maxName {
		return false
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c > '~' || c == ':' {
			return false
		}
	}
	return true
}

// Credentials returns what a participant ("host" or "technician") of an open
// session signs in to TURN with. Until expires it may allocate; an allocation
// made by then may be kept for as long as the session lives. Errors wrap
// [ErrNoSession].
func (s *Server) Credentials(sessionID, participant string) (username, password string, expires time.Time, err error) {
	if !validName(participant) {
		return "", "", time.Time{}, fmt.Errorf("TURN credentials: participant %q is not a plain name", participant)
	}
	sess := s.session(sessionID)
	if sess == nil {
		return "", "", time.Time{}, fmt.Errorf("TURN credentials for session %q: %w", sessionID, ErrNoSession)
	}
	// Whole seconds, as the username says it.
	expires = time.Unix(s.cfg.Clock().Add(s.cfg.Lifetime).Unix(), 0)
	username = claim{expires: expires, session: sessionID, who: participant}.String()
	return username, sess.password(username), expires, nil
}

// password binds a username, expiry and all, to a secret that only this
// opening of the session has.
func (sess *session) password(username string) string {
	mac := hmac.New(sha256.New, sess.secret)
	_, _ = mac.Write([]byte(username)) // a hash never fails
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// authenticate returns the key that a request must be signed with, or refuses.
// An expired credential still serves what was allocated with it in time, so
// that a session may last longer than its credentials.
func (s *Server) authenticate(ra *turn.RequestAttributes) (userID string, key []byte, ok bool) {
	c, ok := parseClaim(ra.Username)
	if !ok {
		return "", nil, false
	}
	sess := s.session(c.session)
	if sess == nil || sess.over() {
		return "", nil, false
	}
	fresh := s.cfg.Clock().Before(c.expires)
	switch ra.Method {
	case stun.MethodAllocate:
		ok = fresh
	case stun.MethodRefresh, stun.MethodCreatePermission, stun.MethodChannelBind:
		ok = fresh || s.holds(keyOf(ra.SrcAddr), c.user())
	default: // the methods of relayed TCP
		ok = false
	}
	if !ok {
		return "", nil, false
	}
	return c.user(), turn.GenerateAuthKey(ra.Username, s.cfg.Realm, sess.password(ra.Username)), true
}
