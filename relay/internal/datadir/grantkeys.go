package datadir

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	// firstGrantKey is the name of the key that the first start makes. Later ones are
	// grant-TIME.key.
	firstGrantKey = "grant.key"
	grantKeyStem  = "grant"
	keyTime       = "20060102T150405.000Z"
	// Overlap is how long a key stays after a newer one: until no grant that it signed can
	// be alive, nor a host that has not heard of the newer one.
	Overlap = grant.Life + grant.Leeway + 4*time.Minute
)

// Why a key is not retired.
var (
	ErrNoSuchKey = errors.New("there is no such key")
	ErrKeyInUse  = errors.New("the key is in use")
)

// GrantKey is a key that signs grants.
type GrantKey struct {
	// ID is its "kid".
	ID      string
	Private ed25519.PrivateKey
	Made    time.Time
	// Retires is when nobody needs it any more; zero for the newest key.
	Retires time.Time
	path    string
}

// GrantKeys reads the keys for grants in dir, the newest first.
func GrantKeys(dir string) ([]GrantKey, error) {
	folder := filepath.Join(dir, keysFolder)
	names, err := keyNames(folder, grantKeyStem)
	if err != nil {
		return nil, err
	}
	keys := make([]GrantKey, 0, len(names))
	for i, name := range names { // the newest first
		k, err := readGrantKey(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		if i > 0 {
			k.Retires = keys[i-1].Made.Add(Overlap)
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// keyNames lists the key files of a stem, the newest first: the name says when. The first key
// of all has no time, and is the oldest.
func keyNames(folder, stem string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, explain(folder, err)
	}
	var names []string
	first := false
	for _, e := range entries { // sorted
		if _, ok := keyMade(stem, e.Name()); ok {
			names = append(names, e.Name())
		}
		first = first || e.Name() == stem+".key"
	}
	slices.Reverse(names)
	if first {
		names = append(names, stem+".key")
	}
	return names, nil
}

func keyMade(stem, name string) (time.Time, bool) {
	rest, ok := strings.CutPrefix(name, stem+"-")
	if !ok {
		return time.Time{}, false
	}
	made, err := time.Parse(keyTime, strings.TrimSuffix(rest, ".key"))
	return made, err == nil && strings.HasSuffix(rest, ".key")
}

func readGrantKey(path string) (GrantKey, error) {
	data, err := readKey(path)
	if err != nil {
		return GrantKey{}, err
	}
	private, err := parseGrantKey(data)
	if err != nil {
		return GrantKey{}, damaged(path, err)
	}
	made, ok := keyMade(grantKeyStem, filepath.Base(path))
	if !ok {
		info, err := os.Stat(path)
		if err != nil {
			return GrantKey{}, explain(filepath.Dir(path), err)
		}
		made = info.ModTime()
	}
	public := private.Public().(ed25519.PublicKey)
	return GrantKey{ID: grant.KeyID(public), Private: private, Made: made, path: path}, nil
}

// RotateGrantKey makes a new key for grants, from which on it signs. The keys before
// it stay for the [Overlap].
func RotateGrantKey(dir string, now time.Time) (GrantKey, error) {
	keys, err := GrantKeys(dir)
	if err != nil {
		return GrantKey{}, err
	}
	if len(keys) >= grant.MaxKeys {
		return GrantKey{}, problem.New(fmt.Sprintf("there are %d keys already", len(keys)),
			"Wait until some of them retire; \"lendhand-relay keys list\" says when.")
	}
	folder := filepath.Join(dir, keysFolder)
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return GrantKey{}, explain(folder, err)
	}
	path := filepath.Join(folder, "grant-"+now.UTC().Format(keyTime)+".key")
	if _, err := os.Stat(path); err == nil {
		return GrantKey{}, problem.New("a key was made in this very moment", "Try again.")
	}
	if _, err := makeKey(path, newGrantKey); err != nil {
		return GrantKey{}, err
	}
	return readGrantKey(path)
}

// RetireGrantKey removes a key: before its time only with force, after which what it
// signed counts no more. The newest key is never removed.
func RetireGrantKey(dir, id string, now time.Time, force bool) error {
	keys, err := GrantKeys(dir)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(keys, func(k GrantKey) bool { return k.ID == id })
	switch {
	case at < 0:
		return problem.Wrap(fmt.Errorf("retire key %q: %w", id, ErrNoSuchKey), "\"lendhand-relay keys list\" lists them.")
	case at == 0:
		return problem.Wrap(fmt.Errorf("retire key %s: %w", id, ErrKeyInUse), "It is the newest one. Make another with \"lendhand-relay keys rotate\" first.")
	case now.Before(keys[at].Retires) && !force:
		return problem.Wrap(fmt.Errorf("retire key %s: %w until %s", id, ErrKeyInUse, keys[at].Retires.Format(time.RFC3339)),
			"Wait until then, or, when somebody may have read it, use --now: running sessions get new grants.")
	}
	if err := os.Remove(keys[at].path); err != nil {
		return explain(filepath.Dir(keys[at].path), err)
	}
	return nil
}

// RetireGrantKeys removes the keys whose time is over, and returns their IDs.
func RetireGrantKeys(dir string, now time.Time) (retired []string, err error) {
	keys, err := GrantKeys(dir)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if k.Retires.IsZero() || now.Before(k.Retires) {
			continue
		}
		if err := RetireGrantKey(dir, k.ID, now, false); err != nil {
			return retired, err
		}
		retired = append(retired, k.ID)
	}
	return retired, nil
}
