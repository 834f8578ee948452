package winetest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
)

// listen waits for tests that want something of the person.
func listen(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return l.Addr().String()
}

func serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	const longest = 1 << 20
	lines := bufio.NewScanner(io.LimitReader(conn, longest))
	for lines.Scan() {
		var arguments []string
		if json.Unmarshal(lines.Bytes(), &arguments) != nil {
			return
		}
		answer := "ok"
		if out, err := exec.Command("xdotool", arguments...).CombinedOutput(); err != nil {
			answer = strings.ReplaceAll(fmt.Sprintf("%v: %s", err, out), "\n", " ")
		}
		if _, err := fmt.Fprintln(conn, answer); err != nil {
			return
		}
	}
}
