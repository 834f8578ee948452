package doctor

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/lendhand/lendhand/signaling/checkup"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		host string
		life time.Duration
		want checkup.Level
	}{
		"good":         {"help.example", 60 * 24 * time.Hour, checkup.Good},
		"ends soon":    {"help.example", 24 * time.Hour, checkup.Odd},
		"expired":      {"help.example", -time.Hour, checkup.Bad},
		"another name": {"other.example", 60 * 24 * time.Hour, checkup.Bad},
	} {
		leaf := &x509.Certificate{DNSNames: []string{"help.example"}, NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(c.life)}
		got := judge(leaf, c.host, now)[0]
		if got.Level != c.want || (c.want != checkup.Good && got.Hint == "") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestClock(t *testing.T) {
	for name, c := range map[string]struct {
		newest time.Time
		want   checkup.Level
	}{
		"nothing to compare":  {time.Time{}, checkup.Good},
		"after all entries":   {now.Add(-time.Hour), checkup.Good},
		"a breath behind":     {now.Add(time.Second), checkup.Good},
		"behind what is told": {now.Add(time.Hour), checkup.Bad},
	} {
		if got := clock(c.newest, now)[0]; got.Level != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestReachable(t *testing.T) {
	for listen, want := range map[string]string{
		":8443": "localhost:8443", "0.0.0.0:1": "localhost:1", "[::]:1": "localhost:1", "192.0.2.1:443": "192.0.2.1:443", "[::1]:443": "[::1]:443",
	} {
		if got := reachable(listen); got != want {
			t.Errorf("reachable(%s) = %s, want %s", listen, got, want)
		}
	}
}
