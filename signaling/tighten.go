package signaling

// Limits is the relay's tightening of a session: what the technician's organisation
// allows now. The host keeps the narrowest of all that it got in a session, so that
// a relay can take away and never give back; the technician's side gets it to say
// what is to come.
type Limits struct {
	// Scopes are those that may be used.
	Scopes Scopes `json:"scopes"`
	// EndsIn is how long the session may still last, in seconds; 0: without an end.
	EndsIn int `json:"endsIn,omitempty"`
	// ConfirmEvery is after how many seconds of control the person is asked again;
	// 0: never.
	ConfirmEvery int `json:"confirmEvery,omitempty"`
	// VerifyWords says that nothing but view is allowed until the words were compared.
	VerifyWords bool `json:"verifyWords,omitempty"`
}

func (*Limits) messageType() string { return "limits" }

func (m *Limits) check() error {
	return firstError(
		m.Scopes.check("scopes"),
		checkSeconds("endsIn", m.EndsIn),
		checkSeconds("confirmEvery", m.ConfirmEvery),
	)
}
