package checkup

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"
)

const (
	bindingRequest   = 0x0001
	bindingSuccess   = 0x0101
	magicCookie      = 0x2112a442
	stunHeader       = 20
	largestDatagram  = 1500
	stunTries        = 3
	stunAnswerWithin = time.Second
)

var errNoSTUN = errors.New("nothing answers")

// AskSTUN sends the smallest request that TURN servers answer (a Binding request, RFC
// 8489 section 6) over conn, a few times when packets may get lost, and waits at most
// a second for the answer to each. It leaves conn open.
func AskSTUN(conn net.Conn) error {
	tries := 1
	if conn.LocalAddr().Network() == "udp" {
		tries = stunTries
	}
	request := newBindingRequest()
	err := errNoSTUN
	for range tries {
		if err = askOnce(conn, request); err == nil {
			return nil
		}
	}
	return err
}

func newBindingRequest() []byte {
	message := binary.BigEndian.AppendUint16(nil, bindingRequest)
	message = binary.BigEndian.AppendUint16(message, 0) // no attributes
	message = binary.BigEndian.AppendUint32(message, magicCookie)
	id := make([]byte, stunHeader-len(message))
	_, _ = rand.Read(id) // never fails: crypto/rand ends the process instead
	return append(message, id...)
}

func askOnce(conn net.Conn, request []byte) error {
	if err := conn.SetDeadline(time.Now().Add(stunAnswerWithin)); err != nil {
		return err
	}
	if _, err := conn.Write(request); err != nil {
		return err
	}
	reply := make([]byte, largestDatagram)
	n, err := conn.Read(reply)
	if err != nil {
		var late net.Error
		if errors.As(err, &late) && late.Timeout() {
			return errNoSTUN
		}
		return err
	}
	if n < stunHeader || binary.BigEndian.Uint16(reply) != bindingSuccess || !bytes.Equal(reply[4:stunHeader], request[4:]) {
		return fmt.Errorf("what answers is no TURN server")
	}
	return nil
}
