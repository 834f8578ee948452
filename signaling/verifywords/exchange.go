package verifywords

import "errors"

// Errors of an exchange. After either, the two do not have the words of one
// connection, and must not be told that they have.
var (
	// ErrOrder says that a message came twice, or before its turn.
	ErrOrder = errors.New("a message of the exchange is out of place")
	// ErrOpening says that what was revealed is not what the host was bound to, on this
	// connection.
	ErrOpening = errors.New("the nonce is not the one that was committed to")
)

// Host is the host's half of the exchange on one connection: Commitment, then once
// the technician's nonce. It is used by one goroutine.
type Host struct {
	connection Connection
	nonce      Nonce
	isOver     bool
}

// NewHost begins an exchange.
func NewHost(c Connection) *Host { return &Host{connection: c, nonce: NewNonce()} }

// Commitment returns what the technician must have before they tell their nonce.
func (h *Host) Commitment() string { return h.connection.Commit(h.nonce).String() }

// Hear takes the technician's nonce, and returns the host's own one, which may be
// revealed now, and the words. Only the first one counts: who could have another try
// could choose among the words.
func (h *Host) Hear(nonce string) (reveal string, words Words, err error) {
	if h.isOver {
		return "", Words{}, ErrOrder
	}
	h.isOver = true
	theirs, err := ParseNonce(nonce)
	if err != nil {
		return "", Words{}, err
	}
	if words, err = h.connection.Words(h.nonce, theirs); err != nil {
		return "", Words{}, err
	}
	return h.nonce.String(), words, nil
}

// Technician is the technician's half: the host's commitment, then once what the host
// reveals. It is used by one goroutine.
type Technician struct {
	connection Connection
	nonce      Nonce
	commitment *Commitment
	isOver     bool
}

// NewTechnician begins an exchange.
func NewTechnician(c Connection) *Technician {
	return &Technician{connection: c, nonce: NewNonce()}
}

// Bind takes the host's commitment, and returns the nonce that may be told now.
func (t *Technician) Bind(commitment string) (nonce string, err error) {
	if t.commitment != nil || t.isOver {
		t.isOver = true
		return "", ErrOrder
	}
	c, err := ParseCommitment(commitment)
	if err != nil {
		t.isOver = true
		return "", err
	}
	t.commitment = &c
	return t.nonce.String(), nil
}

// Open takes what the host reveals, and returns the words.
func (t *Technician) Open(reveal string) (Words, error) {
	if t.commitment == nil || t.isOver {
		t.isOver = true
		return Words{}, ErrOrder
	}
	t.isOver = true
	theirs, err := ParseNonce(reveal)
	if err != nil {
		return Words{}, err
	}
	if !t.connection.Opens(*t.commitment, theirs) {
		return Words{}, ErrOpening
	}
	return t.connection.Words(theirs, t.nonce)
}
