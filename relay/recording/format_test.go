package recording_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

func formatText(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// blocks returns the fenced blocks of a language.
func blocks(t *testing.T, language string) (all []string) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(formatText(t), -1) {
		all = append(all, m[1])
	}
	return all
}

func TestEveryEventHasItsLiteral(t *testing.T) {
	var types []string
	row := regexp.MustCompile("(?m)^\\| `(\\w+)` \\| `({.*?})` \\|")
	for _, m := range row.FindAllStringSubmatch(formatText(t), -1) {
		line, err := event.Parse([]byte(m[2]))
		if err != nil {
			t.Fatal(err)
		}
		again, err := line.Append(nil)
		if diff := cmp.Diff(m[2]+"\n", string(again)); diff != "" || err != nil {
			t.Errorf("%v (-FORMAT.md +written):\n%s", err, diff)
		}
		if m[1] != line.Event.EventType() {
			t.Errorf("the literal of %s is a %s", m[1], line.Event.EventType())
		}
		types = append(types, m[1])
	}
	slices.Sort(types)
	if diff := cmp.Diff(event.Types(), types); diff != "" {
		t.Errorf("(-types +FORMAT.md):\n%s", diff)
	}
}

func TestTheLiteralsOfEnvelopeReceiptAndHeaderAreRead(t *testing.T) {
	literals := blocks(t, "json")
	if len(literals) != 3 {
		t.Fatalf("%d literals", len(literals))
	}
	if _, err := recording.ParseEnvelope([]byte(strings.TrimSpace(literals[0]))); err != nil {
		t.Error(err)
	}
	if _, err := recording.ParseReceipt([]byte(strings.TrimSpace(literals[1]))); err != nil {
		t.Error(err)
	}
	body := `{"t":17000,"type":"keys","count":1}` + "\n" + `{"t":17001,"type":"later"}` + "\n" + strings.Repeat("v", 48213)
	if _, err := recording.ParseContent([]byte(literals[2] + body)); err != nil {
		t.Error(err)
	}
}

// reader runs the program of FORMAT.md in a folder of its own, and returns what it prints.
func reader(t *testing.T, vector string) (dir, out string, ok bool) {
	t.Helper()
	vectors, err := filepath.Abs(vectorDir)
	if err != nil {
		t.Fatal(err)
	}
	var v verdicts
	loadJSON(t, "verdicts.json", &v)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dir = t.TempDir()
	cmd := exec.CommandContext(ctx, "bash", "-c", blocks(t, "bash")[0], "reader.sh",
		filepath.Join(vectors, vector), filepath.Join(vectors, "auditor.key"), v.Relay.String())
	cmd.Dir = dir
	b, err := cmd.CombinedOutput()
	return dir, string(b), err == nil
}

func TestTheReaderOfTheDocumentReadsAWholeRecording(t *testing.T) {
	dir, out, ok := reader(t, "whole.recording")
	if !ok || out != "7 parts are as the host made them\n" {
		t.Fatalf("it printed %q", out)
	}
	for _, o := range opened(t, "auditor.key") {
		var h struct{ Part int }
		if err := json.Unmarshal(o.Header, &h); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("part-%d", h.Part)))
		want := string(o.Header) + "\n"
		for _, e := range o.Events {
			want += string(e) + "\n"
		}
		if diff := cmp.Diff(want+string(o.Video), string(got)); diff != "" || err != nil {
			t.Errorf("part %d: %v (-want +opened by age):\n%s", h.Part, err, diff)
		}
	}
	plays(t, dir)
}

func TestTheReaderOfTheDocumentNamesThePart(t *testing.T) {
	for vector, want := range map[string]string{
		"flipped-sealed.recording": "part 2: was altered\n", "dropped.recording": "part 2: is not in its place\n",
		"cut-between-parts.recording": "part 4: is not there, nor the end\n",
	} {
		if _, out, ok := reader(t, vector); ok || out != want {
			t.Errorf("%s: it printed %q", vector, out)
		}
	}
}

// plays runs what the document says about watching, in the folder that the reader has
// filled.
func plays(t *testing.T, dir string) {
	t.Helper()
	text := formatText(t)
	line := text[strings.Index(text, "`for n in ")+1:]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", line[:strings.IndexByte(line, '`')]+
		"; ffprobe -v error -count_frames -show_entries stream=codec_name,nb_read_frames -of csv segment.webm")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "stream,vp8,10\n" {
		t.Errorf("%v: %s", err, out)
	}
}
