// The small C surface between encoder.go and libvpx.
#ifndef LENDHAND_VPX_H
#define LENDHAND_VPX_H

#include <stddef.h>
#include <stdint.h>
#include <vpx/vpx_encoder.h>

// What lh_vpx_open wants.
typedef struct {
	int codec; // LH_VP8 or LH_VP9
	int width, height, kilobits, threads;
	int subsampled; // 4:2:0 when set, 4:4:4 otherwise, which is VP9's alone
	uint8_t *plane[3];
	int stride[3];
	uint8_t *active; // one byte for 16 by 16 pixels: 1 when they changed
	int rows, columns;
} lh_setup;

typedef struct {
	// What the last call of lh_vpx_encode made. data belongs to libvpx and is valid
	// until the next call.
	const uint8_t *data;
	size_t size;
	int key_frame;
	int quantizer; // 0 (best) to 63

	lh_setup setup; // filled before lh_vpx_open

	// Owned by vpx.c.
	vpx_codec_ctx_t codec;
	vpx_codec_enc_cfg_t config;
	vpx_image_t image;
	unsigned int worst; // quantizer while something moves
	int64_t pts;
} lh_encoder;

enum { LH_VP8, LH_VP9 };

enum { LH_KEY_FRAME = 1, LH_REFINE = 2 };

// lh_vpx_open makes an encoder of e->setup and returns VPX_CODEC_OK or a vpx_codec_err_t.
int lh_vpx_open(lh_encoder *e);

// lh_vpx_encode encodes the picture in the planes. duration is in ticks of 90 kHz.
int lh_vpx_encode(lh_encoder *e, int64_t duration, int flags);

int lh_vpx_set_rate(lh_encoder *e, int kilobits);
void lh_vpx_close(lh_encoder *e);

#endif
