package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	// leafLife is far below the 398 days that browsers put up with.
	leafLife = 14 * 24 * time.Hour
	// renewBefore is how much of its life a leaf has left when it is replaced.
	renewBefore = leafLife / 3
)

// Authority is a [Source] that signs its own certificates with a development
// authority kept in a folder. Trusting that folder's ca.pem once is enough:
// restarts make new leaves under the same authority.
type Authority struct {
	// Set at construction.
	ca      *authority
	path    string
	names   names
	missing []string
	now     func() time.Time

	mu   sync.Mutex // guards leaf
	leaf *tls.Certificate
}

// SelfSigned opens the development authority in dir, or makes it on the first
// start: ca.pem for people to trust, ca.key (mode 0600) for nobody. Its leaves
// name localhost, the loopback addresses, this machine, and hosts (DNS names
// or IP addresses, in any spelling).
//
// The authority may sign only the names that it was made for; [Authority.Missing]
// returns those of hosts that came later. Errors wrap [ErrKeyExposed] or
// [ErrAuthority]; a damaged authority is never replaced.
func SelfSigned(dir string, hosts []string) (*Authority, error) {
	return selfSigned(dir, hosts, time.Now)
}

func selfSigned(dir string, hosts []string, now func() time.Time) (*Authority, error) {
	all := localNames()
	for _, host := range hosts {
		if err := all.add(host); err != nil {
			return nil, err
		}
	}
	ca, err := openAuthority(dir, all, now())
	if err != nil {
		return nil, fmt.Errorf("open development authority: %w", err)
	}
	a := &Authority{ca: ca, path: filepath.Join(dir, certFile), now: now}
	a.names, a.missing = ca.permitted(all)
	if a.leaf, err = ca.issue(a.names, now()); err != nil {
		return nil, fmt.Errorf("issue certificate: %w", err)
	}
	return a, nil
}

// CAFile returns the path of the certificate for people to trust.
func (a *Authority) CAFile() string { return a.path }

// Missing returns the host names and addresses that the authority may not
// sign, because it was made before they were known. Browsers refuse the relay
// under them until ca.pem and ca.key are removed and the new ca.pem is trusted.
func (a *Authority) Missing() []string { return append([]string(nil), a.missing...) }

// TLSConfig implements [Source].
func (a *Authority) TLSConfig() *tls.Config { return serverConfig(a.certificate) }

// certificate returns the leaf, a new one when the present one grows old.
func (a *Authority) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if now.Before(a.leaf.Leaf.NotAfter.Add(-renewBefore)) {
		return a.leaf, nil
	}
	leaf, err := a.ca.issue(a.names, now)
	if err != nil {
		return nil, fmt.Errorf("renew certificate: %w", err)
	}
	a.leaf = leaf
	return leaf, nil
}

// permitted parts the names that the authority may sign from the others.
func (c *authority) permitted(all names) (names, []string) {
	var may names
	var missing []string
	for _, name := range all.dns {
		if c.permitsDNS(name) {
			may.addDNS(name)
		} else {
			missing = append(missing, name)
		}
	}
	for _, ip := range all.ips {
		if c.permitsIP(ip) {
			may.addIP(ip)
		} else {
			missing = append(missing, ip.String())
		}
	}
	return may, missing
}

func (c *authority) permitsDNS(name string) bool {
	for _, domain := range c.cert.PermittedDNSDomains {
		if name == domain || strings.HasSuffix(name, "."+domain) {
			return true
		}
	}
	return len(c.cert.PermittedDNSDomains) == 0
}

func (c *authority) permitsIP(ip netip.Addr) bool {
	for _, ipNet := range c.cert.PermittedIPRanges {
		if ipNet.Contains(ip.AsSlice()) {
			return true
		}
	}
	return len(c.cert.PermittedIPRanges) == 0
}

// issue makes a leaf with a key of its own, which never touches the disk.
func (c *authority) issue(n names, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	expires := now.Add(leafLife)
	if expires.After(c.cert.NotAfter) {
		expires = c.cert.NotAfter
	}
	template := &x509.Certificate{
		SerialNumber:          serial(),
		NotBefore:             now.Add(-backdate),
		NotAfter:              expires,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              n.dns,
		IPAddresses:           n.netIPs(),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, c.cert, key.Public(), c.key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}
