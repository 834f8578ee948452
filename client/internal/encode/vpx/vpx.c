#include "vpx.h"

#include <libyuv/convert.h>
#include <stdlib.h>
#include <string.h>
#include <vpx/vp8cx.h>

enum {
	macroblock = 16,
	best_quantizer = 4,
	worst_quantizer = 52, // text stays readable while everything moves
	speed = -12,          // negative: libvpx holds this speed instead of adapting
	screen_content = 1,
	// Blocks whose error is below this are not coded again while something else
	// moves. A picture at rest gets every block back: see lh_encode.
	static_threshold = 100,
	// A key frame may be this many times as large as an average frame, in percent.
	key_frame_percent = 900,
};

static void configure(vpx_codec_enc_cfg_t *c, int width, int height, int kilobits, int threads) {
	c->g_w = width;
	c->g_h = height;
	c->g_threads = threads;
	c->g_timebase.num = 1;
	c->g_timebase.den = 90000;
	c->g_lag_in_frames = 0;
	c->g_error_resilient = 0;
	c->g_pass = VPX_RC_ONE_PASS;
	c->kf_mode = VPX_KF_DISABLED;
	c->rc_end_usage = VPX_CBR;
	c->rc_target_bitrate = kilobits;
	c->rc_min_quantizer = best_quantizer;
	c->rc_max_quantizer = worst_quantizer;
	c->rc_dropframe_thresh = 0; // the caller drops pictures, before they are encoded
	c->rc_undershoot_pct = 100;
	c->rc_overshoot_pct = 15;
	c->rc_buf_initial_sz = 200; // milliseconds: a short buffer is a short delay
	c->rc_buf_optimal_sz = 250;
	c->rc_buf_sz = 400;
}

static int partitions(int threads) {
	if (threads >= 4) return VP8_FOUR_TOKENPARTITION;
	if (threads >= 2) return VP8_TWO_TOKENPARTITION;
	return VP8_ONE_TOKENPARTITION;
}

static int control(lh_encoder *e, int threads) {
	int failed = 0;
	failed |= vpx_codec_control(&e->codec, VP8E_SET_CPUUSED, speed);
	failed |= vpx_codec_control(&e->codec, VP8E_SET_SCREEN_CONTENT_MODE, screen_content);
	failed |= vpx_codec_control(&e->codec, VP8E_SET_STATIC_THRESHOLD, static_threshold);
	failed |= vpx_codec_control(&e->codec, VP8E_SET_TOKEN_PARTITIONS, partitions(threads));
	failed |= vpx_codec_control(&e->codec, VP8E_SET_NOISE_SENSITIVITY, 0);
	failed |= vpx_codec_control(&e->codec, VP8E_SET_MAX_INTRA_BITRATE_PCT, key_frame_percent);
	return failed ? VPX_CODEC_INVALID_PARAM : VPX_CODEC_OK;
}

static int allocate(lh_encoder *e, int width, int height) {
	e->columns = (width + macroblock - 1) / macroblock;
	e->rows = (height + macroblock - 1) / macroblock;
	e->active = calloc((size_t)e->rows, (size_t)e->columns);
	e->image = vpx_img_alloc(NULL, VPX_IMG_FMT_I420, width, height, 32);
	return e->active && e->image ? VPX_CODEC_OK : VPX_CODEC_MEM_ERROR;
}

int lh_open_vp8(lh_encoder *e, int width, int height, int kilobits, int threads) {
	int err = vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &e->config, 0);
	if (err) return err;
	configure(&e->config, width, height, kilobits, threads);
	err = vpx_codec_enc_init(&e->codec, vpx_codec_vp8_cx(), &e->config, 0);
	if (err) return err;
	err = allocate(e, width, height);
	if (!err) err = control(e, threads);
	if (err) lh_close(e);
	return err;
}

static void mark_active(lh_encoder *e, int x, int y, int width, int height) {
	int left = x / macroblock, right = (x + width - 1) / macroblock;
	int bottom = (y + height - 1) / macroblock;
	for (int row = y / macroblock; row <= bottom; row++)
		memset(e->active + (size_t)row * e->columns + left, 1, right - left + 1);
}

void lh_convert(lh_encoder *e, const uint8_t *pixels, int stride, int x, int y, int width, int height) {
	unsigned char **plane = e->image->planes;
	int *step = e->image->stride;
	// libyuv names formats by their value as little-endian words: its ARGB is
	// B, G, R, A in memory. The matrix is BT.601 in limited range, which is what
	// browsers assume of VP8.
	ARGBToI420(pixels + (size_t)y * stride + (size_t)x * 4, stride,
		plane[VPX_PLANE_Y] + (size_t)y * step[VPX_PLANE_Y] + x, step[VPX_PLANE_Y],
		plane[VPX_PLANE_U] + (size_t)(y / 2) * step[VPX_PLANE_U] + x / 2, step[VPX_PLANE_U],
		plane[VPX_PLANE_V] + (size_t)(y / 2) * step[VPX_PLANE_V] + x / 2, step[VPX_PLANE_V],
		width, height);
	mark_active(e, x, y, width, height);
}

// prepare chooses between the two ways of encoding. While something moves, only
// the changed macroblocks are looked at. At rest, every macroblock is, and the
// worst quantizer is halved each time so that no single packet is huge.
static int prepare(lh_encoder *e, int flags) {
	int whole = flags != 0;
	vpx_active_map_t map = {whole ? NULL : e->active, e->rows, e->columns};
	unsigned int worst = worst_quantizer;
	if (flags & LH_REFINE) {
		worst = e->quantizer / 2;
		if (worst < best_quantizer) worst = best_quantizer;
	}
	int err = vpx_codec_control(&e->codec, VP8E_SET_ACTIVEMAP, &map);
	if (err || e->config.rc_max_quantizer == worst) return err;
	e->config.rc_max_quantizer = worst;
	err = vpx_codec_enc_config_set(&e->codec, &e->config);
	if (err) return err;
	return vpx_codec_control(&e->codec, VP8E_SET_STATIC_THRESHOLD,
		worst == worst_quantizer ? static_threshold : 0);
}

static int collect(lh_encoder *e) {
	vpx_codec_iter_t iter = NULL;
	const vpx_codec_cx_pkt_t *packet;
	while ((packet = vpx_codec_get_cx_data(&e->codec, &iter))) {
		if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
		e->data = packet->data.frame.buf;
		e->size = packet->data.frame.sz;
		e->key_frame = (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
	}
	if (!e->data) return VPX_CODEC_ERROR;
	return vpx_codec_control(&e->codec, VP8E_GET_LAST_QUANTIZER_64, &e->quantizer);
}

int lh_encode(lh_encoder *e, int64_t duration, int flags) {
	e->data = NULL;
	e->size = 0;
	int err = prepare(e, flags);
	if (err) return err;
	err = vpx_codec_encode(&e->codec, e->image, e->pts, duration,
		flags & LH_KEY_FRAME ? VPX_EFLAG_FORCE_KF : 0, VPX_DL_REALTIME);
	if (err) return err;
	e->pts += duration;
	memset(e->active, 0, (size_t)e->rows * e->columns);
	return collect(e);
}

int lh_set_rate(lh_encoder *e, int kilobits) {
	e->config.rc_target_bitrate = kilobits;
	return vpx_codec_enc_config_set(&e->codec, &e->config);
}

void lh_close(lh_encoder *e) {
	vpx_codec_destroy(&e->codec);
	vpx_img_free(e->image);
	free(e->active);
	e->image = NULL;
	e->active = NULL;
}
