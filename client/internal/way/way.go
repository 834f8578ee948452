// Package way opens connections to the relay on the way that this network wants: from
// here, or through the proxy that the environment names (HTTPS_PROXY, NO_PROXY).
package way

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// within is how long a connection may take to be open, the proxy's word included.
const within = 10 * time.Second

// maxReply bounds what a proxy says before the connection is through, in bytes.
const maxReply = 64 << 10

// Proxy returns the proxy that leads to an address (host:port), or nil for none. The
// environment is read with every call.
func Proxy(address string) (*url.URL, error) {
	return httpproxy.FromEnvironment().ProxyFunc()(&url.URL{Scheme: "https", Host: address})
}

// DialTLS opens a TLS connection to an address (host:port) that trusts whom config
// trusts, within ten seconds or until ctx ends.
func DialTLS(ctx context.Context, address string, config *tls.Config) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	conn, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	config = config.Clone()
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(address) // dialled already
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}

func dial(ctx context.Context, address string) (net.Conn, error) {
	proxy, err := Proxy(address)
	if err != nil {
		return nil, fmt.Errorf("proxy of the environment: %w", err)
	}
	if proxy == nil {
		return (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	conn, err := dialProxy(ctx, proxy)
	if err != nil {
		return nil, fmt.Errorf("proxy %s: %w", proxy.Host, err)
	}
	through, err := connect(ctx, conn, proxy, address)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("proxy %s: %w", proxy.Host, err)
	}
	return through, nil
}

// dialProxy connects with the proxy, over TLS where its address says so.
func dialProxy(ctx context.Context, proxy *url.URL) (net.Conn, error) {
	port := proxy.Port()
	switch proxy.Scheme {
	case "http":
		if port == "" {
			port = "80"
		}
		return (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), port))
	case "https":
		if port == "" {
			port = "443"
		}
		return (&tls.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), port))
	}
	return nil, fmt.Errorf("proxies of the kind %q are not supported", proxy.Scheme)
}

// connect asks the proxy for a way through (RFC 9110 section 9.3.6).
func connect(ctx context.Context, conn net.Conn, proxy *url.URL, address string) (net.Conn, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{}}
	if user := proxy.User; user != nil {
		password, _ := user.Password()
		token := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		request.Header.Set("Proxy-Authorization", "Basic "+token)
	}
	if err := request.Write(conn); err != nil {
		return nil, err
	}
	limited := &capped{Conn: conn, left: maxReply}
	reader := bufio.NewReader(limited)
	response, err := http.ReadResponse(reader, request)
	if err != nil {
		return nil, err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("refused: %s", response.Status)
	}
	if reader.Buffered() > 0 { // TLS has the client speak first
		return nil, fmt.Errorf("the proxy talks out of turn")
	}
	return conn, nil
}

// capped is a connection of which no more than left bytes are read.
type capped struct {
	net.Conn
	left int
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, fmt.Errorf("an answer of more than %d bytes", maxReply)
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
