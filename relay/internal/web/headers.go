package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// contentPolicy lets the page have its own files and nothing else, and lets no text
// become markup or script, but for the address of the one worker that the page has.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; media-src 'self' blob:; font-src 'self'; form-action 'self'; base-uri 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lendhand-worker"

// permissions takes from the page what it has no use for. Only where people share their
// screen may it ask the browser for one.
const (
	permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
		"hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
	sharingPermissions = "accelerometer=(), camera=(), display-capture=(self), geolocation=(), gyroscope=(), " +
		"hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
)

// secure sets the headers that every answer has.
func (s *Server) secure(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Permissions-Policy", permissions)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if !s.cfg.Development {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// isOurHost reports whether a Host header means this relay. Another page's name
// that resolves to our address is not one of ours (DNS rebinding).
func (s *Server) isOurHost(host string) bool {
	if strings.EqualFold(host, s.cfg.PublicURL.Host) {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if strings.EqualFold(name, s.cfg.PublicURL.Hostname()) || strings.EqualFold(name, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && ip.IsLoopback()
}

// clientAddr returns the address at the other end of the connection. Headers that
// tell of another one are not believed.
func clientAddr(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap()
}
