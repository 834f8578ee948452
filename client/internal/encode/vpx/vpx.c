#include "vpx.h"

#include <vpx/vp8cx.h>

enum {
	best_quantizer = 4,
	worst_quantizer = 52, // of the first frame, if it is not said to be another
	// Negative: libvpx holds a speed instead of adapting. The careful one finds what has
	// moved, which halves the bytes of a page that scrolls, and takes longer for a film.
	vp8_speed = -12,
	vp8_careful = -6,
	vp9_speed = 9,
	screen_content = 1,
	// Blocks whose error is below this are not coded again while something else
	// moves. A picture at rest gets every block back: see lh_vpx_encode.
	static_threshold = 100,
	// A key frame may be this many times as large as an average frame, in percent.
	key_frame_percent = 900,
};

static void configure(vpx_codec_enc_cfg_t *c, const lh_canvas *canvas, int kilobits, int threads) {
	c->g_w = canvas->width;
	c->g_h = canvas->height;
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

static int control_vp8(vpx_codec_ctx_t *c, int threads) {
	int failed = 0;
	failed |= vpx_codec_control(c, VP8E_SET_CPUUSED, vp8_speed);
	failed |= vpx_codec_control(c, VP8E_SET_SCREEN_CONTENT_MODE, screen_content);
	failed |= vpx_codec_control(c, VP8E_SET_TOKEN_PARTITIONS, partitions(threads));
	failed |= vpx_codec_control(c, VP8E_SET_NOISE_SENSITIVITY, 0);
	return failed;
}

// tile_columns is a logarithm: a column of tiles for each thread.
static int tile_columns(int threads) {
	int n = 0;
	while (n < 4 && 2 << n <= threads) n++;
	return n;
}

static int control_vp9(vpx_codec_ctx_t *c, int threads) {
	int failed = 0;
	failed |= vpx_codec_control(c, VP8E_SET_CPUUSED, vp9_speed);
	failed |= vpx_codec_control(c, VP9E_SET_TUNE_CONTENT, VP9E_CONTENT_SCREEN);
	failed |= vpx_codec_control(c, VP9E_SET_ROW_MT, 1);
	failed |= vpx_codec_control(c, VP9E_SET_TILE_COLUMNS, tile_columns(threads));
	failed |= vpx_codec_control(c, VP9E_SET_AQ_MODE, 0);
	failed |= vpx_codec_control(c, VP9E_SET_FRAME_PARALLEL_DECODING, 0);
	failed |= vpx_codec_control(c, VP9E_SET_NOISE_SENSITIVITY, 0);
	failed |= vpx_codec_control(c, VP9E_SET_COLOR_SPACE, VPX_CS_BT_601);
	failed |= vpx_codec_control(c, VP9E_SET_COLOR_RANGE, VPX_CR_STUDIO_RANGE);
	return failed;
}

static int control(vpx_codec_ctx_t *c, int codec, int threads) {
	int failed = codec == LH_VP9 ? control_vp9(c, threads) : control_vp8(c, threads);
	failed |= vpx_codec_control(c, VP8E_SET_STATIC_THRESHOLD, static_threshold);
	failed |= vpx_codec_control(c, VP8E_SET_MAX_INTRA_BITRATE_PCT, key_frame_percent);
	return failed ? VPX_CODEC_INVALID_PARAM : VPX_CODEC_OK;
}

static void wrap(vpx_image_t *image, const lh_canvas *canvas) {
	vpx_img_wrap(image, VPX_IMG_FMT_I420, canvas->width, canvas->height, 1, canvas->plane[0]);
	for (int i = 0; i < 3; i++) {
		image->planes[i] = canvas->plane[i];
		image->stride[i] = canvas->stride[i];
	}
	image->cs = VPX_CS_BT_601;
	image->range = VPX_CR_STUDIO_RANGE;
}

int lh_vpx_open(lh_encoder *e, int codec, const lh_canvas *canvas, int kilobits, int threads) {
	vpx_codec_iface_t *iface = codec == LH_VP9 ? vpx_codec_vp9_cx() : vpx_codec_vp8_cx();
	int err = vpx_codec_enc_config_default(iface, &e->config, 0);
	if (err) return err;
	configure(&e->config, canvas, kilobits, threads);
	err = vpx_codec_enc_init(&e->codec, iface, &e->config, 0);
	if (err) return err;
	wrap(&e->image, canvas);
	err = control(&e->codec, codec, threads);
	if (err) {
		vpx_codec_destroy(&e->codec);
		return err;
	}
	e->canvas = canvas;
	return VPX_CODEC_OK;
}

// prepare chooses between the two ways of encoding. While something moves, only
// the changed macroblocks are looked at. At rest, every macroblock is.
static int prepare(lh_encoder *e, bool key_frame, bool refine, bool exact, int worst) {
	const lh_canvas *canvas = e->canvas;
	bool whole = key_frame || refine;
	vpx_active_map_t map = {whole ? NULL : canvas->active, canvas->rows, canvas->columns};
	int err = vpx_codec_control(&e->codec, VP8E_SET_ACTIVEMAP, &map);
	if (err) return err;
	if (e->refined != refine) {
		err = vpx_codec_control(&e->codec, VP8E_SET_STATIC_THRESHOLD, refine ? 0 : static_threshold);
		if (err) return err;
		e->refined = refine;
	}
	int best = exact ? worst : best_quantizer;
	if ((int)e->config.rc_max_quantizer == worst && (int)e->config.rc_min_quantizer == best) return VPX_CODEC_OK;
	e->config.rc_min_quantizer = best;
	e->config.rc_max_quantizer = worst;
	return vpx_codec_enc_config_set(&e->codec, &e->config);
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

int lh_vp8_set_careful(lh_encoder *e, bool careful) {
	if (e->careful == careful) return VPX_CODEC_OK;
	e->careful = careful;
	return vpx_codec_control(&e->codec, VP8E_SET_CPUUSED, careful ? vp8_careful : vp8_speed);
}

int lh_vpx_encode(lh_encoder *e, int64_t duration, bool key_frame, bool refine, bool exact, int worst) {
	e->data = NULL;
	e->size = 0;
	int err = prepare(e, key_frame, refine, exact, worst);
	if (err) return err;
	err = vpx_codec_encode(&e->codec, &e->image, e->pts, duration,
		key_frame ? VPX_EFLAG_FORCE_KF : 0, VPX_DL_REALTIME);
	if (err) return err;
	e->pts += duration;
	return collect(e);
}

int lh_vpx_set_rate(lh_encoder *e, int kilobits) {
	e->config.rc_target_bitrate = kilobits;
	return vpx_codec_enc_config_set(&e->codec, &e->config);
}

void lh_vpx_close(lh_encoder *e) { vpx_codec_destroy(&e->codec); }
