#include "scale.h"

#include <stdlib.h>
#include <string.h>

// plan finds the share of each pixel of a side of from pixels in each of to pixels.
// In parts of 1/to, pixel i of the picture lies at i*to, and i of the result at i*from.
static lh_taps *plan(int from, int to) {
	lh_taps *taps = calloc(to, sizeof *taps);
	if (!taps) return NULL;
	for (int i = 0; i < to; i++) {
		int64_t start = (int64_t)i * from, end = start + from;
		lh_taps *t = &taps[i];
		t->first = (int)(start / to);
		t->count = (int)((end + to - 1) / to) - t->first;
		int given = 0;
		for (int n = 0; n < t->count; n++) {
			int64_t right = (int64_t)(t->first + n + 1) * to;
			int64_t covered = (right < end ? right : end) - start;
			int sum = (int)((covered * lh_scale_one + from / 2) / from);
			t->weight[n] = (uint16_t)(sum - given);
			given = sum;
		}
	}
	return taps;
}

int lh_scale_open(lh_scale *s, int from_width, int from_height, int width, int height) {
	s->columns = plan(from_width, width);
	s->rows = plan(from_height, height);
	s->stride = 4 * width;
	s->line = malloc(sizeof *s->line * 4 * from_width);
	s->pixels = malloc((size_t)s->stride * height);
	int failed = !s->columns || !s->rows || !s->line || !s->pixels;
	if (failed) lh_scale_close(s);
	return failed;
}

#if defined(__x86_64__) && defined(__linux__)
#define FAST __attribute__((optimize("O3"), target_clones("avx2", "default")))
#else
#define FAST
#endif

FAST static void first_row(uint16_t *restrict line, const uint8_t *restrict row, uint16_t weight, int bytes) {
	for (int i = 0; i < bytes; i++) line[i] = weight * row[i];
}

FAST static void add_row(uint16_t *restrict line, const uint8_t *restrict row, uint16_t weight, int bytes) {
	for (int i = 0; i < bytes; i++) line[i] += weight * row[i];
}

// reduce_row reduces the line, which begins with pixel left of the picture, in width.
static void reduce_row(uint8_t *restrict to, const uint16_t *restrict line, const lh_taps *columns, int left,
	int width) {
	for (int i = 0; i < width; i++) {
		const lh_taps *t = &columns[i];
		const uint16_t *from = line + 4 * (t->first - left);
		uint32_t sum[4] = {1 << 15, 1 << 15, 1 << 15, 1 << 15};
		for (int n = 0; n < t->count; n++)
			for (int c = 0; c < 4; c++) sum[c] += (uint32_t)t->weight[n] * from[4 * n + c];
		for (int c = 0; c < 4; c++) to[4 * i + c] = (uint8_t)(sum[c] >> 16);
	}
}

void lh_scale_draw(lh_scale *s, const uint8_t *pixels, int stride, int x, int y, int width, int height) {
	const lh_taps *columns = s->columns + x, *last = columns + width - 1;
	int left = columns->first, bytes = 4 * (last->first + last->count - left);
	for (int row = y; row < y + height; row++) {
		const lh_taps *t = &s->rows[row];
		const uint8_t *from = pixels + (size_t)t->first * stride + (size_t)left * 4;
		first_row(s->line, from, t->weight[0], bytes);
		for (int n = 1; n < t->count; n++) add_row(s->line, from + (size_t)n * stride, t->weight[n], bytes);
		reduce_row(s->pixels + (size_t)row * s->stride + (size_t)x * 4, s->line, columns, left, width);
	}
}

void lh_scale_close(lh_scale *s) {
	free(s->columns);
	free(s->rows);
	free(s->line);
	free(s->pixels);
	memset(s, 0, sizeof *s);
}
