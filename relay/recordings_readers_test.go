package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestReadersFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	public := key.Recipient().String()
	for _, step := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"list"}, 0, "Nobody: there is no reader."},
		{[]string{"add", "Legal", "age1nonsense"}, 1, "is not a public key of age"},
		{[]string{"add", "Legal", key.String()}, 1, "is not a public key of age"},
		{[]string{"add", "Legal"}, 1, "is not a public key of age"},
		{[]string{"add", "Legal", public}, 0, "Legal can open recordings from now on\n"},
		{[]string{"add", "Legal", public}, 1, "is there already"},
		{[]string{"remove", "Legal"}, 1, "this is the last reader"},
		{[]string{"list"}, 0, "Only who has the key of: Legal. The relay cannot open it.\n"},
		{[]string{"add", "relay"}, 0, "relay can open recordings from now on\n"},
		{[]string{"list"}, 0, catalogue.HeldName + "  age1"},
		{[]string{"remove", "Nobody"}, 1, "there is no such reader"},
		{[]string{"remove", "relay"}, 0, "relay cannot open what is recorded from now on\n"},
		{[]string{"list"}, 0, "Legal  " + public},
		{[]string{"remove"}, 2, "error: expected"},
	} {
		code, out, errs := call(t, "", append([]string{"recordings", "readers", "--data", dir}, step.args...)...)
		if code != step.code || !strings.Contains(out+errs, step.want) || strings.Contains(out+errs, key.String()) {
			t.Errorf("readers %.20v: code %d\n%s%s", step.args, code, out, errs)
		}
		if step.code != problem.ExitOK && !strings.Contains(errs, "\nhint: ") {
			t.Errorf("readers %.20v: an error without a hint:\n%s", step.args, errs)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "keys", "auditors.age"))
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the relay's own key: %v, %v", info, err)
	}
	_, out, _ := call(t, "", "audit", "list", "--data", dir)
	if strings.Count(out, "reader_added") != 2 || strings.Count(out, "reader_removed") != 1 {
		t.Errorf("the trail:\n%s", out)
	}
}
