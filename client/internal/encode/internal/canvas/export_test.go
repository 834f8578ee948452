package canvas

import "unsafe"

// Planes returns the samples and the bytes in a row of Y, U and V. They are valid
// until Close.
func (c *Canvas) Planes() (samples [3]unsafe.Pointer, strides [3]int) {
	for i := range samples {
		samples[i], strides[i] = unsafe.Pointer(c.c.plane[i]), int(c.c.stride[i])
	}
	return samples, strides
}

// Active returns a byte for each block of 16 by 16 pixels, 1 where something has
// changed since Settle, row by row. It is valid until Close.
func (c *Canvas) Active() (blocks unsafe.Pointer, rows, columns int) {
	return unsafe.Pointer(c.c.active), int(c.c.rows), int(c.c.columns)
}
