#include "canvas.h"

#include "memory.h"

#include <libyuv/convert.h>
#include <libyuv/convert_from_argb.h>
#include <stdlib.h>
#include <string.h>

enum { block = 16, alignment = 64, no_colour = 128, third = (1 << 20) / 64 / 3 };

static size_t aligned(size_t size) { return (size + alignment - 1) & ~(size_t)(alignment - 1); }

int lh_canvas_open(lh_canvas *c, int width, int height, int subsampled, int grey) {
	c->width = width;
	c->height = height;
	c->subsampled = subsampled;
	c->grey = grey;
	c->columns = (width + block - 1) / block;
	c->rows = (height + block - 1) / block;
	c->active = calloc((size_t)c->rows, (size_t)c->columns);
	int failed = !c->active;
	for (int i = 0; i < 3; i++) {
		int halved = subsampled && i > 0;
		size_t stride = aligned(halved ? (width + 1) / 2 : width);
		size_t lines = halved ? (height + 1) / 2 : height;
		c->stride[i] = (int)stride;
		c->plane[i] = lh_aligned_alloc(alignment, stride * lines);
		failed |= !c->plane[i];
		if (c->plane[i] && i > 0) memset(c->plane[i], no_colour, stride * lines);
	}
	if (failed) lh_canvas_close(c);
	return failed;
}

static void mark(lh_canvas *c, int x, int y, int width, int height) {
	int left = x / block, right = (x + width - 1) / block;
	int bottom = (y + height - 1) / block;
	for (int row = y / block; row <= bottom; row++)
		memset(c->active + (size_t)row * c->columns + left, 1, right - left + 1);
}

static uint8_t *at(const lh_canvas *c, int plane, int x, int y) {
	int shift = c->subsampled && plane > 0;
	return c->plane[plane] + (size_t)(y >> shift) * c->stride[plane] + (x >> shift);
}

// At 4:4:4 the matrix is computed with 16 bits after the point: libyuv has 8, which
// costs coloured text 4 dB that no encoder brings back. The compiler makes vectors of
// it. The exact colour samples of pure blue and pure red come to just under 256.
//
// What a browser makes of the three samples is not what they were made of: they are
// rounded, and it computes with libyuv's 64ths. Of the colour samples next to the exact
// ones, two by two, those are taken that bring red, green and blue nearest, each with the
// luma that does: that is worth three decibels of coloured text.
#define FIX(x) ((int)((x) * 65536 + ((x) < 0 ? -0.5 : 0.5)))

enum { red_cr = 90, green_cb = -22, green_cr = -46, blue_cb = 113 };

static inline int clamped(int v) { return v < 0 ? 0 : v > 255 ? 255 : v; }

// luma returns the one that brings the three colours nearest with what they get from the
// colour samples, in 64ths.
static inline int luma(int r, int g, int b, int added) {
	return clamped(((64 * (r + g + b) - added) * third + (1 << 19)) >> 20);
}

// miss returns how far a decoded colour is from the one that it was.
static inline int miss(int y, int added, int colour) {
	int d = clamped((64 * y + added + 32) >> 6) - colour;
	return d * d;
}

#if defined(__x86_64__) && defined(__linux__)
__attribute__((optimize("O3"), target_clones("avx2", "default")))
#endif
static void convert_row_444(const uint8_t *restrict bgrx, uint8_t *restrict y, uint8_t *restrict u,
	uint8_t *restrict v, int width) {
	for (int i = 0; i < width; i++) {
		int b = bgrx[4 * i], g = bgrx[4 * i + 1], r = bgrx[4 * i + 2];
		int cb = (FIX(-0.168736) * r + FIX(-0.331264) * g + FIX(0.5) * b + FIX(128)) >> 16;
		int cr = (FIX(0.5) * r + FIX(-0.418688) * g + FIX(-0.081312) * b + FIX(128)) >> 16;
		int best = 1 << 20, best_y = 0, best_cb = 0, best_cr = 0;
#pragma GCC unroll 4
		for (int n = 0; n < 4; n++) {
			int try_cb = clamped(cb + (n & 1)), try_cr = clamped(cr + (n >> 1));
			int to_red = red_cr * (try_cr - 128), to_blue = blue_cb * (try_cb - 128);
			int to_green = green_cb * (try_cb - 128) + green_cr * (try_cr - 128);
			int try_y = luma(r, g, b, to_red + to_green + to_blue);
			int far = miss(try_y, to_red, r) + miss(try_y, to_green, g) + miss(try_y, to_blue, b);
			int better = far < best;
			best = better ? far : best;
			best_y = better ? try_y : best_y;
			best_cb = better ? try_cb : best_cb;
			best_cr = better ? try_cr : best_cr;
		}
		y[i] = best_y;
		u[i] = best_cb;
		v[i] = best_cr;
	}
}

// The matrix is BT.601: at 4:2:0 in limited range, which is what browsers assume of
// every codec that says nothing else, and VP8 cannot say anything; at 4:4:4 in full
// range, which the stream says.
void lh_canvas_draw(lh_canvas *c, const uint8_t *pixels, int stride, int x, int y, int width, int height) {
	const uint8_t *from = pixels + (size_t)y * stride + (size_t)x * 4;
	mark(c, x, y, width, height);
	if (c->grey) {
		(c->subsampled ? ARGBToI400 : ARGBToJ400)(from, stride, at(c, 0, x, y), c->stride[0], width, height);
		return;
	}
	if (c->subsampled) {
		// libyuv names formats by their value as little-endian words: its ARGB is
		// B, G, R, A in memory.
		ARGBToI420(from, stride, at(c, 0, x, y), c->stride[0], at(c, 1, x, y), c->stride[1],
			at(c, 2, x, y), c->stride[2], width, height);
		return;
	}
	for (int row = 0; row < height; row++)
		convert_row_444(from + (size_t)row * stride, at(c, 0, x, y + row), at(c, 1, x, y + row),
			at(c, 2, x, y + row), width);
}

void lh_canvas_settle(lh_canvas *c) { memset(c->active, 0, (size_t)c->rows * c->columns); }

void lh_canvas_close(lh_canvas *c) {
	for (int i = 0; i < 3; i++) lh_aligned_free(c->plane[i]);
	free(c->active);
	memset(c, 0, sizeof *c);
}
