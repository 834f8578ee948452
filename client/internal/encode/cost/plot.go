//go:build unix

package main

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"
)

// table is the figures with commas between them.
func table(rows []row) []byte {
	var b bytes.Buffer
	b.WriteString("codec,width,height,changed percent,encode ms,CPU ms,bytes\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "%s,%d,%d,%d,%.2f,%.2f,%d\n", r.codec, r.size.X, r.size.Y, r.percent,
			milliseconds(r.wall), milliseconds(r.cpu), r.bytes)
	}
	return b.Bytes()
}

// Places in the drawing, in pixels, and the ends of the time axis, in milliseconds.
const (
	width, height           = 960, 700
	panelWidth, panelHeight = 330, 210
	left, top               = 70, 70
	acrossStep, downStep    = 440, 300
	least, most             = 0.5, 512.0
)

// The colours are told apart on white and on black, and by the colour-blind.
const style = `<style>
text{font:13px sans-serif;fill:#222}.title{font-size:15px;font-weight:bold}
.grid{stroke:#ccc;stroke-width:1}.bound{stroke:#999;stroke-dasharray:4 3}
polyline{fill:none;stroke-width:2}
.c0{stroke:#0072b2;fill:#0072b2}.c1{stroke:#56a9d8;fill:#56a9d8}
.c2{stroke:#d55e00;fill:#d55e00}.c3{stroke:#009e73;fill:#009e73}
polyline.c0,polyline.c1,polyline.c2,polyline.c3{fill:none}
@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}.bound{stroke:#888}}
</style>
`

// panel is one of the four: a kind of time against the share or the size.
type panel struct {
	title, axis string
	ticks       []string
	place       func(row) int // the tick of a row, negative when it is not in this panel
	time        func(row) time.Duration
}

func panels() []panel {
	share := func(r row) int {
		if r.size != sizes[1] {
			return -1
		}
		return indexOf(percents, r.percent)
	}
	size := func(r row) int {
		if r.percent != 100 {
			return -1
		}
		return indexOf(sizes, r.size)
	}
	var shares, heights []string
	for _, p := range percents {
		shares = append(shares, strconv.Itoa(p)+" %")
	}
	for _, s := range sizes {
		heights = append(heights, strconv.Itoa(s.Y)+"p")
	}
	wall := func(r row) time.Duration { return r.wall }
	cpu := func(r row) time.Duration { return r.cpu }
	return []panel{
		{"Time to encode, 1080p", "part of the picture that scrolls", shares, share, wall},
		{"Processor time, 1080p", "part of the picture that scrolls", shares, share, cpu},
		{"Time to encode, all scrolls", "size of the picture", heights, size, wall},
		{"Processor time, all scrolls", "size of the picture", heights, size, cpu},
	}
}

func indexOf[T comparable](list []T, wanted T) int {
	for n, v := range list {
		if v == wanted {
			return n
		}
	}
	return -1
}

// plot draws the figures as SVG.
func plot(rows []row) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">`+"\n%s", width, height, style)
	b.WriteString("<title>What it costs to encode a picture</title>\n")
	for n, c := range codecs {
		x := left + n*130
		fmt.Fprintf(&b, `<rect class="c%d" x="%d" y="14" width="22" height="6"/><text x="%d" y="22">%s</text>`+"\n", n, x, x+30, c.name)
	}
	for n, p := range panels() {
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", left+n%2*acrossStep, top+n/2*downStep)
		p.draw(&b, rows)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (p panel) draw(b *bytes.Buffer, rows []row) {
	fmt.Fprintf(b, `<text class="title" y="-12">%s</text>`+"\n", p.title)
	for ms := 1.0; ms <= most; ms *= 4 {
		fmt.Fprintf(b, `<line class="grid" x2="%d" y1="%.1f" y2="%.1f"/><text x="-8" y="%.1f" text-anchor="end">%g ms</text>`+"\n",
			panelWidth, rise(ms), rise(ms), rise(ms)+4, ms)
	}
	bound := rise(1000.0 / 30)
	fmt.Fprintf(b, `<line class="bound" x2="%d" y1="%.1f" y2="%.1f"/><text x="4" y="%.1f">30 pictures a second</text>`+"\n",
		panelWidth, bound, bound, bound-4)
	for n, tick := range p.ticks {
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", p.across(n), panelHeight+18, tick)
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", panelWidth/2, panelHeight+38, p.axis)
	for n, c := range codecs {
		p.line(b, n, c.name, rows)
	}
}

func (p panel) line(b *bytes.Buffer, n int, codec string, rows []row) {
	var points, dots bytes.Buffer
	for _, r := range rows {
		at := p.place(r)
		if r.codec != codec || at < 0 {
			continue
		}
		x, y := p.across(at), rise(milliseconds(p.time(r)))
		fmt.Fprintf(&points, "%.1f,%.1f ", x, y)
		fmt.Fprintf(&dots, `<circle class="c%d" cx="%.1f" cy="%.1f" r="3"/>`, n, x, y)
	}
	fmt.Fprintf(b, `<polyline class="c%d" points="%s"/>%s`+"\n", n, bytes.TrimSpace(points.Bytes()), dots.Bytes())
}

func (p panel) across(tick int) float64 {
	return float64(panelWidth) * (float64(tick) + 0.5) / float64(len(p.ticks))
}

// rise is the place of a time on the axis, which is logarithmic.
func rise(ms float64) float64 {
	ms = min(max(ms, least), most)
	return panelHeight * (1 - math.Log(ms/least)/math.Log(most/least))
}
