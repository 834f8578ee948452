package winetest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"testing"
	"time"
)

// addressVariable is where tests in Wine find the person, and askTimeout how long the person
// may take.
const (
	addressVariable = "LENDHAND_TEST_PERSON"
	askTimeout      = 30 * time.Second
)

// Person presses keys and buttons on the desktop's own devices.
type Person struct {
	t    testing.TB
	conn net.Conn
	read *bufio.Reader
}

// Dial reaches the person of a test that runs in Wine.
func Dial(t testing.TB) *Person {
	t.Helper()
	address := os.Getenv(addressVariable)
	if address == "" {
		t.Fatalf("%s is not set: these tests are run by package winetest", addressVariable)
	}
	conn, err := net.DialTimeout("tcp", address, askTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &Person{t: t, conn: conn, read: bufio.NewReader(conn)}
}

// Do does what the arguments of xdotool say, and waits until it is done.
func (p *Person) Do(arguments ...string) {
	p.t.Helper()
	_ = p.conn.SetDeadline(time.Now().Add(askTimeout))
	if err := json.NewEncoder(p.conn).Encode(arguments); err != nil {
		p.t.Fatal(err)
	}
	answer, err := p.read.ReadString('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	if answer != "ok\n" {
		p.t.Fatalf("xdotool %q: %s", arguments, answer)
	}
}

// Click moves the pointer to a point of the desktop and clicks.
func (p *Person) Click(x, y int) {
	p.t.Helper()
	p.Do("mousemove", fmt.Sprint(x), fmt.Sprint(y), "click", "1")
}

// Key presses a key, with its modifiers, by xdotool's name.
func (p *Person) Key(name string) {
	p.t.Helper()
	p.Do("key", name)
}
