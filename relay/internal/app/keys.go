package app

import (
	"context"
	"crypto/ed25519"
	"slices"
	"strings"
	"time"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/datadir"
)

// watchKeysEvery is how soon a new key of the data folder is taken up.
const watchKeysEvery = time.Second

// watchKeys takes up keys that are made or removed while the relay runs, and removes
// those that nobody needs any more, until ctx ends. A folder that cannot be read, or a
// key that others can, changes nothing: the keys of before stay in force.
func (a *App) watchKeys(ctx context.Context) error {
	tick := time.NewTicker(watchKeysEvery)
	defer tick.Stop()
	complained := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := a.takeKeys()
		if err != nil && err.Error() != complained {
			a.log.Error("keys not read", "error", err)
		}
		complained = ""
		if err != nil {
			complained = err.Error()
		}
	}
}

// takeKeys brings the keys of the data folder into force, if they are not.
func (a *App) takeKeys() error {
	retired, err := datadir.RetireGrantKeys(a.cfg.Data, time.Now())
	if err != nil {
		return err
	}
	keys, err := datadir.GrantKeys(a.cfg.Data)
	if err != nil || len(keys) == 0 || slices.Equal(keyIDs(keys), a.publishedKeys()) {
		return err
	}
	if err := a.grants.Rotate(private(keys)...); err != nil {
		return err
	}
	a.broker.KeysChanged()
	a.journal.Write(audit.Event{Kind: audit.KeyRotated, Actor: audit.ActorRelay, Subject: keys[0].ID, Detail: map[string]string{
		"keys": strings.Join(keyIDs(keys), " "), "retired": strings.Join(retired, " "),
	}})
	a.log.Info("keys for grants changed", "signs", keys[0].ID, "keys", len(keys), "retired", retired)
	return nil
}

// publishedKeys are the IDs of the keys in force.
func (a *App) publishedKeys() (ids []string) {
	for _, k := range a.grants.Keys() {
		ids = append(ids, k.ID)
	}
	return ids
}

func keyIDs(keys []datadir.GrantKey) (ids []string) {
	for _, k := range keys {
		ids = append(ids, k.ID)
	}
	return ids
}

func private(keys []datadir.GrantKey) (list []ed25519.PrivateKey) {
	for _, k := range keys {
		list = append(list, k.Private)
	}
	return list
}
