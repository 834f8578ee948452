package window

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// Chosen is the ID of the press that tells of a Chooser's end: Text is the path of the file
// that was chosen, or empty. It is no answer to any question.
const Chosen = "chosen"

// Chooser is what the system offers to choose a file with.
type Chooser struct {
	// Number tells one from another: each opens once.
	Number int
	// Title names its window; Choose and Cancel are what stands on its buttons, where the
	// system has no words of its own.
	Title, Choose, Cancel string
}

// givePage asks which file the person gives. What they choose is shown first, and only
// then there is a yes.
func (w *Window) givePage(now time.Time) Page {
	l, q := w.config.Language, w.now.question
	name, title := cut(q.Technician.Name, longName), "give.heading"
	if q.Wanted {
		title = "give.wanted"
	}
	p := Page{ID: w.questionID(), Urgent: true, Escape: "no", Elements: []Element{
		heading(l.text(title, "name", name)),
		text("who", l.who(q.Technician)),
		text("what", l.text("give.text", "name", name)),
		warning("warning", l.text("give.warning", "name", name)),
	}}
	if q.choosing {
		p.Chooser = &Chooser{
			Number: w.now.choosers, Title: l.text("give.chooser"),
			Choose: l.text("give.chooser.choose"), Cancel: l.text("give.chooser.cancel"),
		}
	}
	p.Elements = append(p.Elements, w.chosenFile(q)...)
	p.Elements = append(p.Elements, w.within(q, now, "request.within")...)
	p.Elements = append(p.Elements, w.giveAnswers(q))
	return p
}

// chosenFile is the file that the yes would be for, or why there is none.
func (w *Window) chosenFile(q *question) []Element {
	l := w.config.Language
	switch {
	case q.problem != "":
		return []Element{warning("problem", l.text(q.problem))}
	case q.file == nil:
		return nil
	}
	return []Element{
		status("file", l.text("give.file", "file", cut(q.file.Name, longName), "size", l.size(q.file.Size))),
		quiet("folder", l.text("give.folder", "folder", cut(filepath.Base(filepath.Dir(q.file.Path)), longName))),
	}
}

func (w *Window) giveAnswers(q *question) Element {
	l := w.config.Language
	no := button("no", l.text("request.no")).danger()
	if q.file == nil {
		return row("answers", button("choose", l.text("give.choose")), no)
	}
	return row("answers", button("give-it", l.text("give.yes")), button("choose", l.text("give.another")), no)
}

// answerGive does what was pressed on the page of a file to give.
func (w *Window) answerGive(q *question, p Press) {
	switch p.ID {
	case "choose":
		if !q.choosing {
			w.now.choosers++
		}
		q.choosing, q.problem = true, ""
	case "give-it":
		if q.file != nil {
			q.say(ui.Answer{Path: q.file.Path})
		}
	case "no":
		q.say(ui.Answer{})
	}
}

// chosen takes what came of a Chooser. A program's choice is none, as its press would be.
func (w *Window) chosen(p Press) {
	q := w.now.question
	if q == nil || !q.choosing {
		return
	}
	q.choosing = false
	if p.Text != "" && p.Hand != ui.ProgramHand {
		q.look(p.Text)
	}
}

// look looks at the file that is to be given.
func (q *question) look(path string) {
	file, err := ui.Look(path)
	if err != nil {
		q.file, q.problem = nil, whyNot(err)
		return
	}
	q.file, q.problem = &file, ""
}

// whyNot is the key of why a file cannot be given.
func whyNot(err error) string {
	switch {
	case errors.Is(err, ui.ErrNotRegular):
		return "give.not-regular"
	case errors.Is(err, ui.ErrFileLarge):
		return "give.large"
	case errors.Is(err, ui.ErrFileClosed):
		return "give.closed"
	case errors.Is(err, ui.ErrFileTooLate):
		return "give.late"
	}
	return "give.none"
}
