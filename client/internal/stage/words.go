//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// kind is what a piece of text is to a reader, which tells its colour.
type kind int

const (
	plain kind = iota
	keyword
	name
	literal
	remark
	alarm
	kinds
)

// piece is text of one kind.
type piece struct {
	text string
	kind kind
}

var (
	syllables = strings.Fields("ba con de fer gra in ket lo mar net or pre qua re sta tion ul ver wi xo yl zen")
	keywords  = strings.Fields("if for func return switch case const struct range else defer import package var while")
	levels    = strings.Fields("DEBUG INFO INFO INFO WARN ERROR")
)

// writer makes up text that looks like a program's, or like its log.
type writer struct {
	random *rand.Rand
	depth  int // of the block that it is in
	second int // since the log's beginning
}

func (w *writer) word() string {
	text := ""
	for range 1 + w.random.IntN(3) {
		text += pick(w.random, syllables)
	}
	return text
}

func pick(random *rand.Rand, from []string) string { return from[random.IntN(len(from))] }

// codeLine makes up a line of a program.
func (w *writer) codeLine() []piece {
	switch choice := w.random.IntN(12); {
	case choice == 0:
		return nil
	case choice == 1:
		return w.indented(piece{"// " + w.sentence(5+w.random.IntN(8)), remark})
	case choice <= 3 && w.depth < 5:
		line := w.indented(piece{pick(w.random, keywords) + " ", keyword}, piece{w.word(), name},
			piece{fmt.Sprintf(" := %s(", w.word()), plain}, piece{w.value(), literal}, piece{") {", plain})
		w.depth++
		return line
	case choice <= 5 && w.depth > 0:
		w.depth--
		return w.indented(piece{"}", plain})
	case choice <= 7:
		return w.indented(piece{pick(w.random, keywords) + " ", keyword}, piece{w.word() + "." + w.word(), name},
			piece{"(", plain}, piece{w.value(), literal}, piece{", ", plain}, piece{w.value(), literal}, piece{")", plain})
	}
	return w.indented(piece{w.word(), name}, piece{" = ", plain}, piece{w.word() + "[", plain}, piece{w.value(), literal},
		piece{"].", plain}, piece{w.word(), name}, piece{"(" + w.word() + ", " + w.word() + ")", plain})
}

func (w *writer) indented(line ...piece) []piece {
	return append([]piece{{strings.Repeat("    ", w.depth), plain}}, line...)
}

func (w *writer) value() string {
	if w.random.IntN(2) == 0 {
		return fmt.Sprint(w.random.IntN(1 << 20))
	}
	return fmt.Sprintf("%q", w.sentence(1+w.random.IntN(4)))
}

func (w *writer) sentence(words int) string {
	all := make([]string, words)
	for n := range all {
		all[n] = w.word()
	}
	return strings.Join(all, " ")
}

// logLine makes up a line of a log.
func (w *writer) logLine() []piece {
	w.second += w.random.IntN(3)
	level, mark := pick(w.random, levels), plain
	if level == "ERROR" || level == "WARN" {
		mark = alarm
	}
	clock := fmt.Sprintf("%02d:%02d:%02d.%03d ", 9+w.second/3600, w.second/60%60, w.second%60, w.random.IntN(1000))
	line := []piece{{clock, remark}, {fmt.Sprintf("%-5s ", level), mark}, {w.word() + ": ", name}, {w.sentence(3 + w.random.IntN(7)), plain}}
	for range w.random.IntN(4) {
		line = append(line, piece{" " + w.word() + "=", keyword}, piece{w.value(), literal})
	}
	return line
}
