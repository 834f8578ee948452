package xdisplay

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jezek/xgb"
)

// answerWithin is how long a server may take to let a program in that is in no hurry.
const answerWithin = 10 * time.Second

// address is where the server of a display listens, as $DISPLAY says it.
type address struct {
	network, place string
	host           string // empty: this machine
	number, screen int
}

// parse reads the name of a display: [[protocol/]host]:number[.screen], or the path of a
// socket in place of the host (X(7)).
func parse(display string) (address, error) {
	at := strings.LastIndex(display, ":")
	if at < 0 {
		return address{}, fmt.Errorf("bad display name %q", display)
	}
	host, numbers := display[:at], display[at+1:]
	number, screen, hasScreen := strings.Cut(numbers, ".")
	var a address
	var err error
	if a.number, err = strconv.Atoi(number); err == nil && hasScreen {
		a.screen, err = strconv.Atoi(screen)
	}
	if err != nil || a.number < 0 || a.screen < 0 {
		return address{}, fmt.Errorf("bad display name %q", display)
	}
	if strings.HasPrefix(host, "/") {
		a.network, a.place = "unix", host+":"+number
		return a, nil
	}
	a.network, a.host = "tcp", host
	if protocol, name, ok := strings.Cut(host, "/"); ok {
		a.network, a.host = protocol, name
	}
	if a.host == "" || a.host == "unix" {
		a.network, a.host = "unix", ""
		a.place = "/tmp/.X11-unix/X" + number
		return a, nil
	}
	const firstPort = 6000
	a.place = net.JoinHostPort(strings.Trim(a.host, "[]"), strconv.Itoa(firstPort+a.number))
	return a, nil
}

// dial connects to $DISPLAY. Closing the network connection ends all that waits for an
// answer, also when the server does nothing any more; it has a deadline that ends it so.
func dial(within time.Duration, divert func(net.Conn) net.Conn) (*xgb.Conn, net.Conn, error) {
	a, err := parse(os.Getenv("DISPLAY"))
	if err != nil {
		return nil, nil, err
	}
	wire, err := net.DialTimeout(a.network, a.place, within)
	if err != nil {
		return nil, nil, err
	}
	c, err := a.enter(divert(wire), within)
	if err != nil {
		_ = wire.Close()
		return nil, nil, err
	}
	return c, wire, nil
}

// enter is let in by the server.
func (a address) enter(wire net.Conn, within time.Duration) (*xgb.Conn, error) {
	if err := wire.SetDeadline(time.Now().Add(within)); err != nil {
		return nil, err
	}
	var c *xgb.Conn
	var err error
	if cookie := a.cookie(); cookie != "" {
		c, err = xgb.NewConnNetWithCookieHex(wire, cookie)
	} else {
		c, err = xgb.NewConnNet(wire)
	}
	if err != nil {
		return nil, err
	}
	c.DisplayNumber, c.DefaultScreen = a.number, a.screen
	return c, nil
}
