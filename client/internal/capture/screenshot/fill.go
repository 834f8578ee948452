package screenshot

import "encoding/binary"

// swapLine copies pixels with red and blue swapped, two pixels at a time.
func swapLine(to, from []byte) {
	const kept, low = 0xff00ff00ff00ff00, 0x000000ff000000ff
	for len(from) >= 8 && len(to) >= 8 {
		v := binary.LittleEndian.Uint64(from)
		binary.LittleEndian.PutUint64(to, v&kept|v>>16&low|v&low<<16)
		from, to = from[8:], to[8:]
	}
	if len(from) >= 4 {
		to[0], to[1], to[2], to[3] = from[2], from[1], from[0], from[3]
	}
}
