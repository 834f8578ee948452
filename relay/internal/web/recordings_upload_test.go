package web

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
	"github.com/lendhand/lendhand/relay/recording"
)

// uploadWorld is a server that takes recordings, and a host that makes one.
type uploadWorld struct {
	*world
	recordings *recordstore.Store
	receipts   ed25519.PrivateKey
	host       ed25519.PrivateKey
	tokens     recordstore.Tokens
	writer     *recording.Writer
}

func newUploadWorld(t *testing.T) *uploadWorld {
	t.Helper()
	u := &uploadWorld{}
	u.world = newWorld(t, func(c *Config) {
		var err error
		_, u.receipts, err = ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		blobs, err := folder.Open(filepath.Join(dir, "recordings"))
		if err != nil {
			t.Fatal(err)
		}
		db, _ := c.Database.(*broken)
		u.recordings, err = recordstore.Open(t.Context(), recordstore.Config{
			Database: db.Store, Blobs: blobs, Folder: filepath.Join(dir, "open"), Key: u.receipts, Journal: func(audit.Event) {},
			Disks: func() ([]recordstore.Disk, error) { return nil, nil }, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		c.Uploads = u.recordings
	})
	t.Cleanup(func() {
		if err := u.recordings.Close(); err != nil {
			t.Error(err)
		}
	})
	u.begin(t, "s_rec")
	return u
}

func (u *uploadWorld) begin(t *testing.T, id string) {
	t.Helper()
	_, host, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	u.host = host
	u.writer, err = recording.NewWriter(recording.Manifest{
		Recording: id, Relay: public, Begins: recording.StampOf(time.Now()), Host: recording.Host{Name: "pc", OS: "Linux"},
		Technician: recording.Technician{ID: u.ids["tech"], Name: "Tech"}, Program: "test 1",
		Readers: []recording.Reader{{Name: "Auditors", Key: reader.Recipient().String()}},
	}, host)
	if err != nil {
		t.Fatal(err)
	}
	u.tokens, err = u.recordings.Begin(t.Context(), recordstore.Session{
		ID: id, HostName: "pc", HostOS: "Linux", HostKey: recording.PublicKeyOf(host), TechnicianID: u.ids["tech"], Retention: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// parts makes n of them, and the bytes that are uploaded.
func (u *uploadWorld) parts(t *testing.T, n int, more ...byte) (body []byte) {
	t.Helper()
	for range n {
		p, err := u.writer.Seal(&recording.Content{Start: u.writer.End(), Length: 1000, Video: &recording.Video{
			Codec: "vp8", Width: 64, Height: 64, First: true, KeyFrame: true, Data: append([]byte("picture"), more...),
		}})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := p.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		body = append(body, b.Bytes()...)
	}
	return body
}

func (u *uploadWorld) send(t *testing.T, method, path, token string, body []byte) reply {
	t.Helper()
	return u.do(t, request{method: method, path: path, body: string(body), header: http.Header{
		"Authorization": {"Bearer " + token}, "Content-Type": {"application/octet-stream"},
	}})
}

func (u *uploadWorld) manifest(t *testing.T) []byte {
	t.Helper()
	line, signature := u.writer.Manifest()
	second, err := recording.EncodeSignature(signature)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Join([][]byte{line, second, nil}, []byte{'\n'})
}

// uploadAnswer is what a host makes of any answer.
type uploadAnswer struct {
	Code     string              `json:"code"`
	Next     int64               `json:"next"`
	Receipt  *recording.Receipt  `json:"receipt"`
	Receipts []recording.Receipt `json:"receipts"`
}

func (r reply) upload(t *testing.T) (a uploadAnswer) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), &a); err != nil {
		t.Fatalf("%d %q: %v", r.status, r.body, err)
	}
	return a
}

func TestARecordingIsUploaded(t *testing.T) {
	u := newUploadWorld(t)
	const path = "/api/recordings/s_rec/"
	if a := u.send(t, "GET", path+"next", u.tokens.Upload, nil).upload(t); a.Next != recording.ManifestPart || a.Receipt != nil {
		t.Errorf("next before the manifest: %+v", a)
	}
	first := u.send(t, "PUT", path+"manifest", u.tokens.Upload, u.manifest(t))
	if a := first.upload(t); first.status != http.StatusOK || a.Receipt == nil {
		t.Fatalf("manifest: %d %s", first.status, first.body)
	}
	if again := u.send(t, "PUT", path+"manifest", u.tokens.Upload, u.manifest(t)); again.body != first.body {
		t.Errorf("the manifest again: %d %s", again.status, again.body)
	}
	some, more := u.parts(t, 3), u.parts(t, 2)
	got := u.send(t, "POST", path+"parts", u.tokens.Upload, some)
	if a := got.upload(t); got.status != http.StatusOK || len(a.Receipts) != 3 || a.Next != 3 {
		t.Errorf("parts: %d %s", got.status, got.body)
	}
	if again := u.send(t, "POST", path+"parts", u.tokens.Upload, append(some, more...)).upload(t); len(again.Receipts) != 5 || again.Next != 5 {
		t.Errorf("parts again: %+v", again)
	}
	if a := u.send(t, "GET", path+"next", u.tokens.Upload, nil).upload(t); a.Next != 5 || a.Receipt == nil || a.Receipt.Part != 4 {
		t.Errorf("next: %+v", a)
	}
	keys := u.do(t, request{method: "GET", path: "/.well-known/recording-keys.json"})
	if !strings.Contains(keys.body, recording.PublicKeyOf(u.receipts).String()) {
		t.Errorf("keys: %s", keys.body)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	u := newUploadWorld(t)
	mine := u.tokens.Upload
	const path = "/api/recordings/s_rec/"
	early := u.send(t, "POST", path+"parts", mine, nil)
	if a := early.upload(t); early.status != http.StatusConflict || a.Next != recording.ManifestPart {
		t.Errorf("before the manifest: %d %s", early.status, early.body)
	}
	u.send(t, "PUT", path+"manifest", mine, u.manifest(t))
	parts := [][]byte{u.parts(t, 1), u.parts(t, 1), u.parts(t, 1)}
	flipped := bytes.Clone(parts[0])
	flipped[len(flipped)-9] ^= 1
	for name, c := range map[string]struct {
		method, path, token string
		body                []byte
		status              int
		code                string
	}{
		"no token":             {"POST", path + "parts", "", parts[0], 401, "unauthenticated"},
		"the copy's token":     {"POST", path + "parts", u.tokens.Copy, parts[0], 401, "unauthenticated"},
		"another recording":    {"POST", "/api/recordings/s_other/parts", mine, parts[0], 401, "unauthenticated"},
		"a hole":               {"POST", path + "parts", mine, parts[1], 409, "out_of_order"},
		"a flipped byte":       {"POST", path + "parts", mine, flipped, 400, "bad_part"},
		"half a part":          {"POST", path + "parts", mine, parts[0][:len(parts[0])-1], 400, "bad_message"},
		"no part":              {"POST", path + "parts", mine, []byte("hello\n"), 400, "bad_message"},
		"another manifest":     {"PUT", path + "manifest", mine, bytes.Replace(u.manifest(t), []byte("Tech"), []byte("Toch"), 1), 409, "conflict"},
		"no manifest":          {"PUT", path + "manifest", mine, []byte("{}\n{}\n"), 400, "bad_message"},
		"an enormous manifest": {"PUT", path + "manifest", mine, bytes.Repeat([]byte("x"), 1<<20), 413, "message_too_large"},
		"an enormous upload":   {"POST", path + "parts", mine, bytes.Repeat([]byte("x"), 17<<20), 413, "message_too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			got := u.send(t, c.method, c.path, c.token, c.body)
			if a := got.upload(t); got.status != c.status || a.Code != c.code {
				t.Errorf("%d %s, want %d %s", got.status, got.body, c.status, c.code)
			}
		})
	}
	got := u.send(t, "POST", path+"parts", mine, bytes.Join([][]byte{parts[0], parts[2]}, nil))
	if a := got.upload(t); got.status != http.StatusConflict || a.Next != 1 || len(a.Receipts) != 1 {
		t.Errorf("a hole behind a part: %d %s", got.status, got.body)
	}
}

// Scenario: the line is cut while much is uploaded. What came whole is kept.
func TestAnUploadThatIsCut(t *testing.T) {
	u := newUploadWorld(t)
	u.send(t, "PUT", "/api/recordings/s_rec/manifest", u.tokens.Upload, u.manifest(t))
	body := u.parts(t, 8, bytes.Repeat([]byte("x"), 600<<10)...)
	conn, err := net.Dial("tcp", u.addr)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Write([]byte("POST /api/recordings/s_rec/parts HTTP/1.1\r\nHost: help.example:8443\r\nAuthorization: Bearer " + u.tokens.Upload +
		"\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"))
	_, bodyErr := conn.Write(body[:3<<20])
	if err := errors.Join(err, bodyErr, conn.Close()); err != nil {
		t.Fatal(err)
	}
	for late := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		next, _, err := u.recordings.Next(context.Background(), "s_rec")
		if err != nil || time.Now().After(late) {
			t.Fatalf("next %d, %v", next, err)
		}
		if next >= 4 {
			break
		}
	}
	if a := u.send(t, "POST", "/api/recordings/s_rec/parts", u.tokens.Upload, body).upload(t); a.Next != 8 || len(a.Receipts) != 8 {
		t.Errorf("all of it, again: next %d, %d receipts", a.Next, len(a.Receipts))
	}
}

func TestHowManyUploadAtOnce(t *testing.T) {
	u := newUploads(3, 2)
	a, b := u.begin("s_1"), u.begin("s_1")
	if a == nil || b == nil || u.begin("s_1") != nil {
		t.Error("a recording has not two places")
	}
	other := u.begin("s_2")
	if other == nil || u.begin("s_3") != nil {
		t.Error("there are not three places")
	}
	a()
	if u.begin("s_3") == nil || len(u.per) != 3 {
		t.Errorf("a place is not given back: %v", u.per)
	}
}

// counted counts what is taken together.
type counted struct {
	Uploads
	most int
}

func (c *counted) Take(ctx context.Context, id string, parts []recording.Part) ([]recording.Receipt, error) {
	c.most = max(c.most, len(parts))
	return c.Uploads.Take(ctx, id, parts)
}

// A request of very many small parts is no way around the pace: it is taken some at a time,
// each at its cost.
func TestManySmallPartsAreTakenSomeAtATime(t *testing.T) {
	u := newUploadWorld(t)
	c := &counted{Uploads: u.recordings}
	s := &Server{cfg: Config{Uploads: c}}
	line, signature := u.writer.Manifest()
	if _, err := c.TakeManifest(t.Context(), "s_rec", line, signature); err != nil {
		t.Fatal(err)
	}
	receipts, err := s.takeParts(t.Context(), "s_rec", bytes.NewReader(u.parts(t, batchParts+1)))
	if err != nil || len(receipts) != batchParts+1 || c.most != batchParts {
		t.Errorf("%d of them together, %d receipts: %v", c.most, len(receipts), err)
	}
}
