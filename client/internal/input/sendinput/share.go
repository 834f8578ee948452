package sendinput

// share returns where v lies between two edges of the desktop, in parts of 65536, as SendInput wants it:
// the middle of the pixel, so that it is the same one whichever way Windows rounds.
func share(v, from, to int) int32 {
	v = min(max(v, from), to-1) - from
	size := to - from
	return int32((2*v + 1) * 32768 / size) //nolint:gosec // less than 65536
}
