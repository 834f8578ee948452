package record

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/lendhand/lendhand/client/internal/way"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/signaling"
)

const (
	// maxBatch is how many parts go in one request, and maxBody how many bytes.
	maxBatch = 64
	maxBody  = 4 << 20
	// stuckAfter is how long nothing of a request may move, and answerWithin how long the
	// relay may take to answer one that it has.
	stuckAfter   = 10 * time.Second
	answerWithin = 15 * time.Second
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 256 << 10
)

// outOfOrder is the code of a refusal: a part before these is missing.
const outOfOrder = "out_of_order"

// noToken is the code of another: the relay does not take this recording any more.
const noToken = string(signaling.CodeUnauthenticated)

// refusal is an answer of the relay that is no success.
type refusal struct {
	status int
	code   string
}

// Error implements error.
func (r *refusal) Error() string { return fmt.Sprintf("the relay refuses: %d %.40q", r.status, r.code) }

// manifestAnswer is the answer to a manifest.
type manifestAnswer struct {
	Receipt recording.Receipt `json:"receipt"`
}

// partsAnswer is the answer to parts, also to those of which not all were taken.
type partsAnswer struct {
	Receipts []recording.Receipt `json:"receipts"`
}

// client speaks with a relay about one recording.
type client struct {
	http *http.Client
	to   target
}

// newTransport opens connections on the way that this network wants.
func newTransport(config *tls.Config) *http.Transport {
	return &http.Transport{
		DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return way.DialTLS(ctx, address, config)
		},
		MaxConnsPerHost:        4,
		IdleConnTimeout:        time.Minute,
		ResponseHeaderTimeout:  answerWithin,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}
}

// newHTTP uses a transport and follows no redirect: a token is for one relay.
func newHTTP(t *http.Transport) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// begin gives the relay the manifest.
func (c *client) begin(ctx context.Context, head []byte, link recording.Link) error {
	var answer manifestAnswer
	if err := c.do(ctx, http.MethodPut, "manifest", "text/plain", head, &answer); err != nil {
		return err
	}
	return c.check(answer.Receipt, recording.ManifestPart, link)
}

// send gives the relay parts, and returns how many of them it has receipted, whatever became
// of the others.
func (c *client) send(ctx context.Context, parts []keptPart) (receipted int, err error) {
	var body bytes.Buffer
	for _, k := range parts {
		part := recording.Part{Envelope: k.envelope, Sealed: k.held}
		if _, err := part.WriteTo(&body); err != nil {
			return 0, err
		}
	}
	var answer partsAnswer
	err = c.do(ctx, http.MethodPost, "parts", "application/octet-stream", body.Bytes(), &answer)
	for i, r := range answer.Receipts[:min(len(answer.Receipts), len(parts))] {
		k := parts[i]
		if wrong := c.check(r, k.envelope.Part, k.envelope.Link(k.link)); wrong != nil {
			return i, wrong
		}
		receipted++
	}
	if err == nil && receipted < len(parts) {
		err = fmt.Errorf("%d receipts for %d parts", receipted, len(parts))
	}
	return receipted, err
}

var errReceipt = errors.New("a receipt that is not the relay's for this part")

// check verifies a receipt.
func (c *client) check(r recording.Receipt, part int64, link recording.Link) error {
	if r.Part != part || !r.Verify(c.to.Key.Key(), link) {
		return fmt.Errorf("%w: part %d", errReceipt, part)
	}
	return nil
}

// do sends a request, for as long as something of it moves, and reads the answer.
func (c *client) do(ctx context.Context, method, what, kind string, body []byte, answer any) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	moving := time.AfterFunc(stuckAfter+answerWithin, func() { cancel(errStuck) })
	defer moving.Stop()
	address, err := url.JoinPath(c.to.Relay, "api/recordings", url.PathEscape(c.to.Recording), what)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, address, &moved{Reader: bytes.NewReader(body), timer: moving})
	if err != nil {
		return err
	}
	request.ContentLength = int64(len(body))
	if len(body) == 0 {
		request.Body = http.NoBody
	}
	request.Header.Set("Authorization", "Bearer "+c.to.Token)
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return withCause(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return withCause(ctx, err)
	}
	if response.StatusCode != http.StatusOK {
		said := struct {
			Code string `json:"code"`
		}{}
		_ = errors.Join(json.Unmarshal(data, &said), json.Unmarshal(data, answer)) // a proxy's answer is none of ours
		return &refusal{response.StatusCode, said.Code}
	}
	if err := json.Unmarshal(data, answer); err != nil {
		return fmt.Errorf("answer of the relay: %w", err)
	}
	return nil
}

var errStuck = errors.New("nothing moves any more")

// withCause says why a request was given up.
func withCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// moved puts a deadline off as long as a request's body is taken.
type moved struct {
	io.Reader
	timer *time.Timer
}

// Read implements io.Reader.
func (m *moved) Read(p []byte) (int, error) {
	const piece = 16 << 10 // small, so that a slow network is seen to take it
	m.timer.Reset(stuckAfter + answerWithin)
	return m.Reader.Read(p[:min(len(p), piece)])
}
