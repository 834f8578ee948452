package turn

import (
	"testing"

	"github.com/pion/stun/v4"
)

// BenchmarkRelay measures packets of 1200 bytes from one participant to the other,
// both relayed: each passes the permission, the session's check and its meter twice.
func BenchmarkRelay(b *testing.B) {
	fx := start(b, func(c *Config) { c.MaxRate = 1 << 40 })
	fx.open("s1")
	from, fromAt := fx.as("s1", "host")
	to, toAt := fx.as("s1", "technician")
	from.request(stun.MethodCreatePermission, peerAddr(toAt))
	to.request(stun.MethodCreatePermission, peerAddr(fromAt))
	packet := string(make([]byte, 1200))
	b.SetBytes(int64(len(packet)))
	for b.Loop() { // one at a time: none is lost
		from.send(toAt, packet)
		if _, err := to.read(patience); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packets/s")
}
