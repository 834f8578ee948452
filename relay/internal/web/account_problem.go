package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/signaling"
	hints "github.com/lendhand/lendhand/signaling/problem"
)

// Codes of problems with accounts.
const (
	codeFactor      signaling.ErrorCode = "factor_wrong"
	codeStep        signaling.ErrorCode = "step_expired"
	codeLink        signaling.ErrorCode = "link_invalid"
	codeSignInAgain signaling.ErrorCode = "sign_in_again"
	codeEnrolFirst  signaling.ErrorCode = "enrol_first"
	codeLastAdmin   signaling.ErrorCode = "last_admin"
	codeTaken       signaling.ErrorCode = "taken"
	codeNotAllowed  signaling.ErrorCode = "not_allowed"
)

func enrolFirst() problem {
	return problem{http.StatusForbidden, codeEnrolFirst, "Your organisation requires a second factor.", "Set up a passkey or an authenticator program first."}
}

// refuseAccount answers an error of the accounts: what it knows of in plain words,
// the rest as a fault.
func (s *Server) refuseAccount(w http.ResponseWriter, r *http.Request, err error) {
	var tooMany *account.TooManyError
	if errors.As(err, &tooMany) {
		seconds := int(math.Ceil(tooMany.Wait.Seconds()))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		refuse(w, problem{http.StatusTooManyRequests, signaling.CodeTooManyTries, "Too many wrong tries.", fmt.Sprintf("Try again in %d seconds.", seconds)})
		return
	}
	p, ok := accountProblem(err)
	if !ok {
		s.fault(w, r, err)
		return
	}
	if p.status == http.StatusUnauthorized {
		s.log.Warn("sign-in refused", "address", clientAddr(r), "code", p.Code)
	}
	refuse(w, p)
}

func accountProblem(err error) (problem, bool) {
	for _, c := range []struct {
		err error
		p   problem
	}{
		{account.ErrWrongPassword, problem{http.StatusUnauthorized, codeSignIn, "The name or the password is wrong.", "Check both. Your administrator can give you a new password."}},
		{account.ErrWrongFactor, problem{http.StatusUnauthorized, codeFactor, "The code or the passkey is wrong.", "Codes of the app are new every half minute, and each is good once, as a recovery code is. If none is taken, set the clock of the phone."}},
		{account.ErrNoStep, problem{http.StatusUnauthorized, codeStep, "That took too long, or was tried too often.", "Begin again."}},
		{account.ErrNoLink, problem{http.StatusNotFound, codeLink, "This link does not work any more.", "It can be used once, within two days. Ask your administrator for a new one."}},
		{account.ErrNotAllowed, problem{http.StatusForbidden, codeNotAllowed, "You have no account at this relay.", "None of your groups gives you a role here, or your account is disabled. Ask your administrator."}},
		{account.ErrWrongNetwork, wrongNetwork()},
		{account.ErrSignInAgain, problem{http.StatusForbidden, codeSignInAgain, "This needs a recent sign-in.", "Sign in again, then try once more."}},
		{account.ErrLastAdmin, problem{http.StatusConflict, codeLastAdmin, "This is the last admin who can sign in.", "Make somebody else an admin first."}},
		{account.ErrNameTaken, problem{http.StatusConflict, codeTaken, "An account of this name exists.", "Choose another name."}},
		{account.ErrPasskeyTaken, problem{http.StatusConflict, codeTaken, "This passkey is in use already.", "Choose another one."}},
		{account.ErrNoAccount, problem{http.StatusNotFound, codeNotFound, "There is no such account.", ""}},
		{account.ErrNoSignIn, problem{http.StatusNotFound, codeNotFound, "There is no such sign-in.", ""}},
		{account.ErrNoPasskey, problem{http.StatusNotFound, codeNotFound, "There is no such passkey.", ""}},
	} {
		if errors.Is(err, c.err) {
			return c.p, true
		}
	}
	var hinted *hints.Error
	if errors.As(err, &hinted) {
		p := badRequest(sentence(hinted.Error()))
		p.Hint = hinted.Hint
		return p, true
	}
	return problem{}, false
}

// sentence makes one of an error's text.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
