package ui

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	// giveWord begins a line that names a file for the technician.
	giveWord = "give"
	// cancelWord stops the files that are on their way.
	cancelWord = "cancel"
)

// hearFiles understands a line about files, and reports whether it was one.
func (t *Terminal) hearFiles(ctx context.Context, typed string) bool {
	word, rest, _ := strings.Cut(typed, " ")
	switch {
	case strings.EqualFold(word, giveWord):
		t.hearGive(ctx, typedPath(rest))
	case strings.EqualFold(typed, cancelWord):
		t.cancelFiles(ctx)
	default:
		return false
	}
	return true
}

// hearGive has the person asked whether they give what they have named.
func (t *Terminal) hearGive(ctx context.Context, path string) {
	if path != "" {
		file, err := Look(path)
		if err != nil {
			t.print("Not given: " + err.Error() + ".")
			return
		}
		path = file.Path
	}
	t.command(ctx, Give{Path: path})
}

// cancelFiles stops all that is on its way.
func (t *Terminal) cancelFiles(ctx context.Context) {
	t.mu.Lock()
	files := t.files
	t.mu.Unlock()
	under := 0
	for _, f := range files {
		if !f.Over() {
			under++
			t.command(ctx, StopFile{ToHost: f.ToHost, ID: f.ID})
		}
	}
	if under == 0 {
		t.print("No file is on its way.")
	}
}

// printGive asks which file the person gives.
func (t *Terminal) printGive(r Request, named *File) {
	who := Who(r.Technician)
	lines := []string{"\a"}
	switch {
	case named != nil:
		lines = append(lines, fmt.Sprintf("Give %s (%s) to %s? Type yes or no, and press Enter.", plain(named.Name), sizeOf(named.Size), who))
	case r.Wanted:
		lines = append(lines, who+" asks you for a file. Type "+giveWord+" and its path, or no, and press Enter.")
	default:
		lines = append(lines, "Which file do you give to "+who+"? Type its path, or no, and press Enter.")
	}
	t.print(append(lines, fmt.Sprintf("No answer within %d seconds means no.", int(r.Within.Round(time.Second)/time.Second)))...)
}

// answerGive answers the question of a file with what was typed.
func (t *Terminal) answerGive(q *question, typed string) {
	line := strings.ToLower(typed)
	switch {
	case time.Now().Before(q.settled):
		t.print(tooSoonLine)
	case line == "no":
		q.say(Answer{})
	case q.named != nil && line == "yes":
		q.say(Answer{Path: q.named.Path})
	case q.named != nil:
		t.print("Type yes or no.")
	default:
		t.answerPath(q, typed)
	}
}

func (t *Terminal) answerPath(q *question, typed string) {
	if word, rest, _ := strings.Cut(typed, " "); strings.EqualFold(word, giveWord) {
		typed = rest
	}
	file, err := Look(typedPath(typed))
	if err != nil {
		t.print("Not given: " + err.Error() + ". Type a path, or no.")
		return
	}
	q.say(Answer{Path: file.Path})
}

// ShowFiles prints what has changed of the session's files.
func (t *Terminal) ShowFiles(files []Transfer) {
	t.mu.Lock()
	before := t.files
	t.files = files
	who := Who(t.state.Technician)
	t.mu.Unlock()
	for _, f := range files {
		if line := fileLine(stateOf(before, f), f, who); line != "" {
			t.print(line)
		}
	}
}

// stateOf is how far a file was; 0 when it is new.
func stateOf(files []Transfer, f Transfer) TransferState {
	for _, b := range files {
		if b.ToHost == f.ToHost && b.ID == f.ID {
			return b.State
		}
	}
	return 0
}

// fileLine says what has become of a file; nothing when that is as it was.
func fileLine(before TransferState, f Transfer, who string) string {
	name := plain(f.Name) + " (" + sizeOf(f.Size) + ")"
	switch {
	case f.State == before:
		return ""
	case f.State == TransferMoving && f.ToHost:
		return who + " sends you " + name + ". Type " + cancelWord + " to stop it."
	case f.State == TransferMoving:
		return name + " goes to " + who + ". Type " + cancelWord + " to stop it."
	case f.State == TransferDone && f.ToHost:
		return name + " is here, in the folder " + plain(f.Folder) + ". Only open it if you expected it."
	case f.State == TransferDone:
		return who + " has " + name + "."
	case f.State == TransferStopped:
		return name + " was stopped: " + stoppedFor(f.Problem) + "."
	}
	return ""
}

// stoppedFor says why a file was stopped.
func stoppedFor(problem string) string {
	words := map[string]string{
		"declined":      "it was not wanted",
		"cancelled":     "somebody ended it",
		"not_permitted": "it is not allowed any more",
		"too_large":     "it is too large",
		"no_room":       "there is not enough room for it",
		"bad_name":      "its name cannot be used",
		"damaged":       "it did not arrive as it was sent",
		"failed":        "something failed",
	}
	if w, ok := words[problem]; ok {
		return w
	}
	return plain(problem)
}

// sizeOf says how large a file is.
func sizeOf(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 999_500:
		return fmt.Sprintf("%d KB", (n+500)/1000)
	case n < 999_950_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
