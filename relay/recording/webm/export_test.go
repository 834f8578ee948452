package webm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/recordingtest"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

// export writes contents to files of a folder of the test's.
func export(t *testing.T, contents []*recording.Content) (files []string, all []webm.Exported) {
	t.Helper()
	dir := t.TempDir()
	e := webm.NewExporter(func(number int, _ webm.Track) (webm.File, error) {
		files = append(files, filepath.Join(dir, fmt.Sprintf("%d.webm", number)))
		return os.Create(files[number])
	})
	for _, c := range contents {
		if err := e.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	all, err := e.Close()
	if err != nil {
		t.Fatal(err)
	}
	return files, all
}

// run returns what a program prints to standard output; any word on standard error is a
// failure.
func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var complaints bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s %q: %v\n%s", name, args, err, &complaints)
	}
	return out
}

type probe struct {
	Streams []struct {
		CodecName  string `json:"codec_name"`
		Width      int    `json:"width"`
		Height     int    `json:"height"`
		FramesRead string `json:"nb_read_frames"`
	} `json:"streams"`
	Format struct {
		Duration string `json:"duration"`
	} `json:"format"`
}

func probeFile(t *testing.T, path string) (p probe) {
	t.Helper()
	out := run(t, "ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path)
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAnExportPlaysInAnotherProgram(t *testing.T) {
	for film, codec := range map[string]string{"vp8": "vp8", "vp9-444": "vp9", "av1": "av1", "av1-444": "av1"} {
		t.Run(film, func(t *testing.T) {
			contents := recordingtest.Contents(t, film)
			files, all := export(t, contents)
			if len(files) != 1 || all[0].Frames != 10 {
				t.Fatalf("exported %+v", all)
			}
			p := probeFile(t, files[0])
			got := []any{p.Streams[0].CodecName, p.Streams[0].Width, p.Streams[0].Height, p.Streams[0].FramesRead, p.Format.Duration}
			if diff := cmp.Diff([]any{codec, 96, 64, "10", "6.300000"}, got); diff != "" {
				t.Errorf("(-want +ffprobe):\n%s", diff)
			}
			info, err := os.Stat(files[0])
			if err != nil || info.Size() != all[0].Bytes {
				t.Errorf("%d bytes, the exporter says %d (%v)", info.Size(), all[0].Bytes, err)
			}
		})
	}
}

// long is a recording of some films one after the other.
func long(t *testing.T, films ...string) (all []*recording.Content) {
	for i, film := range films {
		all = append(all, recordingtest.Pictures(t, int64(i), recording.Time(i)*2000, film)...)
	}
	return all
}

func TestAnExportIsSoughtByItsTable(t *testing.T) {
	files, _ := export(t, long(t, "vp8", "vp8", "vp8", "vp8"))
	out := run(t, "ffprobe", "-v", "error", "-read_intervals", "5%+#1", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", files[0])
	if got := string(out); got[:len("4.000000,K")] != "4.000000,K" {
		t.Errorf("sought 5 s, and came to %q; the key frame before it is at 4 s", got)
	}
}

func TestAnotherSizeStaysInTheFileAndAnotherCodecDoesNot(t *testing.T) {
	files, all := export(t, long(t, "vp8", "vp8-small", "vp9", "av1", "av1-444", "av1-444"))
	type stretch struct {
		Codec      string
		Start, End recording.Time
		Frames     int
	}
	var got []stretch
	for i, e := range all {
		got = append(got, stretch{e.Track.Name, e.Start, e.End, e.Frames})
		if p := probeFile(t, files[i]); p.Streams[0].FramesRead != fmt.Sprint(e.Frames) {
			t.Errorf("%s: ffprobe plays %s frames, want %d", files[i], p.Streams[0].FramesRead, e.Frames)
		}
	}
	want := []stretch{
		{"vp8", 0, 4000, 20}, {"vp09.00.10.08", 4000, 6000, 10}, {"av01.0.00M.08", 6000, 8000, 10}, {"av01.1.00M.08", 8000, 11200, 20},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnExcerptBeginsWithItsFirstKeyFrame(t *testing.T) {
	_, all := export(t, long(t, "vp8", "vp8")[2:])
	if len(all) != 1 || all[0].Frames != 10 || all[0].Start != 600 {
		t.Errorf("exported %+v, want the ten frames of the second segment", all)
	}
}

func TestARecordingWithoutPicturesIsNoFile(t *testing.T) {
	if files, all := export(t, []*recording.Content{{Length: 5000}}); len(files) != 0 || len(all) != 0 {
		t.Errorf("exported %v %+v", files, all)
	}
}
