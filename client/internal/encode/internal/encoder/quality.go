package encoder

import (
	"math"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// Quantizers are a codec's, of 0 (best) to 63. A smaller one is sharper and takes
// more bytes.
type Quantizers struct {
	// Best is what a picture at rest comes to, Sharp where nobody sees a difference any
	// more, Worst what a moving one may come to while the rate allows: text stays
	// readable. Beyond Worst is what a slow link gets.
	Best, Sharp, Worst int
}

// coarsest is the worst quantizer there is.
const coarsest = 63

const (
	// A picture at rest may take the link for so long when its caller names no limit, in
	// seconds; one that moves for encode.MovingSpan.
	restingSpan = 0.3
	// A letter is not to wait until a page is paid for: this part of a limit is always
	// left.
	pocketMoney = 0.1
	// A pass at rest may take so many times its limit when there is no smaller step.
	patience = 2
	// A pass divides the quantizer by this at most: what comes at once comes late.
	longestStride = 4
	// What moves gets better by so much from one picture to the next, where a limit is named.
	movingStride = 2
	// Content may be denser than text. The estimate starts here, and fades with every
	// picture, to a page of text at last.
	firstDensity, fading = 2, 0.99
	// Where a limit is named, a picture is expected to be like those before it as long as it
	// takes no more than likely of the limit, so that there may be more of them, and no more
	// than unlikely times the limit should all of it be new. What is expected falls by
	// forgetting with every picture that takes less.
	likely, unlikely = 0.4, 2.5
	forgetting       = 0.1
	// Passes that show nothing say little of the next better one: so much of what was
	// coarse counts until it is sharp. Else a step is taken for small that is not.
	leastLoose = 0.25
	// A change of so much of the picture is a new page when it takes so much of what a page
	// does; what has only moved takes a tenth of that.
	newPage, newText = 0.9, 0.5
)

// page holds what a full page of coloured text of 1920×1080 takes at some
// quantizers, in bytes, from nothing; the way from one to a better one takes the
// difference. It was measured with AV1 at 4:4:4; other codecs and other content are
// learned as multiples of it.
var page = [...]struct{ quantizer, bytes float64 }{
	{0, 1_270_000}, {1, 1_200_000}, {2, 900_000}, {5, 650_000}, {10, 500_000}, {20, 310_000},
	{40, 160_000}, {52, 94_000}, {58, 55_000}, {63, 39_000},
}

const pagePixels = 1920 * 1080

// cost returns the bytes of a page at a quantizer, between two that were measured.
func cost(quantizer int) float64 {
	q := float64(quantizer)
	for n := 1; n < len(page); n++ {
		if a, b := page[n-1], page[n]; q <= b.quantizer {
			return a.bytes + (b.bytes-a.bytes)*(q-a.quantizer)/(b.quantizer-a.quantizer)
		}
	}
	return page[len(page)-1].bytes
}

// Task says how a Native is to encode the picture at hand.
type Task struct {
	// KeyFrame and Refine are those of encode.Options.
	KeyFrame, Refine bool
	// Worst is the worst quantizer to use. Exact says to use no better one either: so many
	// bytes, and so much time, as were asked for.
	Worst int
	Exact bool
}

// quality bounds the bytes of each picture by its quantizer. The libraries' own rate
// control bounds them over many pictures; one picture of a new page may take a link
// for seconds.
type quality struct {
	quantizers Quantizers // set at construction
	anew       bool       // whether a new page is encoded anew at rest, set at construction
	pages      float64    // the picture's size in pages, set at construction

	bitsPerSecond int
	debt          float64 // bytes that the rate has not paid for yet
	dense         float64 // a moving picture's bytes in terms of a page's, at least 1
	usual         float64 // the same of late, also less
	loose         float64 // pages that are not sharp
	moved         float64 // pages that were not, before the passes at rest
	coarse        int     // the worst quantizer in them
	novel         int     // the last change was a new page, and how many pictures came with it
	expected      float64 // bytes of the pass at rest
	done          bool    // a further pass would take too many bytes
}

func newQuality(config encode.Config, k Kind) *quality {
	return &quality{
		quantizers: k.Quantizers, anew: k.Anew, pages: float64(config.Size.X*config.Size.Y) / pagePixels,
		bitsPerSecond: config.BitsPerSecond, dense: firstDensity, usual: firstDensity,
	}
}

// plan says how to encode a picture of which a share of 0 to 1 has changed.
func (q *quality) plan(opts encode.Options, share float64) Task {
	t := Task{KeyFrame: opts.KeyFrame, Refine: opts.Refine && !opts.KeyFrame}
	if t.Refine {
		limit := q.limit(opts, restingSpan)
		t.Worst, t.Exact = q.sharper(q.left(opts, limit), limit), true
		if q.renews(t.Worst, q.left(opts, limit)) {
			t.KeyFrame, t.Refine = true, false
		}
		return t
	}
	if t.KeyFrame {
		share = 1
	}
	if to, ok := q.small(opts, share); ok && !t.KeyFrame {
		t.Worst, t.Exact = to, true
		return t
	}
	t.Worst, t.Exact = q.quantizers.Worst, t.KeyFrame && opts.MaxBytes > 0
	for limit := q.left(opts, q.limit(opts, encode.MovingSpan.Seconds())); t.Worst < coarsest && !q.fits(share*q.pages*cost(t.Worst), limit, opts); {
		t.Worst++
	}
	if opts.MaxBytes > 0 && !t.KeyFrame && q.pages*cost(q.quantizers.Worst) > float64(opts.MaxBytes) {
		// On a slow link, what has not changed is made better by the way in small steps.
		t.Worst, t.Exact = max(t.Worst, q.coarse-movingStride), true
	}
	return t
}

// small returns the quantizer of a change that takes a small part of the named limit, a
// letter. It is as good as the rest of the picture, which so does not get better by the way.
func (q *quality) small(opts encode.Options, share float64) (quantizer int, ok bool) {
	for to := q.coarse; to <= q.quantizers.Worst; to++ {
		if q.dense*share*q.pages*cost(to) <= pocketMoney*float64(opts.MaxBytes) {
			return to, opts.MaxBytes > 0
		}
	}
	return 0, false
}

// fits reports whether a picture is within a limit that would have so many bytes as text.
func (q *quality) fits(text, limit float64, opts encode.Options) bool {
	if q.dense*text <= limit {
		return true
	}
	return opts.MaxBytes > 0 && !opts.KeyFrame && text <= unlikely*limit && q.usual*text <= likely*limit
}

// limit returns the bytes that a picture may have.
func (q *quality) limit(opts encode.Options, span float64) float64 {
	if opts.MaxBytes > 0 {
		return float64(opts.MaxBytes)
	}
	return float64(q.bitsPerSecond) / 8 * span
}

// left returns how much of the limit is left when the rate sets it.
func (q *quality) left(opts encode.Options, limit float64) float64 {
	if opts.MaxBytes > 0 {
		return limit
	}
	return max(limit*pocketMoney, limit-q.debt)
}

// pass lets time pay.
func (q *quality) pass(seconds float64) {
	q.debt = max(0, q.debt-float64(q.bitsPerSecond)/8*seconds)
}

// sharper chooses the quantizer of the next pass at rest: the best within what is
// left of the limit.
func (q *quality) sharper(left, limit float64) int {
	step := func(to int) float64 { return q.loose * max(cost(to)-cost(q.coarse), 0) }
	to := max(q.coarse/longestStride, q.quantizers.Best)
	for to < q.coarse-1 && step(to) > left {
		to++
	}
	q.done = step(to) > patience*limit
	if step(to) > patience*left {
		to = q.coarse
	}
	q.expected = step(to)
	return to
}

// renews reports whether a pass at rest is to be a key frame. The first one of a new page is
// none: whoever turns pages does not wait for it.
func (q *quality) renews(to int, left float64) bool {
	return q.anew && q.novel == 2 && q.dense*q.pages*cost(to) <= left
}

// note learns from what became of a task.
func (q *quality) note(t Task, share float64, c Coded) {
	size := float64(len(c.Data))
	q.debt += size
	if q.novel > 0 {
		q.novel++
	}
	if t.Refine {
		q.noteRefined(size, c.Quantizer)
		return
	}
	if t.KeyFrame {
		share, q.loose, q.moved, q.coarse = 1, 0, 0, 0
	}
	if share > 0 {
		got := size / (share * q.pages * cost(c.Quantizer))
		// The header of a small picture says nothing of what is in it.
		q.dense = max(1, q.dense*fading, got*min(1, share*10))
		q.novel = 0
		if share >= newPage && got >= newText && !t.KeyFrame {
			q.novel = 1
		}
		if share*10 > 1 {
			q.usual = max(got, q.usual+(got-q.usual)*forgetting)
		}
	}
	q.loose = min(q.loose+share*q.pages, q.pages)
	q.moved = min(q.moved+share*q.pages, q.pages)
	if q.coarse = max(q.coarse, c.Quantizer); t.Exact && !t.KeyFrame {
		q.coarse = c.Quantizer
	}
}

func (q *quality) noteRefined(size float64, quantizer int) {
	const least, most = 0.5, 4 // by which one pass may mislead
	if q.expected > 0 {
		q.loose *= math.Min(math.Max(size/q.expected, least), most)
		q.loose = math.Max(q.loose, leastLoose*q.moved)
	}
	q.coarse = quantizer
	if quantizer <= q.quantizers.Best {
		q.loose, q.moved = 0, 0
	}
}

// sharp reports whether another pass would show nothing more, or nothing that the
// link can carry.
func (q *quality) sharp() bool { return q.done || q.coarse <= q.quantizers.Sharp }
