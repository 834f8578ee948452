package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
)

// readJSON reads a small JSON body into v, or returns what is wrong with it.
func readJSON(w http.ResponseWriter, r *http.Request, v any) (problem, bool) {
	return readLimited(w, r, v, maxBody)
}

// readLarge is readJSON for texts that people write, and sealed keys.
func readLarge(w http.ResponseWriter, r *http.Request, v any) (problem, bool) {
	return readLimited(w, r, v, maxSealedBody)
}

func readLimited(w http.ResponseWriter, r *http.Request, v any, limit int64) (problem, bool) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return problem{status: http.StatusUnsupportedMediaType, Code: "bad_message", Message: "The request must be JSON."}, false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	err := d.Decode(v)
	if err == nil && d.Decode(&struct{}{}) != io.EOF {
		err = errors.New("more than one value")
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return problem{status: http.StatusRequestEntityTooLarge, Code: "message_too_large", Message: "The request is too large."}, false
	case err != nil:
		return badRequest("The request is not the JSON that was expected."), false
	}
	return problem{}, true
}
