package window

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// What the IDs of the buttons begin with that end a transfer: of a file that comes here, and
// of one that goes.
const (
	stopComing = "stop-coming:"
	stopGoing  = "stop-going:"
)

// ShowFiles shows the newest of the session's files.
func (w *Window) ShowFiles(files []ui.Transfer) {
	w.change(func(m *model) { m.files = slices.Clone(files) })
}

// canGive reports whether the person may give a file now.
func (m *model) canGive() bool {
	s := &m.state
	return s.Phase == ui.Active && !s.Paused && s.Scopes.Has(signaling.ScopeFilesFromHost)
}

// giving has the person give a file.
func (w *Window) giving() []Element {
	if !w.now.canGive() {
		return nil
	}
	return []Element{button("give", w.config.Language.text("do.give"))}
}

// transfers are the files on their way, each with what ends it, and those that were.
func (w *Window) transfers() []Element {
	var list []Element
	for _, f := range w.now.files {
		if !f.Over() {
			list = append(list, w.transfer(f)...)
		}
	}
	return append(list, w.filesLog()...)
}

// transfer is a file on its way.
func (w *Window) transfer(f ui.Transfer) []Element {
	l, id := w.config.Language, stopID(f)
	says := w.under(f)
	stop := button(id, l.text("do.stop-file"))
	stop.Name = l.text("do.stop-file.name", "file", cut(f.Name, longName))
	list := []Element{text("says-"+id, says)}
	if f.State == ui.TransferMoving {
		list = append(list, Element{ID: "bar-" + id, Kind: Countdown, Name: says, Part: math.Round(moved(f)*100) / 100})
	}
	return append(list, stop)
}

// under says how far a file on its way is.
func (w *Window) under(f ui.Transfer) string {
	l, name := w.config.Language, cut(w.now.state.Technician.Name, shortName)
	key := "files.going"
	switch {
	case f.State == ui.TransferWaiting && f.ToHost:
		key = "files.coming.waits"
	case f.State == ui.TransferWaiting:
		key = "files.going.waits"
	case f.ToHost:
		key = "files.coming"
	}
	return l.text(key, "file", cut(f.Name, longName), "name", name, "size", l.size(f.Size),
		"percent", strconv.Itoa(int(moved(f)*100)))
}

// moved is how much of a file has moved, 0 to 1. An empty one is as good as there.
func moved(f ui.Transfer) float64 {
	if f.Size <= 0 {
		return 1
	}
	return min(1, max(0, float64(f.Done)/float64(f.Size)))
}

// filesLog says what became of the files that are not on their way any more.
func (w *Window) filesLog() []Element {
	log := Element{ID: "files-log", Kind: Log, Name: w.config.Language.text("files.heading")}
	for _, f := range w.now.files {
		if f.Over() {
			log.Children = append(log.Children, Element{Kind: Text, Text: w.became(f)})
		}
	}
	if len(log.Children) == 0 {
		return nil
	}
	return []Element{log}
}

// became says what became of a file.
func (w *Window) became(f ui.Transfer) string {
	l, name := w.config.Language, cut(w.now.state.Technician.Name, shortName)
	file := cut(f.Name, longName)
	switch {
	case f.State == ui.TransferStopped:
		return l.text("files.stopped", "file", file, "why", l.stopped(f.Problem))
	case f.ToHost:
		return l.text("files.came", "file", file, "size", l.size(f.Size), "name", name, "folder", cut(f.Folder, longText))
	}
	return l.text("files.went", "file", file, "size", l.size(f.Size), "name", name)
}

// stopped says why a transfer was stopped.
func (l *Language) stopped(problem string) string {
	if _, known := l.find("files.problem." + problem); !known {
		problem = "failed"
	}
	return l.text("files.problem." + problem)
}

// stopID is the ID of the button that ends a transfer.
func stopID(f ui.Transfer) string {
	prefix := stopGoing
	if f.ToHost {
		prefix = stopComing
	}
	return fmt.Sprint(prefix, f.ID)
}

// stopFile returns the command of such a button, and nil for any other.
func stopFile(id string) ui.Command {
	number, coming := strings.CutPrefix(id, stopComing)
	if !coming {
		var going bool
		if number, going = strings.CutPrefix(id, stopGoing); !going {
			return nil
		}
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return nil
	}
	return ui.StopFile{ToHost: coming, ID: uint32(n)}
}
