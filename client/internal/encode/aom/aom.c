#include "aom.h"

#include <aom/aomcx.h>

enum {
	best_quantizer = 1, // while something moves
	// Where libaom is built with assertions, as Debian does, it ends the program when
	// a frame between its tenth and its fifteenth has a worst quantizer below 2: it
	// insists on an index of 5 there, and quantizer 1 is an index of 4.
	cautious_first = 9,
	cautious_last = 16,
	cautious_sharpest = 2,
	worst_quantizer = 52,
	// Speed 10 is no faster than this with pages of 1080p, and leaves blocks of what
	// was there before where a page scrolls.
	speed = 9,
	// Faster than this, libaom skips blocks whose source has not changed, however bad
	// they look: a picture at rest would stay as it is.
	sharpening_speed = 8,
	// A key frame may be this many times as large as an average frame, in percent.
	key_frame_percent = 900,
	// The filter of block edges takes a quarter of a small change's time, and nothing
	// on a screen gains by it: letters have edges, and what is smooth is sharpened soon.
	no_edge_filter = 0,
};

static void configure(aom_codec_enc_cfg_t *c, const lh_canvas *canvas, int kilobits, int threads) {
	c->g_profile = canvas->subsampled ? 0 : 1;
	c->g_w = canvas->width;
	c->g_h = canvas->height;
	c->g_threads = threads;
	c->g_timebase.num = 1;
	c->g_timebase.den = 90000;
	c->g_lag_in_frames = 0;
	c->g_error_resilient = 0;
	c->g_pass = AOM_RC_ONE_PASS;
	c->kf_mode = AOM_KF_DISABLED;
	c->rc_end_usage = AOM_CBR;
	c->rc_target_bitrate = kilobits;
	c->rc_min_quantizer = best_quantizer;
	c->rc_max_quantizer = worst_quantizer;
	c->rc_dropframe_thresh = 0; // the caller drops pictures, before they are encoded
	c->rc_undershoot_pct = 50;
	c->rc_overshoot_pct = 50;
	c->rc_buf_initial_sz = 200; // milliseconds: a short buffer is a short delay
	c->rc_buf_optimal_sz = 250;
	c->rc_buf_sz = 400;
}

// tile_columns is a logarithm: a column of tiles for each thread.
static int tile_columns(int threads) {
	int n = 0;
	while (n < 2 && 2 << n <= threads) n++;
	return n;
}

static int control(lh_encoder *e, int threads) {
	const struct { int id, value; } settings[] = {
		{AOME_SET_CPUUSED, speed},
		{AV1E_SET_TUNE_CONTENT, AOM_CONTENT_SCREEN},
		{AV1E_SET_ROW_MT, 1},
		{AV1E_SET_TILE_COLUMNS, tile_columns(threads)},
		{AV1E_SET_AQ_MODE, 0},
		{AV1E_SET_DELTAQ_MODE, 0},
		{AV1E_SET_ENABLE_PALETTE, 1},
		{AV1E_SET_ENABLE_INTRABC, 0},
		{AV1E_SET_ENABLE_CDEF, 0},
		{AV1E_SET_ENABLE_RESTORATION, 0},
		{AV1E_SET_LOOPFILTER_CONTROL, no_edge_filter},
		{AV1E_SET_ENABLE_ORDER_HINT, 0},
		{AV1E_SET_ENABLE_TPL_MODEL, 0},
		{AV1E_SET_ENABLE_OBMC, 0},
		{AV1E_SET_ENABLE_GLOBAL_MOTION, 0},
		{AV1E_SET_ENABLE_WARPED_MOTION, 0},
		{AV1E_SET_ENABLE_REF_FRAME_MVS, 0},
		{AV1E_SET_ENABLE_CFL_INTRA, 0},
		{AV1E_SET_ENABLE_SMOOTH_INTRA, 0},
		{AV1E_SET_ENABLE_ANGLE_DELTA, 0},
		{AV1E_SET_ENABLE_FILTER_INTRA, 0},
		{AV1E_SET_INTRA_DEFAULT_TX_ONLY, 1},
		{AV1E_SET_CDF_UPDATE_MODE, 1},
		{AV1E_SET_COEFF_COST_UPD_FREQ, 3},
		{AV1E_SET_MODE_COST_UPD_FREQ, 3},
		{AV1E_SET_MV_COST_UPD_FREQ, 3},
		{AV1E_SET_DV_COST_UPD_FREQ, 3},
		{AV1E_SET_NOISE_SENSITIVITY, 0},
		{AOME_SET_STATIC_THRESHOLD, 0},
		{AOME_SET_MAX_INTRA_BITRATE_PCT, key_frame_percent},
		{AV1E_SET_COLOR_PRIMARIES, AOM_CICP_CP_BT_709},
		{AV1E_SET_TRANSFER_CHARACTERISTICS, AOM_CICP_TC_SRGB},
		{AV1E_SET_MATRIX_COEFFICIENTS, AOM_CICP_MC_BT_601},
		{AV1E_SET_COLOR_RANGE, e->image.range},
	};
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		int err = aom_codec_control(&e->codec, settings[i].id, settings[i].value);
		if (err) return err;
	}
	return AOM_CODEC_OK;
}

static void wrap(aom_image_t *image, const lh_canvas *canvas) {
	aom_img_fmt_t format = canvas->subsampled ? AOM_IMG_FMT_I420 : AOM_IMG_FMT_I444;
	aom_img_wrap(image, format, canvas->width, canvas->height, 1, canvas->plane[0]);
	for (int i = 0; i < 3; i++) {
		image->planes[i] = canvas->plane[i];
		image->stride[i] = canvas->stride[i];
	}
	image->cp = AOM_CICP_CP_BT_709;
	image->tc = AOM_CICP_TC_SRGB;
	image->mc = AOM_CICP_MC_BT_601;
	image->range = canvas->subsampled ? AOM_CR_STUDIO_RANGE : AOM_CR_FULL_RANGE;
}

int lh_aom_open(lh_encoder *e, const lh_canvas *canvas, int kilobits, int threads) {
	int err = aom_codec_enc_config_default(aom_codec_av1_cx(), &e->config, AOM_USAGE_REALTIME);
	if (err) return err;
	configure(&e->config, canvas, kilobits, threads);
	err = aom_codec_enc_init(&e->codec, aom_codec_av1_cx(), &e->config, 0);
	if (err) return err;
	wrap(&e->image, canvas);
	err = control(e, threads);
	if (err) {
		aom_codec_destroy(&e->codec);
		return err;
	}
	e->speed = speed;
	return AOM_CODEC_OK;
}

// prepare sets the speed and the quantizers of the next frame.
//
// There is no active map: libaom 3.6 takes one and does nothing with it.
static int prepare(lh_encoder *e, bool refine, bool exact, int worst) {
	int best = best_quantizer, pace = refine ? sharpening_speed : speed;
	int cautious = e->number >= cautious_first && e->number <= cautious_last;
	if (cautious && worst < cautious_sharpest) worst = cautious_sharpest;
	if (exact || worst < best) best = worst;
	if (e->speed != pace) {
		int err = aom_codec_control(&e->codec, AOME_SET_CPUUSED, pace);
		if (err) return err;
		e->speed = pace;
	}
	if ((int)e->config.rc_max_quantizer == worst && (int)e->config.rc_min_quantizer == best) return AOM_CODEC_OK;
	e->config.rc_min_quantizer = best;
	e->config.rc_max_quantizer = worst;
	return aom_codec_enc_config_set(&e->codec, &e->config);
}

static int collect(lh_encoder *e) {
	aom_codec_iter_t iter = NULL;
	const aom_codec_cx_pkt_t *packet;
	while ((packet = aom_codec_get_cx_data(&e->codec, &iter))) {
		if (packet->kind != AOM_CODEC_CX_FRAME_PKT) continue;
		e->data = packet->data.frame.buf;
		e->size = packet->data.frame.sz;
		e->key_frame = (packet->data.frame.flags & AOM_FRAME_IS_KEY) != 0;
	}
	if (!e->data) return AOM_CODEC_ERROR;
	return aom_codec_control(&e->codec, AOME_GET_LAST_QUANTIZER_64, &e->quantizer);
}

int lh_aom_encode(lh_encoder *e, int64_t duration, bool key_frame, bool refine, bool exact, int worst) {
	e->data = NULL;
	e->size = 0;
	int err = prepare(e, refine, exact, worst);
	if (err) return err;
	err = aom_codec_encode(&e->codec, &e->image, e->pts, duration,
		key_frame ? AOM_EFLAG_FORCE_KF : 0);
	if (err) return err;
	e->pts += duration;
	e->number = key_frame ? 1 : e->number + 1;
	return collect(e);
}

int lh_aom_set_rate(lh_encoder *e, int kilobits) {
	e->config.rc_target_bitrate = kilobits;
	return aom_codec_enc_config_set(&e->codec, &e->config);
}

void lh_aom_close(lh_encoder *e) { aom_codec_destroy(&e->codec); }
