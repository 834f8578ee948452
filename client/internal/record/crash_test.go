package record

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/record/recordtest"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// crashEnv has this test's program record into the folder that it names, until it is killed.
const crashEnv = "LENDHAND_TEST_RECORD_INTO"

// kills is how often a program is killed, unless the environment says another number.
const kills = 4

// recordUntilKilled records to a relay that is not there.
func recordUntilKilled() {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	depot, err := NewDepot(DepotConfig{Dir: os.Getenv(crashEnv), TLS: &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		panic(err)
	}
	var receiptKey recording.PublicKey
	if err := receiptKey.UnmarshalText([]byte(os.Getenv(crashEnv + "_KEY"))); err != nil {
		panic(err)
	}
	r, err := depot.Record(Config{
		Manifest: testManifest(os.Getenv(crashEnv + "_READER")), SessionKey: key,
		Relay: os.Getenv(crashEnv + "_RELAY"), Token: recordtest.Token, ReceiptKey: receiptKey.Key(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		panic(err)
	}
	for n := 0; ; n++ {
		_ = r.WriteFrame(film(n == 0, screen, 1000))
		if n%10 == 0 {
			r.Add(&event.Chat{From: event.Person, Text: strconv.Itoa(n)})
		}
		fmt.Println(time.Since(r.began).Milliseconds())
		time.Sleep(20 * time.Millisecond)
	}
}

// The program is killed while the relay is away: what the next start uploads ends at most a
// second before that, and is whole.
func TestACrashCostsASecond(t *testing.T) {
	n := kills
	if s := os.Getenv("LENDHAND_KILLS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			crash(t, 1300*time.Millisecond+time.Duration(i*377%1000)*time.Millisecond)
		})
	}
}

func crash(t *testing.T, after time.Duration) {
	s := newStudio(t, nil)
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), crashEnv+"="+s.dir,
		crashEnv+"_KEY="+recording.PublicKey(s.relay.ReceiptKey()).String(), crashEnv+"_RELAY="+s.relay.URL(), crashEnv+"_READER="+s.relay.Reader.Recipient().String())
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	var killedAt recording.Time
	for {
		var at recording.Time
		if _, err := fmt.Fscanln(out, &at); err != nil {
			break
		}
		if killedAt = at; at > recording.Time(after.Milliseconds()) {
			_ = program.Process.Kill() // and what it has said since is read
		}
	}
	_ = program.Wait() // it was killed
	s.Resume()
	eventually(t, "nothing is left here", func() bool { return isEmpty(s.dir) })
	list := s.relay.Open(testID)
	if killedAt < 1000 || len(list) == 0 {
		t.Fatalf("killed at %d ms, %d parts", killedAt, len(list))
	}
	last := list[len(list)-1]
	lost := killedAt - last.End()
	t.Logf("killed at %d ms: %d ms are lost", killedAt, max(lost, 0))
	if lost > 1150 { // a part's second, and the time to write it
		t.Errorf("%d ms are lost", lost)
	}
	if _, frames := all(t, list); len(frames) == 0 {
		t.Error("no pictures")
	}
}
