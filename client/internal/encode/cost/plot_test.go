//go:build unix

package main

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"testing"
	"time"
)

// made is a row for every codec, size and share.
func made() (rows []row) {
	for _, c := range codecs {
		for _, size := range sizes {
			for _, percent := range percents {
				rows = append(rows, row{c.name, size, percent, time.Duration(percent) * time.Millisecond, 2 * time.Second, 100})
			}
		}
	}
	return rows
}

func TestTable(t *testing.T) {
	records, err := csv.NewReader(bytes.NewReader(table(made()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := 1 + len(codecs)*len(sizes)*len(percents); len(records) != want {
		t.Errorf("%d lines, want %d", len(records), want)
	}
}

// Every panel shows every codec at every tick, inside the drawing.
func TestPlot(t *testing.T) {
	decoder := xml.NewDecoder(bytes.NewReader(plot(made())))
	count := make(map[string]int)
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			count[start.Name.Local]++
		}
	}
	if got, want := count["circle"], len(panels())*len(codecs)*4; got != want {
		t.Errorf("%d dots, want %d", got, want)
	}
	if got, want := count["polyline"], len(panels())*len(codecs); got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
}

func TestRise(t *testing.T) {
	for _, ms := range []float64{0, 0.1, 1, 33, 1e6} {
		if y := rise(ms); y < 0 || y > panelHeight {
			t.Errorf("%g ms at %g, outside the panel", ms, y)
		}
	}
	if rise(1) <= rise(2) {
		t.Error("a longer time is not higher")
	}
}
