package signaling

import "fmt"

// GrantKey is one of the relay's public keys for grants.
type GrantKey struct {
	// ID is the key's "kid".
	ID string `json:"id"`
	// Key is an Ed25519 public key in base64url.
	Key string `json:"key"`
}

func checkKeys(keys []GrantKey) error {
	if len(keys) == 0 || len(keys) > maxKeys {
		return fmt.Errorf("keys: want 1 to %d, got %d", maxKeys, len(keys))
	}
	var err error
	for _, k := range keys {
		err = firstError(err, checkOpaque("keys.id", k.ID, 1, maxToken), checkKey("keys.key", k.Key))
	}
	return err
}

// Keys replaces the keys of Registered: the relay has a new one, or has retired one.
// The host answers with Known.
type Keys struct {
	Keys []GrantKey `json:"keys"`
}

func (*Keys) messageType() string { return "keys" }

func (m *Keys) check() error { return checkKeys(m.Keys) }

// Known says which keys the host checks grants with from now on.
type Known struct {
	// IDs are those of the newest Keys.
	IDs []string `json:"ids"`
}

func (*Known) messageType() string { return "known" }

func (m *Known) check() error {
	if len(m.IDs) == 0 || len(m.IDs) > maxKeys {
		return fmt.Errorf("ids: want 1 to %d, got %d", maxKeys, len(m.IDs))
	}
	var err error
	for _, id := range m.IDs {
		err = firstError(err, checkOpaque("ids", id, 1, maxToken))
	}
	return err
}
