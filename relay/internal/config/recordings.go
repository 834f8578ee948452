package config

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lendhand/lendhand/relay/internal/recordstore/s3"
	"github.com/lendhand/lendhand/signaling/problem"
)

// RecordingSettings are the flags about where recordings are kept.
type RecordingSettings struct {
	Place  string `help:"Where recordings are kept: a folder, or s3://bucket/prefix?endpoint=HOST for a storage that speaks S3, whose keys are read from the environment or from ~/.aws/credentials; the folder recordings in the data folder when it is not given." name:"recordings" placeholder:"URL"`
	Quota  string `help:"How much recordings may take up, for example 200GB; as much as there is room for when it is not given." name:"recordings-quota" placeholder:"SIZE"`
	Sealed bool   `help:"Keep no key that opens recordings: the auditors alone have theirs, which were added before." name:"recordings-sealed"`
}

// Recordings is what RecordingSettings mean.
type Recordings struct {
	// Folder keeps them, unless S3 does.
	Folder string
	// S3 is nil for a folder.
	S3 *s3.Location
	// Quota is in bytes; 0: as much as there is room for.
	Quota int64
	// Sealed says that the relay keeps no key that opens them.
	Sealed bool
}

func (s RecordingSettings) recordings(data string) (r Recordings, err error) {
	r.Folder = filepath.Join(data, "recordings")
	switch {
	case strings.HasPrefix(s.Place, s3.Scheme):
		location, err := s3.Parse(s.Place)
		if err != nil {
			return r, err
		}
		r.Folder, r.S3 = "", &location
	case strings.Contains(s.Place, "://"):
		return r, problem.New("recordings: this kind of storage is not known", "Give a folder, or an address that begins with s3://.")
	case s.Place != "":
		if r.Folder, err = filepath.Abs(s.Place); err != nil {
			return r, problem.New(fmt.Sprintf("recordings: %.200q is no folder", s.Place), "Give the folder with its whole path.")
		}
	}
	r.Sealed = s.Sealed
	r.Quota, err = parseSize(s.Quota)
	return r, err
}

// The units of sizes, the longest name first.
var units = []struct {
	name  string
	bytes int64
}{
	{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6},
}

// parseSize reads a size such as 200GB; empty is 0.
func parseSize(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	for _, u := range units {
		number, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err == nil && n > 0 && n*float64(u.bytes) < 1<<62 && n*float64(u.bytes) >= 1 {
			return int64(n * float64(u.bytes)), nil
		}
	}
	return 0, problem.New(fmt.Sprintf("recordings-quota: %.100q is no size", text), "Write it as 200GB, 500GiB or 2TB.")
}
