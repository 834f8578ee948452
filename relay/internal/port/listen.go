package port

import (
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"syscall"
)

var (
	// ErrPortTaken says that another program has the port, over TCP or UDP.
	ErrPortTaken = errors.New("port is taken by another program")
	// ErrPortPrivileged says that this account may not have the port: most
	// systems keep those below 1024 for administrators.
	ErrPortPrivileged = errors.New("port may not be used by this account")
)

// pairTries is how often Listen looks for a number that is free on both sides.
const pairTries = 32

// Listen binds TCP and UDP on the same number of addr ("host:port"). With port
// 0 the system chooses a number that is free for both. Errors wrap
// [ErrPortTaken] or [ErrPortPrivileged] where that is the reason.
func Listen(addr string) (net.Listener, net.PacketConn, error) {
	host, number, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	tries := 1
	if number == "0" {
		tries = pairTries
	}
	for range tries {
		var l net.Listener
		var p net.PacketConn
		if l, p, err = listenPair(host, number); err == nil {
			return l, p, nil
		}
		if !errors.Is(err, ErrPortTaken) {
			break
		}
	}
	return nil, nil, err
}

func listenPair(host, number string) (net.Listener, net.PacketConn, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, number))
	if err != nil {
		return nil, nil, explain("TCP", host, number, err)
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); ok {
		number = strconv.Itoa(tcp.Port)
	}
	p, err := net.ListenPacket("udp", net.JoinHostPort(host, number))
	if err != nil {
		_ = l.Close()
		return nil, nil, explain("UDP", host, number, err)
	}
	return l, p, nil
}

func explain(network, host, number string, err error) error {
	where := fmt.Sprintf("listen on %s %s", network, net.JoinHostPort(host, number))
	switch {
	case hasErrno(err, syscall.EADDRINUSE, 10048): // WSAEADDRINUSE
		return fmt.Errorf("%s: %w (%w)", where, ErrPortTaken, err)
	case hasErrno(err, syscall.EACCES, 10013): // WSAEACCES
		return fmt.Errorf("%s: %w (%w)", where, ErrPortPrivileged, err)
	}
	return fmt.Errorf("%s: %w", where, err)
}

// hasErrno knows Windows' own numbers, which package syscall does not map.
func hasErrno(err error, unix syscall.Errno, windows uintptr) bool {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return false
	}
	return errno == unix || runtime.GOOS == "windows" && uintptr(errno) == windows
}
