package catalogue

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

// What is kept of one recording. A host says what it likes, as often as it likes.
const (
	maxFacts    = 200      // files, and titles
	maxTitle    = 200      // bytes of one
	maxText     = 32 << 10 // bytes of words of a kind
	maxFileName = 255
)

// Facts are what was done in a session, as its events say.
type Facts struct {
	Files     []FileFact `json:"files"`
	Chat      int        `json:"chat"`
	Clipboard int        `json:"clipboard"`
	// Keys is how many were pressed; never which.
	Keys    int      `json:"keys"`
	Windows []string `json:"windows"`
}

// FileFact is a file that was handed over.
type FileFact struct {
	// To is the side that it went to.
	To   string `json:"to"`
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// learn adds what the events of a part tell.
func (r *Record) learn(c *recording.Content) {
	if r.Facts == nil {
		r.Facts = &Facts{Files: []FileFact{}, Windows: []string{}}
	}
	for _, line := range c.Events {
		r.learnEvent(line.Event)
	}
}

func (r *Record) learnEvent(e event.Event) {
	switch e := e.(type) {
	case *event.Permissions:
		if slices.Contains(e.Now, "control") {
			r.Happened |= Control
		}
	case *event.Window:
		r.learnWindow(e)
	case *event.Chat:
		r.Happened |= Chat
		r.Facts.Chat++
		r.Words.Chat = add(r.Words.Chat, e.Text)
	case *event.File:
		r.learnFile(e)
	case *event.Clipboard:
		r.Happened |= Clipboard
		r.Facts.Clipboard++
	case *event.Keys:
		r.Facts.Keys += max(0, min(e.Count, 1<<20))
	case *event.Pause:
		if r.Happened |= Paused; e.What == event.PausedRecording {
			r.Happened |= Gap // the session went on, also where the pause never ends
		}
	case *event.Gap:
		r.Happened |= Gap
	}
}

func (r *Record) learnWindow(e *event.Window) {
	if elevates(e) {
		r.Happened |= Elevation
	}
	title := cut(clean(e.Title), maxTitle)
	if strings.TrimSpace(title) == "" || slices.Contains(r.Facts.Windows, title) {
		return
	}
	if len(r.Facts.Windows) < maxFacts {
		r.Facts.Windows = append(r.Facts.Windows, title)
	}
	r.Words.Windows = add(r.Words.Windows, title)
}

func (r *Record) learnFile(e *event.File) {
	if e.To == event.Technician {
		r.Happened |= FilesOut
	} else {
		r.Happened |= FilesIn
	}
	f := FileFact{To: cut(clean(e.To), maxTitle), Name: cut(clean(e.Name), maxFileName), Size: max(0, e.Size)}
	if len(r.Facts.Files) < maxFacts {
		r.Facts.Files = append(r.Facts.Files, f)
	}
	r.Words.Files = add(r.Words.Files, f.Name)
}

// add appends a text to words, a line for each, as far as there is room.
func add(words, text string) string {
	text = spaced(cut(clean(text), maxText))
	if len(words)+len(text)+1 > maxText {
		return words
	}
	if words == "" {
		return text
	}
	return words + "\n" + text
}

// elevates reports whether a window is one of a program that asks for an administrator's
// rights, or shows that it has them.
func elevates(e *event.Window) bool {
	program := strings.ToLower(strings.TrimSuffix(filepath.Base(strings.ReplaceAll(e.Program, `\`, "/")), ".exe"))
	asks := []string{"consent", "pkexec", "polkit-gnome-authentication-agent-1", "polkit-kde-authentication-agent-1", "lxpolkit", "gksudo", "kdesu", "securityagent", "runas"}
	title := strings.ToLower(e.Title)
	return slices.Contains(asks, program) || strings.HasPrefix(title, "administrator:") ||
		strings.Contains(title, "user account control") || strings.Contains(title, "authentication required")
}
