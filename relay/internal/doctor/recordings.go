package doctor

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/recordstore/s3"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
)

// A disk of which this share is taken is low, and full: no new recording begins.
const lowShare, fullShare = 0.8, 0.9

// recordings looks at where they are kept.
func recordings(ctx context.Context, cfg config.Relay, _ *url.URL) []checkup.Finding {
	findings := space("disk of the data folder", cfg.Data)
	if cfg.Recordings.S3 != nil {
		return append(findings, bucket(ctx, *cfg.Recordings.S3)...)
	}
	folder := cfg.Recordings.Folder
	if folder == "" || filepath.Dir(folder) == filepath.Clean(cfg.Data) {
		return findings
	}
	if !exists(folder) {
		return append(findings, odd("recordings", folder+" does not exist", "The relay makes it when it starts. If it should be there, look at --recordings.")...)
	}
	if err := datadir.Writable(folder); err != nil {
		return append(findings, bad("recordings", err)...)
	}
	return append(findings, space("disk of the recordings", folder)...)
}

func space(subject, folder string) []checkup.Finding {
	if !exists(folder) {
		return nil // which another look has told
	}
	free, total, err := datadir.Space(folder)
	if err != nil || total == 0 {
		return odd(subject, fmt.Sprintf("how much room there is is not known: %v", err), "Look at the disk.")
	}
	text := fmt.Sprintf("%.1f of %.1f GB are free", float64(free)/1e9, float64(total)/1e9)
	const hint = "Make room, or keep recordings elsewhere with --recordings, or for a shorter time."
	switch taken := 1 - float64(free)/float64(total); {
	case taken >= fullShare:
		return bad(subject, problem.New(text+": no session is recorded", hint))
	case taken >= lowShare:
		return odd(subject, text, hint)
	}
	return good(subject, "%s", text)
}

func bucket(ctx context.Context, l s3.Location) []checkup.Finding {
	const subject = "recordings"
	b, err := s3.Open(l)
	if err == nil {
		err = b.Check(ctx)
	}
	if err != nil {
		return bad(subject, problem.Wrap(err, "Look at --recordings, at the keys in the environment, and whether the storage is up. Until it is, recordings wait on this disk."))
	}
	return good(subject, "bucket %s at %s answers", l.Bucket, l.Endpoint)
}
