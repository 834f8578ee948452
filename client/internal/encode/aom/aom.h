// The small C surface between native.go and libaom.
#ifndef LENDHAND_AOM_H
#define LENDHAND_AOM_H

#include <aom/aom_encoder.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "canvas.h"

typedef struct {
	// What the last call of lh_aom_encode made. data belongs to libaom and is valid
	// until the next call.
	const uint8_t *data;
	size_t size;
	int key_frame;
	int quantizer; // 0 (best) to 63

	// Owned by aom.c.
	aom_codec_ctx_t codec;
	aom_codec_enc_cfg_t config;
	aom_image_t image;
	int64_t pts;
	int speed;  // libaom's, as set last
	int number; // of the next frame, from the key frame's 0
} lh_encoder;

// lh_aom_open makes an encoder of the canvas and returns AOM_CODEC_OK or an
// aom_codec_err_t. e is zero before.
int lh_aom_open(lh_encoder *e, const lh_canvas *canvas, int kilobits, int threads);

// lh_aom_encode encodes the picture on the canvas with a quantizer of at most worst, or
// of just that when it is to be exact.
// duration is in ticks of 90 kHz.
int lh_aom_encode(lh_encoder *e, int64_t duration, bool key_frame, bool refine, bool exact, int worst);

int lh_aom_set_rate(lh_encoder *e, int kilobits);
void lh_aom_close(lh_encoder *e);

#endif
