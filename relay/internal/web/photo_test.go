package web

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/photo"
)

// picture is a file of a kind, in one colour.
func picture(t *testing.T, kind string, w, h int) string {
	t.Helper()
	p := image.NewGray(image.Rect(0, 0, w, h))
	for i := range p.Pix {
		p.Pix[i] = 0x40
	}
	var b bytes.Buffer
	var err error
	if kind == "image/png" {
		err = png.Encode(&b, p)
	} else {
		err = jpeg.Encode(&b, p, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (d *desk) sendPhoto(t *testing.T, cookie, kind, body string) reply {
	t.Helper()
	return d.do(t, request{method: "POST", path: "/api/account/photo", body: body, cookie: cookie, header: http.Header{"Content-Type": {kind}}})
}

func TestPeopleHaveAPhoto(t *testing.T) {
	d := newDesk(t)
	tech := d.token(t, "tech")
	own := request{method: "GET", path: "/api/account/photo", cookie: tech}
	if got := d.do(t, own); got.status != http.StatusNoContent {
		t.Fatalf("before: status %d", got.status)
	}
	for _, kind := range []string{"image/jpeg", "image/png"} {
		if got := d.sendPhoto(t, tech, kind, picture(t, kind, 300, 200)); got.status != http.StatusNoContent {
			t.Fatalf("%s: status %d: %s", kind, got.status, got.body)
		}
		got := d.do(t, own)
		p, err := png.Decode(strings.NewReader(got.body))
		if err != nil || p.Bounds().Dx() != photo.Side || got.header.Get("Content-Type") != "image/png" || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Fatalf("%s: %v: %v", kind, err, got.header)
		}
		if r, _, _, _ := p.At(48, 48).RGBA(); color.Gray16Model.Convert(p.At(48, 48)) == color.Black || r>>8 < 0x3d || r>>8 > 0x43 {
			t.Errorf("%s: %v", kind, p.At(48, 48))
		}
	}
	if p := d.person(t, "tech"); !p.Photo {
		t.Error("administrators do not hear of it")
	}
	if got := d.ask(t, "GET", "/api/admin/people/photo?id="+d.ids["tech"], "", nil); got.header.Get("Content-Type") != "image/png" {
		t.Errorf("for administrators: status %d", got.status)
	}
	if got := d.do(t, request{method: "POST", path: "/api/account/photo/remove", body: "{}", cookie: tech}); got.status != http.StatusNoContent {
		t.Errorf("removed: status %d", got.status)
	}
	if got := d.do(t, own); got.status != http.StatusNoContent || got.body != "" {
		t.Errorf("after: status %d", got.status)
	}
}

func TestAdministratorsRemoveAPhoto(t *testing.T) {
	d := newDesk(t)
	if got := d.sendPhoto(t, d.token(t, "tech"), "image/png", picture(t, "image/png", 10, 10)); got.status != http.StatusNoContent {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	for _, id := range []string{d.ids["tech"], d.ids["tech"]} { // the second time does nothing
		if got := d.ask(t, "POST", "/api/admin/people/photo/remove", `{"id": "`+id+`"}`, nil); got.status != http.StatusNoContent {
			t.Errorf("status %d: %s", got.status, got.body)
		}
	}
	if p := d.person(t, "tech"); p.Photo {
		t.Error("it is still there")
	}
	if got := d.ask(t, "POST", "/api/admin/people/photo/remove", `{"id": "u_x"}`, nil); got.status != http.StatusNotFound {
		t.Errorf("of nobody: status %d", got.status)
	}
}

func TestPhotosThatAreNone(t *testing.T) {
	d := newDesk(t)
	tech := d.token(t, "tech")
	for name, c := range map[string]struct {
		kind, body string
		status     int
	}{
		"a page":          {"text/html", "<script>", 415},
		"a drawing":       {"image/svg+xml", "<svg/>", 415},
		"a page as a PNG": {"image/png", "<script>", 400},
		"nothing":         {"image/png", "", 400},
		"too much":        {"image/png", strings.Repeat("x", photo.MaxFile+1), 413},
		"JSON":            {"application/json", "{}", 415},
		"no kind":         {";", "x", 415},
	} {
		got := d.sendPhoto(t, tech, c.kind, c.body)
		if p := got.problem(t); got.status != c.status || p.Message == "" {
			t.Errorf("%s: status %d: %s", name, got.status, got.body)
		}
	}
	another := request{
		method: "POST", path: "/api/account/photo", body: picture(t, "image/png", 9, 9), cookie: tech,
		header: http.Header{"Content-Type": {"image/png"}, "Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}},
	}
	if got := d.do(t, another); got.status != http.StatusForbidden {
		t.Errorf("from another page: status %d", got.status)
	}
}
