package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Head is how a recording begins.
type Head struct {
	// Line is the manifest's, without its newline.
	Line      []byte
	Signature Signature
	// Receipt is the relay's for the manifest.
	Receipt Receipt
}

// WriteTo writes the three lines.
func (h *Head) WriteTo(w io.Writer) (int64, error) {
	signature, err := EncodeSignature(h.Signature)
	if err != nil {
		return 0, err
	}
	receipt, err := h.Receipt.Encode()
	if err != nil {
		return 0, err
	}
	n, err := w.Write(bytes.Join([][]byte{h.Line, signature, receipt, nil}, []byte{'\n'}))
	return int64(n), err
}

// WriteTo writes envelope, sealed bytes and, if there is one, the receipt.
func (p *Part) WriteTo(w io.Writer) (int64, error) {
	line, err := p.Encode()
	if err != nil {
		return 0, err
	}
	var receipt []byte
	if p.Receipt != nil {
		if receipt, err = p.Receipt.Encode(); err != nil {
			return 0, err
		}
		receipt = append(receipt, '\n')
	}
	n := 0
	for _, b := range [][]byte{append(line, '\n'), p.Sealed, receipt} {
		m, err := w.Write(b)
		if n += m; err != nil {
			return int64(n), err
		}
	}
	return int64(n), nil
}

// ReadHead reads the three lines that a recording begins with, and checks their form.
func ReadHead(r *bufio.Reader) (h Head, err error) {
	if h.Line, err = readLine(r); err != nil {
		return h, fmt.Errorf("manifest: %w", err)
	}
	line, err := readLine(r)
	if err != nil {
		return h, fmt.Errorf("signature: %w", err)
	}
	if h.Signature, err = ParseSignature(line); err != nil {
		return h, formError{err}
	}
	if line, err = readLine(r); err != nil {
		return h, fmt.Errorf("receipt: %w", err)
	}
	if h.Receipt, err = ParseReceipt(line); err == nil && h.Receipt.Part != ManifestPart {
		err = fmt.Errorf("receipt of part %d, want the manifest's", h.Receipt.Part)
	}
	if err != nil {
		return h, formError{err}
	}
	return h, nil
}

// PeekManifest returns the manifest that a recording begins with, and leaves it to be read.
// Nothing of it is verified. r has a buffer of more than MaxLine bytes.
func PeekManifest(r *bufio.Reader) (*Manifest, error) {
	line, err := r.Peek(MaxLine + 1)
	if len(line) == 0 || line[0] != '{' {
		return nil, errors.Join(ErrNoRecording, err)
	}
	end := bytes.IndexByte(line, '\n')
	if end < 0 {
		return nil, ErrNoRecording
	}
	return ParseManifest(line[:end])
}

// Parts reads parts, one after the other: of a file behind its [Head], of an upload, of a
// piece that the relay gives out. What a part says is checked for its form alone.
type Parts struct {
	r        *bufio.Reader
	receipts bool
	sealed   bytes.Buffer
}

// NewParts reads from r. Receipts says whether one follows each part; there are none in
// an upload.
func NewParts(r *bufio.Reader, receipts bool) *Parts { return &Parts{r: r, receipts: receipts} }

// Next returns the next part, and io.EOF after the last one. [io.ErrUnexpectedEOF] is in
// the error when the part is not whole. Sealed is valid until the next call.
func (s *Parts) Next() (p Part, err error) {
	line, err := readLine(s.r)
	if err != nil {
		return p, err
	}
	if p.Envelope, err = ParseEnvelope(line); err != nil {
		return p, formError{err}
	}
	s.sealed.Reset()
	if _, err := io.CopyN(&s.sealed, s.r, int64(p.Size)); err != nil {
		return p, fmt.Errorf("part %d: %w", p.Part, whole(err))
	}
	p.Sealed = s.sealed.Bytes()
	if !s.receipts {
		return p, nil
	}
	if line, err = readLine(s.r); err != nil {
		return p, fmt.Errorf("receipt of part %d: %w", p.Part, whole(err))
	}
	r, err := ParseReceipt(line)
	if err == nil && r.Part != p.Part {
		err = fmt.Errorf("receipt of part %d after part %d", r.Part, p.Part)
	}
	if err != nil {
		return p, formError{err}
	}
	p.Receipt = &r
	return p, nil
}

// formError is that of something that was read whole, and is not what it should be.
type formError struct{ error }

func (e formError) Unwrap() error { return e.error }

// whole turns the end of a file where something was to come into io.ErrUnexpectedEOF.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readLine returns a line without its newline. Only an empty rest is io.EOF.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		if len(line)+len(piece) > MaxLine+1 {
			return nil, formError{ErrLongLine}
		}
		line = append(line, piece...)
		switch {
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}
