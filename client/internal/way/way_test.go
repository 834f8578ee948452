package way_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/way"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// home is a name for this machine that no proxy settings except.
const home = "relay.test"

// relay is a TLS server that says hello.
func relay(t *testing.T) (address string, trust *tls.Config) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return server.Listener.Addr().String(), &tls.Config{RootCAs: pool, ServerName: "example.com", MinVersion: tls.VersionTLS12}
}

// proxy answers CONNECT as told, and leads every way to address.
func proxy(t *testing.T, address, answer string) (host string, asked *atomic.Pointer[http.Request]) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked = &atomic.Pointer[http.Request]{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			request, err := http.ReadRequest(bufio.NewReader(conn))
			if err == nil {
				asked.Store(request)
				_, _ = io.WriteString(conn, answer)
				if strings.HasPrefix(answer, "HTTP/1.1 200") {
					pipe(conn, address)
				}
			}
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return listener.Addr().String(), asked
}

func pipe(conn net.Conn, address string) {
	onward, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	done := make(chan struct{})
	go func() { defer close(done); _, _ = io.Copy(conn, onward); _ = conn.Close() }()
	_, _ = io.Copy(onward, conn)
	_ = onward.Close()
	<-done
}

func through(t *testing.T, proxy string) {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"} {
		t.Setenv(name, "")
	}
	t.Setenv("HTTPS_PROXY", proxy)
}

func TestWithoutAProxy(t *testing.T) {
	address, trust := relay(t)
	through(t, "")
	conn, err := way.DialTLS(t.Context(), address, trust)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
}

func TestThroughAProxy(t *testing.T) {
	address, trust := relay(t)
	host, asked := proxy(t, address, "HTTP/1.1 200 Connection established\r\n\r\n")
	through(t, "http://ines:s3cret@"+host)
	conn, err := way.DialTLS(t.Context(), home+":443", trust)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n")
	if said, err := io.ReadAll(conn); err != nil || !strings.HasSuffix(string(said), "hello") {
		t.Errorf("the relay says %q, %v", said, err)
	}
	request := asked.Load()
	if request.Method != http.MethodConnect || request.RequestURI != home+":443" {
		t.Errorf("asked for %s %s", request.Method, request.RequestURI)
	}
	if got := request.Header.Get("Proxy-Authorization"); got != "Basic aW5lczpzM2NyZXQ=" {
		t.Errorf("authorization %q", got)
	}
}

func TestProxiesThatDoNotHelp(t *testing.T) {
	for name, c := range map[string]struct{ answer, want string }{
		"it wants a password":  {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "407"},
		"it forbids":           {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "403"},
		"it is none":           {"220 mail.example ESMTP\r\n", "malformed"},
		"it has no end":        {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<17), "65536 bytes"},
		"it talks out of turn": {"HTTP/1.1 200 OK\r\n\r\nhello", "out of turn"},
		"it hangs up":          {"", "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			_, trust := relay(t)
			host, _ := proxy(t, "127.0.0.1:1", c.answer)
			through(t, "http://user:s3cret@"+host)
			_, err := way.DialTLS(t.Context(), home+":443", trust)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), host) {
				t.Errorf("got %v, want %q and %s in it", err, c.want, host)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the password is in %q", err)
			}
		})
	}
}

func TestOtherKindsOfProxies(t *testing.T) {
	through(t, "socks5://127.0.0.1:1080")
	if _, err := way.DialTLS(t.Context(), home+":443", &tls.Config{MinVersion: tls.VersionTLS12}); err == nil || !strings.Contains(err.Error(), "socks5") {
		t.Errorf("got %v", err)
	}
}

func TestAProxyThatSaysNothing(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // whoever connects waits
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	through(t, "http://"+listener.Addr().String())
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := way.DialTLS(ctx, home+":443", &tls.Config{MinVersion: tls.VersionTLS12}); err == nil {
		t.Error("connected")
	}
}
