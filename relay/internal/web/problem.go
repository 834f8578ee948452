package web

import (
	"encoding/json"
	"net/http"

	"github.com/lendhand/lendhand/signaling"
)

// problem is the body of every answer that is not a success.
type problem struct {
	status int
	// Code is for programs; Message says what happened and Hint what to do.
	Code    signaling.ErrorCode `json:"code"`
	Message string              `json:"message"`
	Hint    string              `json:"hint,omitempty"`
}

// Codes of problems that only HTTP has.
const (
	codeNotFound  signaling.ErrorCode = "not_found"
	codeMethod    signaling.ErrorCode = "method_not_allowed"
	codeWrongHost signaling.ErrorCode = "wrong_host"
	codeSignIn    signaling.ErrorCode = "sign_in_failed"
)

func notFound() problem {
	return problem{http.StatusNotFound, codeNotFound, "There is nothing at this address.", ""}
}

func unauthenticated() problem {
	return problem{http.StatusUnauthorized, signaling.CodeUnauthenticated, "You are not signed in.", "Sign in, then try again."}
}

func forbidden(message, hint string) problem {
	return problem{http.StatusForbidden, signaling.CodeForbidden, message, hint}
}

func badRequest(message string) problem {
	return problem{http.StatusBadRequest, signaling.CodeBadMessage, message, ""}
}

func internal() problem {
	return problem{
		http.StatusInternalServerError, signaling.CodeInternal, "The relay could not do that.",
		"Try again. If it happens again, ask your administrator: the relay's log has the cause.",
	}
}

func stopping() problem {
	return problem{http.StatusServiceUnavailable, signaling.CodeRelayStopping, "The relay is restarting.", "Try again in a moment."}
}

func refuse(w http.ResponseWriter, p problem) { answer(w, p.status, p) }

// answer writes v as JSON. What can fail in it is the connection, and then there
// is nobody to tell.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
