package signaling

import "fmt"

// ErrorCode is the stable name of something that went wrong, for programs. People
// read the message and the hint beside it.
type ErrorCode string

// The error codes. PROTOCOL.md says when each is sent, and which of them end the
// connection.
const (
	CodeBadMessage         ErrorCode = "bad_message"
	CodeUnknownMessage     ErrorCode = "unknown_message"
	CodeMessageTooLarge    ErrorCode = "message_too_large"
	CodeUnsupportedVersion ErrorCode = "unsupported_version"
	CodeNotIntroduced      ErrorCode = "not_introduced"
	CodeUnauthenticated    ErrorCode = "unauthenticated"
	CodeForbidden          ErrorCode = "forbidden"
	CodeWrongState         ErrorCode = "wrong_state"
	CodeInvalidCode        ErrorCode = "code_invalid"
	CodeTooManyTries       ErrorCode = "too_many_tries"
	CodeTooMany            ErrorCode = "too_many_connections"
	CodeSessionUnknown     ErrorCode = "session_unknown"
	CodeSuperseded         ErrorCode = "superseded"
	CodeConsentInvalid     ErrorCode = "consent_invalid"
	CodeGrantInvalid       ErrorCode = "grant_invalid"
	CodeScopeMissing       ErrorCode = "scope_missing"
	CodeNotFound           ErrorCode = "not_found"
	CodeScreenTooLarge     ErrorCode = "screen_too_large"
	CodeNotPermitted       ErrorCode = "not_permitted"
	CodeRecordingRequired  ErrorCode = "recording_required"
	CodeStorageFull        ErrorCode = "storage_full"
	CodeManyInvitations    ErrorCode = "too_many_invitations"
	CodeSlow               ErrorCode = "too_slow"
	CodeTooFast            ErrorCode = "too_fast"
	CodeRelayStopping      ErrorCode = "relay_stopping"
	CodeInternal           ErrorCode = "internal"
)

// closeCodes are the WebSocket close codes of the errors that end a connection
// (RFC 6455 section 7.4.2: 4000 to 4999 are for applications).
var closeCodes = map[ErrorCode]int{
	CodeBadMessage:         4000,
	CodeUnknownMessage:     4001,
	CodeMessageTooLarge:    1009,
	CodeUnsupportedVersion: 4002,
	CodeNotIntroduced:      4003,
	CodeUnauthenticated:    4004,
	CodeForbidden:          4005,
	CodeTooMany:            4006,
	CodeSessionUnknown:     4007,
	CodeSuperseded:         4008,
	CodeSlow:               4009,
	CodeTooFast:            4010,
	CodeRelayStopping:      1012,
	CodeInternal:           1011,
}

// Error is the message for something that went wrong, in both directions and on
// every connection. It is a Go error too.
type Error struct {
	// Code is for programs.
	Code ErrorCode `json:"code"`
	// Message says what happened and Hint what to do, in plain words.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Error returns the message with its code.
func (e *Error) Error() string { return fmt.Sprintf("%s (%s)", e.Message, e.Code) }

// CloseCode returns the WebSocket close code of an error that ends the connection,
// and false for one that does not.
func (e *Error) CloseCode() (int, bool) {
	code, ok := closeCodes[e.Code]
	return code, ok
}

// ErrorOfClose returns the error that a WebSocket close code stands for, and false
// for a code that this protocol does not use.
func ErrorOfClose(closeCode int) (ErrorCode, bool) {
	for code, c := range closeCodes {
		if c == closeCode {
			return code, true
		}
	}
	return "", false
}

func (*Error) messageType() string { return "error" }

func (e *Error) check() error {
	return firstError(
		checkText("code", string(e.Code), 1, maxCodeName),
		checkText("message", e.Message, 1, maxHint),
		checkText("hint", e.Hint, 0, maxHint),
	)
}
