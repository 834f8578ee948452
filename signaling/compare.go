package signaling

// The words that host and technician compare (package verifywords makes them) come
// from both certificates and two nonces. The host commits itself to its nonce in
// Permissions, the technician answers with Nonce, the host with Reveal: nobody in
// between can choose a nonce by what the other one is.

// Nonce is the technician's half: 32 random bytes.
type Nonce struct {
	// Nonce is in base64url.
	Nonce string `json:"nonce"`
}

func (*Nonce) messageType() string { return "nonce" }

func (m *Nonce) check() error { return checkKey("nonce", m.Nonce) }

// Reveal is the host's half, to which it has committed itself: 32 random bytes.
type Reveal struct {
	// Nonce is in base64url.
	Nonce string `json:"nonce"`
}

func (*Reveal) messageType() string { return "reveal" }

func (m *Reveal) check() error { return checkKey("nonce", m.Nonce) }

// Comparison is what a person says of the words.
type Comparison string

// The results of a comparison.
const (
	WordsSame      Comparison = "same"
	WordsDifferent Comparison = "different"
	WordsDismissed Comparison = "dismissed"
)

// Compared says what the person on one side made of the words. The host tells the
// relay too.
type Compared struct {
	Result Comparison `json:"result"`
}

func (*Compared) messageType() string { return "compared" }

func (m *Compared) check() error {
	return checkOneOf("result", m.Result, WordsSame, WordsDifferent, WordsDismissed)
}
