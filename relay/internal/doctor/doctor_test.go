package doctor_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/doctor"
	"github.com/lendhand/lendhand/relay/internal/recordstore/s3"
	"github.com/lendhand/lendhand/signaling/checkup"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func settings(dir string) config.Relay {
	return config.Relay{Data: dir, Listen: "127.0.0.1:0", TLS: config.TLSSelfSigned, HostsPerAddress: 8}
}

// find returns the finding on a subject.
func find(t *testing.T, findings []checkup.Finding, subject string) checkup.Finding {
	t.Helper()
	for _, f := range findings {
		if f.Subject == subject {
			return f
		}
	}
	t.Fatalf("nothing on %q in %+v", subject, findings)
	return checkup.Finding{}
}

func TestAnEmptyFolderStaysEmpty(t *testing.T) {
	dir := t.TempDir()
	findings := doctor.Examine(t.Context(), settings(dir))
	if checkup.Worst(findings) == checkup.Bad {
		t.Errorf("findings: %+v", findings)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("the doctor made %v, %v", left, err)
	}
}

func TestARelayThatRuns(t *testing.T) {
	cfg := settings(t.TempDir())
	a, err := app.Open(t.Context(), app.Config{
		Relay: cfg, Viewer: fstest.MapFS{"index.html": {}}, Version: "v1.2.3", Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	cfg.Listen = a.Address().String()
	findings := doctor.Examine(t.Context(), cfg)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if f := find(t, findings, "port"); f.Level != checkup.Good || !strings.Contains(f.Detail, "v1.2.3") {
		t.Errorf("port: %+v", f)
	}
	for _, subject := range []string{"UDP", "database", "keys", "certificate", "clock", "data folder"} {
		if f := find(t, findings, subject); f.Level == checkup.Bad {
			t.Errorf("%s: %+v", subject, f)
		}
	}
	if f := find(t, findings, "accounts"); f.Level != checkup.Odd || f.Hint == "" {
		t.Errorf("accounts: %+v", f)
	}
}

func TestWhereRecordingsAreKept(t *testing.T) {
	cfg := settings(t.TempDir())
	if f := find(t, doctor.Examine(t.Context(), cfg), "disk of the data folder"); !strings.Contains(f.Detail, "GB are free") {
		t.Errorf("disk: %+v", f)
	}
	cfg.Recordings.Folder = filepath.Join(t.TempDir(), "missing")
	if f := find(t, doctor.Examine(t.Context(), cfg), "recordings"); f.Level != checkup.Odd || f.Hint == "" {
		t.Errorf("a folder that is not there: %+v", f)
	}
	cfg.Recordings.S3 = &s3.Location{Endpoint: "127.0.0.1:1", Bucket: "bucket", Region: "eu-1", Insecure: true}
	if f := find(t, doctor.Examine(t.Context(), cfg), "recordings"); f.Level != checkup.Bad || f.Hint == "" {
		t.Errorf("a storage that does not answer: %+v", f)
	}
}

func TestWhatIsBad(t *testing.T) {
	for name, c := range map[string]struct {
		subject string
		spoil   func(t *testing.T, cfg *config.Relay)
	}{
		"a port that something else has": {"port", func(t *testing.T, cfg *config.Relay) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			go func() {
				for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
					_ = conn.Close()
				}
			}()
			cfg.Listen = l.Addr().String()
		}},
		"a folder that is a file": {"data folder", func(t *testing.T, cfg *config.Relay) {
			cfg.Data = filepath.Join(cfg.Data, "file")
			if err := os.WriteFile(cfg.Data, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		"a certificate that is missing": {"certificate", func(_ *testing.T, cfg *config.Relay) {
			cfg.TLS, cfg.TLSCert, cfg.TLSKey = config.TLSFiles, "/none", "/none"
		}},
		"keys that others can read": {"keys", func(t *testing.T, cfg *config.Relay) {
			if err := os.Mkdir(filepath.Join(cfg.Data, "keys"), 0o700); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"grant.key", "code.key"} {
				if err := os.WriteFile(filepath.Join(cfg.Data, "keys", name), []byte("x"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := settings(t.TempDir())
			c.spoil(t, &cfg)
			findings := doctor.Examine(t.Context(), cfg)
			if f := find(t, findings, c.subject); f.Level != checkup.Bad || f.Hint == "" || checkup.Worst(findings) != checkup.Bad {
				t.Errorf("%+v", f)
			}
			var report strings.Builder
			if err := checkup.Print(&report, "v1", findings); err != nil || !strings.Contains(report.String(), "FAIL  "+c.subject) {
				t.Errorf("report: %v\n%s", err, report.String())
			}
		})
	}
}
