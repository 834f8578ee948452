package speech

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// behind is a class that is there, for entries of voices.
const behind = "{96749377-3391-11D2-9EE3-00C04F797396}"

const (
	zira  = machine + voicesKey + `\Tokens\ZZ_Zira`
	hedda = machine + oneCoreKey + `\Tokens\ZZ_Hedda`
)

func addVoices(t *testing.T) {
	t.Helper()
	addVoice(t, voicesKey, "ZZ_Zira", "409;9", behind)
	addVoice(t, voicesKey, "ZZ_David", "409", behind)
	addVoice(t, oneCoreKey, "ZZ_Hedda", "407", behind)
	addVoice(t, voicesKey, "ZZ_Broken", "40C", "{00000000-0000-0000-0000-00000000dead}")
	choose(t, zira)
}

// Each text is said at once, in a voice of its language, in the place of the one before.
func TestSpeak(t *testing.T) {
	fake := install(t)
	addVoices(t)
	s := Open(testLog(t))
	if s == nil {
		t.Fatal("nobody speaks")
	}
	for _, c := range []struct {
		language, text string
		want           []string
	}{
		{"de", "Ihr Code: 4 8 2", []string{"load", "voice " + hedda, "say Ihr Code: 4 8 2, 19, 0"}},
		{"en", "<b>4 8 2</b>", []string{"voice " + zira, "say <b>4 8 2</b>, 19, 0"}},
		{"fr", "Votre code", []string{"voice " + zira, "say Votre code, 19, 0"}},
		{"no language at all", "4 8 2", []string{"voice " + zira, "say 4 8 2, 19, 0"}},
		{"", "", []string{"say nothing, 3, 0"}},
	} {
		s.Speak(c.text, c.language)
		if d := cmp.Diff(c.want, fake.called(t, len(c.want))); d != "" {
			t.Errorf("%s: %s", c.language, d)
		}
	}
	s.Quiet()
	if d := cmp.Diff([]string{"say nothing, 3, 0"}, fake.called(t, 1)); d != "" {
		t.Error(d)
	}
	s.Close()
	if d := cmp.Diff([]string{"say nothing, 3, 0"}, fake.called(t, 1)); d != "" {
		t.Errorf("at the end: %s", d)
	}
	s.Speak("too late", "en")
	s.Quiet()
	s.Close()
	if calls := fake.called(t, 0); len(calls) > 0 {
		t.Errorf("after the end: %q", calls)
	}
}

// A voice that hangs holds up nobody: not who wants something said, and not the end.
func TestAVoiceThatHangs(t *testing.T) {
	fake := install(t)
	fake.hangs = make(chan struct{})
	addVoices(t)
	s := Open(testLog(t))
	s.Speak("first", "en")
	fake.called(t, 3)
	began := time.Now()
	s.Speak("second", "en")
	s.Speak("third", "en")
	s.Close()
	if took := time.Since(began); took > 3*closeWithin {
		t.Errorf("it took %s", took)
	}
	close(fake.hangs)
	<-s.ended
	if d := cmp.Diff([]string{"say nothing, 3, 0"}, fake.called(t, 1)); d != "" {
		t.Errorf("afterwards: %s", d)
	}
}

// Wine has an entry of a voice with nothing behind it: no voice is installed, and the window
// offers none.
func TestNobodySpeaks(t *testing.T) {
	var said bytes.Buffer
	if s := Open(slog.New(slog.NewTextHandler(&said, nil))); s != nil {
		s.Close()
		t.Error("something speaks")
	}
	if !strings.Contains(said.String(), "no voice is installed") {
		t.Errorf("it says %q", said.String())
	}
}

// Voices whose program is there and does not work: Wine's own part of SAPI speaks in none.
// That is said in the log, and nothing hangs.
func TestVoicesThatDoNotSpeak(t *testing.T) {
	addVoices(t)
	said := make(lines, 16)
	s := Open(slog.New(slog.NewTextHandler(said, nil)))
	if s == nil {
		t.Fatal("no voices are found")
	}
	s.Speak("first", "en")
	select {
	case line := <-said:
		if !strings.Contains(line, "not read aloud") {
			t.Errorf("it says %q", line)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing is said about it")
	}
	s.Close()
	<-s.ended
}

// lines are those of a log.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}
