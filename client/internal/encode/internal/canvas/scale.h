// Reduction of a BGRX picture: every pixel of the result is the mean of the area
// that it covers, so a part that is drawn anew fits what is around it.
#ifndef LENDHAND_SCALE_H
#define LENDHAND_SCALE_H

#include <stdint.h>

enum {
	// A reduction to a quarter covers four pixels and parts of two more.
	lh_scale_taps = 6,
	lh_scale_one = 256,
};

// lh_taps says what one line of pixels of the result is made of.
typedef struct {
	int first, count;
	uint16_t weight[lh_scale_taps]; // their sum is lh_scale_one
} lh_taps;

typedef struct {
	lh_taps *columns, *rows; // one for each column and row of the result
	uint16_t *line;          // a row of the picture, reduced in height alone
	uint8_t *pixels;         // the result, BGRX
	int stride;              // bytes in a row of the result
} lh_scale;

// lh_scale_open allocates and returns 0, or another number when there is no memory.
int lh_scale_open(lh_scale *s, int from_width, int from_height, int width, int height);

// lh_scale_draw makes one rectangle of the result from the picture.
void lh_scale_draw(lh_scale *s, const uint8_t *pixels, int stride, int x, int y, int width, int height);

void lh_scale_close(lh_scale *s);

#endif
