package ui

import (
	"slices"
	"strings"

	"github.com/lendhand/lendhand/signaling"
)

// What the person can add to view and control, a word each.
const (
	pasteWord = "paste"
	copyWord  = "copy"
	// receiveWord takes files, sendWord lets the technician have those that the person names.
	receiveWord = "receive"
	sendWord    = "send"
	// recordWord is no scope: it agrees to a recording.
	recordWord = "record"
)

// recordOf takes the word for a recording out of a line.
func recordOf(line string) (rest string, recorded bool) {
	words := strings.Fields(line)
	at := slices.Index(words, recordWord)
	if at < 1 {
		return line, false
	}
	return strings.Join(slices.Delete(words, at, at+1), " "), true
}

// scopesOf reads what the person allows: view or control, and what they add to it; nothing
// when the line says something else.
func scopesOf(line string) signaling.Scopes {
	words := strings.Fields(line)
	if len(words) == 0 || words[0] != "view" && words[0] != "control" {
		return nil
	}
	scopes := []signaling.Scope{signaling.ScopeView}
	if words[0] == "control" {
		scopes = append(scopes, signaling.ScopeControl)
	}
	for _, w := range words[1:] {
		switch w {
		case pasteWord:
			scopes = append(scopes, signaling.ScopeClipboardToHost)
		case copyWord:
			scopes = append(scopes, signaling.ScopeClipboardFromHost)
		case receiveWord:
			scopes = append(scopes, signaling.ScopeFilesToHost)
		case sendWord:
			scopes = append(scopes, signaling.ScopeFilesFromHost)
		default:
			return nil
		}
	}
	return signaling.NewScopes(scopes...)
}

// extrasLine says how clipboard and files are allowed that are asked for; nothing when they
// are not.
func extrasLine(ask signaling.Scopes) string {
	var offers []string
	if ask.Has(signaling.ScopeClipboardToHost) {
		offers = append(offers, pasteWord+" to let them put text into your clipboard")
	}
	if ask.Has(signaling.ScopeClipboardFromHost) {
		offers = append(offers, copyWord+" to let them read what you copy")
	}
	if ask.Has(signaling.ScopeFilesToHost) {
		offers = append(offers, receiveWord+" to let them send you files")
	}
	if ask.Has(signaling.ScopeFilesFromHost) {
		offers = append(offers, sendWord+" to let them have files that you name")
	}
	if len(offers) == 0 {
		return ""
	}
	return "After view or control, add " + strings.Join(offers, ", and ") + "."
}
