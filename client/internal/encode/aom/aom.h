// The small C surface between encoder.go and libaom.
#ifndef LENDHAND_AOM_H
#define LENDHAND_AOM_H

#include <aom/aom_encoder.h>
#include <stddef.h>
#include <stdint.h>

// What lh_aom_open wants.
typedef struct {
	int width, height, kilobits, threads, subsampled;
	uint8_t *plane[3];
	int stride[3];
} lh_setup;

typedef struct {
	// What the last call of lh_aom_encode made. data belongs to libaom and is valid
	// until the next call.
	const uint8_t *data;
	size_t size;
	int key_frame;
	int quantizer; // 0 (best) to 63

	lh_setup setup; // filled before lh_aom_open

	// Owned by aom.c.
	aom_codec_ctx_t codec;
	aom_codec_enc_cfg_t config;
	aom_image_t image;
	int64_t pts;
	int number; // of the next frame, from the key frame's 0
} lh_encoder;

enum { LH_KEY_FRAME = 1, LH_REFINE = 2 };

// lh_aom_open makes an encoder of e->setup and returns AOM_CODEC_OK or an aom_codec_err_t.
int lh_aom_open(lh_encoder *e);

// lh_aom_encode encodes the picture in the planes. duration is in ticks of 90 kHz.
int lh_aom_encode(lh_encoder *e, int64_t duration, int flags);

int lh_aom_set_rate(lh_encoder *e, int kilobits);
void lh_aom_close(lh_encoder *e);

#endif
