// Package tile writes what has changed of a picture, if that is little, for a
// technician's side to show before the frame of video that will hold it
// (PROTOCOL.md section 9, "Tiles").
//
// Tiles are exact. They are made for what programs draw: few colours, runs of one of
// them, and rows like the row above. What is not like that is soon too long, and is
// left to the video.
package tile

const (
	// headSize is the length of a message's head: its kind, the screen's number and the
	// RTP timestamp.
	headSize = 9
	// kind is the first byte of a message. A receiver ignores other ones.
	kind = 1
	// placeSize is the length of a rectangle's place and size.
	placeSize = 8
	// maxPalette is the number of colours that can have a number.
	maxPalette = 255
)

// What to do next, in the upper two bits of a byte. The lower six are how many pixels
// that is for.
const (
	opList  = iota << 6 // that many colours follow
	opRun               // one colour follows, for all of them
	opAbove             // each has the colour of the pixel above
)

// Up to sixBits pixels are counted in the lower six bits, from one. Where all six are set,
// two bytes follow that count from sixBits+1.
const sixBits = 63
