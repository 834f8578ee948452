// The encoder's copy of the picture: three planes, and a byte for each block of 16
// by 16 pixels that says whether it has changed. The codecs' leaves include this too.
#ifndef LENDHAND_CANVAS_H
#define LENDHAND_CANVAS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
	int width, height;
	uint8_t *plane[3];
	int stride[3];
	uint8_t *active; // 1 for a block that has changed
	int rows, columns;
	int subsampled; // 4:2:0 when set, 4:4:4 otherwise
	int grey;       // the colour planes hold no colour, always
} lh_canvas;

// lh_canvas_open allocates and returns 0, or another number when there is no memory.
int lh_canvas_open(lh_canvas *c, int width, int height, int subsampled, int grey);

// lh_canvas_draw converts one rectangle of a BGRX picture. x and y are even; pixels
// points to the picture's top left.
void lh_canvas_draw(lh_canvas *c, const uint8_t *pixels, int stride, int x, int y, int width, int height);

// lh_canvas_settle marks every block as unchanged.
void lh_canvas_settle(lh_canvas *c);

void lh_canvas_close(lh_canvas *c);

#endif
