package tile

import (
	"bytes"
	"encoding/binary"
	"image"

	"github.com/lendhand/lendhand/client/internal/capture"
)

const (
	// bandPixels is the most pixels of one rectangle. Each has colours of its own, and
	// however many they are, it fits in a message.
	bandPixels = 1 << 12
	bandMost   = placeSize + 1 + 3*maxPalette + bandPixels*3 + bandPixels/sixBits + 1
	// packet is the size that messages are filled up to, in bytes: what fits in one packet
	// is lost by itself, and shown by itself.
	packet = 1100
	// leastRun and leastAbove are the fewest pixels that are worth an instruction.
	leastRun, leastAbove = 3, 2
	// slots is the length of the table of colours, a power of two.
	slots = 1 << 10
)

// Encoder writes tiles. It reuses its memory, and is used by one goroutine.
type Encoder struct {
	most     int
	data     []byte
	starts   []int    // of the messages in data
	messages [][]byte // they, as they were returned

	// Of the band under way.
	colours [bandPixels]uint32 // 0xRRGGBB
	numbers [bandPixels]byte   // of the colours, when there are few enough
	palette []uint32
	indexed bool

	// The colours by their hash; an entry counts when it is of this round.
	table [slots]struct {
		round, colour uint32
		number        byte
	}
	round uint32
}

// NewEncoder returns an Encoder that gives up what needs more bytes than most.
func NewEncoder(most int) *Encoder {
	return &Encoder{
		most: most, data: make([]byte, 0, most+bandMost+2*headSize),
		palette: make([]uint32, 0, maxPalette),
	}
}

// Encode writes what the Damage of a picture looks like now. The messages are valid
// until the next call, and have heads that Address writes. It returns nil when that
// would be too much.
func (e *Encoder) Encode(f *capture.Frame) [][]byte {
	e.data, e.starts = e.data[:0], e.starts[:0]
	bounds := image.Rectangle{Max: f.Size()}
	for _, r := range f.Damage {
		if !e.rectangle(f, r.Intersect(bounds)) {
			return nil
		}
	}
	return e.list()
}

// Address writes the head of a message: the number of the screen that it is on, and the
// RTP timestamp of the frame that will hold the same.
func Address(message []byte, screen uint64, stamp uint32) {
	message[0] = kind
	binary.BigEndian.PutUint32(message[1:], uint32(screen)) //nolint:gosec // its lower half
	binary.BigEndian.PutUint32(message[5:], stamp)
}

// rectangle writes a rectangle in bands, and reports whether there was room.
func (e *Encoder) rectangle(f *capture.Frame, r image.Rectangle) bool {
	width := min(r.Dx(), bandPixels)
	if width == 0 {
		return true
	}
	height := bandPixels / width
	for y := r.Min.Y; y < r.Max.Y; y += height {
		for x := r.Min.X; x < r.Max.X; x += width {
			if !e.add(f, image.Rect(x, y, x+width, y+height).Intersect(r)) {
				return false
			}
		}
	}
	return true
}

// add writes a band, to the message under way if it fits there and to a new one
// otherwise, and reports whether there was room.
func (e *Encoder) add(f *capture.Frame, band image.Rectangle) bool {
	if len(e.starts) == 0 {
		e.begin(0)
	}
	at, start := len(e.data), e.starts[len(e.starts)-1]
	e.read(f, band)
	e.place(band)
	e.colourTable()
	e.pixels(band.Dx(), band.Dx()*band.Dy())
	if len(e.data)-start > packet && at > start+headSize {
		e.begin(at)
	}
	return len(e.data) <= e.most
}

// begin begins a message that holds what has been written from a place on.
func (e *Encoder) begin(at int) {
	var head [headSize]byte
	e.starts = append(e.starts, at)
	e.data = append(e.data, head[:]...)
	copy(e.data[at+headSize:], e.data[at:])
}

// list returns the messages.
func (e *Encoder) list() [][]byte {
	e.messages = e.messages[:0]
	for n, start := range e.starts {
		end := len(e.data)
		if n+1 < len(e.starts) {
			end = e.starts[n+1]
		}
		e.messages = append(e.messages, e.data[start:end:end])
	}
	return e.messages
}

// read reads the colours of a band, and numbers them if there are few enough.
func (e *Encoder) read(f *capture.Frame, band image.Rectangle) {
	e.palette, e.indexed = e.palette[:0], true
	e.round++
	n := 0
	var before []byte // the row
	for y := band.Min.Y; y < band.Max.Y; y++ {
		row := f.Pix[y*f.Stride+4*band.Min.X : y*f.Stride+4*band.Max.X]
		if bytes.Equal(row, before) {
			n += e.repeat(n, band.Dx())
			continue
		}
		for before = row; len(row) >= 4; row = row[4:] {
			c := binary.LittleEndian.Uint32(row) & 0xffffff
			e.colours[n] = c
			if n > 0 && c == e.colours[n-1] {
				e.numbers[n] = e.numbers[n-1]
			} else if e.indexed {
				e.numbers[n], e.indexed = e.number(c)
			}
			n++
		}
	}
}

// repeat repeats the row before the nth pixel, and returns its width.
func (e *Encoder) repeat(n, width int) int {
	copy(e.colours[n:], e.colours[n-width:n])
	copy(e.numbers[n:], e.numbers[n-width:n])
	return width
}

// number returns the number of a colour, and false when there are too many.
func (e *Encoder) number(c uint32) (byte, bool) {
	const golden = 0x9e3779b1 // 2³² over the golden ratio
	for at := c * golden >> 22; ; at = (at + 1) % slots {
		entry := &e.table[at]
		if entry.round == e.round && entry.colour == c {
			return entry.number, true
		}
		if entry.round != e.round {
			if len(e.palette) == maxPalette {
				return 0, false
			}
			entry.round, entry.colour, entry.number = e.round, c, byte(len(e.palette))
			e.palette = append(e.palette, c)
			return entry.number, true
		}
	}
}

// place writes where a band is.
func (e *Encoder) place(r image.Rectangle) {
	for _, v := range [...]int{r.Min.X, r.Min.Y, r.Dx(), r.Dy()} {
		e.data = binary.BigEndian.AppendUint16(e.data, uint16(v)) //nolint:gosec // within a picture
	}
}

// colourTable writes the numbered colours; none says that there are too many.
func (e *Encoder) colourTable() {
	if !e.indexed {
		e.data = append(e.data, 0)
		return
	}
	e.data = append(e.data, byte(len(e.palette)))
	for _, c := range e.palette {
		e.data = append(e.data, byte(c>>16), byte(c>>8), byte(c))
	}
}

// pixels writes n pixels in rows of that width.
func (e *Encoder) pixels(width, n int) {
	listed := 0 // from here to at, they are to be listed
	for at := 0; at < n; {
		above, run := e.above(at, width, n), e.run(at, n)
		if above < leastAbove && run < leastRun {
			at++
			continue
		}
		e.enlist(listed, at)
		if above >= run {
			e.operate(opAbove, above)
			at += above
		} else {
			e.operate(opRun, run)
			e.colour(at)
			at += run
		}
		listed = at
	}
	e.enlist(listed, n)
}

// above returns how many pixels from here on are like those above them.
func (e *Encoder) above(at, width, n int) int {
	if at < width {
		return 0
	}
	length := 0
	for at+length < n && e.colours[at+length] == e.colours[at+length-width] {
		length++
	}
	return length
}

// run returns how many pixels from here on are of one colour.
func (e *Encoder) run(at, n int) int {
	length := 1
	for at+length < n && e.colours[at+length] == e.colours[at] {
		length++
	}
	return length
}

// enlist lists the colours from one pixel to before another.
func (e *Encoder) enlist(from, to int) {
	if from == to {
		return
	}
	e.operate(opList, to-from)
	for at := from; at < to; at++ {
		e.colour(at)
	}
}

// operate writes an instruction for n pixels.
func (e *Encoder) operate(op byte, n int) {
	if n <= sixBits {
		e.data = append(e.data, op|byte(n-1))
		return
	}
	e.data = append(e.data, op|sixBits)
	e.data = binary.BigEndian.AppendUint16(e.data, uint16(n-sixBits-1)) //nolint:gosec // n is 4096 at most
}

// colour writes the colour of a pixel.
func (e *Encoder) colour(at int) {
	c := e.colours[at]
	if e.indexed {
		e.data = append(e.data, e.numbers[at])
		return
	}
	e.data = append(e.data, byte(c>>16), byte(c>>8), byte(c))
}
