package window

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/checkup"
)

const (
	// settle is how long a page is in sight before a press on it counts: the person may
	// have meant what was there before.
	settle = 1500 * time.Millisecond
	// maxQueue is how many commands wait for the program. What comes after them is lost,
	// but for the end of the session.
	maxQueue = 32
	// maxChat is how many messages are shown.
	maxChat = 200
)

// Config says what a Window is made of. Toolkit, Language and Relay are required.
type Config struct {
	Toolkit  Toolkit
	Language *Language
	// Relay is the name of the relay, to be shown.
	Relay string
	// Assistive lets the presses of assistive technology loosen, which no system tells
	// from those of other programs.
	Assistive bool
	// Speaker reads the code aloud; nil where nothing can.
	Speaker Speaker
	// Browser opens the page with what was done in a session; nil where nothing can.
	Browser Browser
}

// Browser shows pages of the web.
type Browser interface {
	// Open opens an address, and does not wait.
	Open(address string)
}

// Speaker says text aloud.
type Speaker interface {
	// Speak says text in a language such as "de", instead of what it is saying. It does
	// not wait.
	Speak(text, language string)
	// Quiet ends what is being said, if anything is.
	Quiet()
}

func (c *Config) validate() error {
	if c.Toolkit == nil || c.Language == nil || c.Relay == "" {
		return errors.New("window: toolkit, language and the relay's name are required")
	}
	return nil
}

// Window is the interface in a window. Its methods may be called from any goroutine.
type Window struct {
	// Set at construction.
	config   Config
	commands chan ui.Command // unbuffered: run keeps what waits

	// Guarded by mu, with every call of the toolkit, so that the newest page is the one
	// that stays.
	mu      sync.Mutex
	now     model
	shown   Page
	read    signaling.Code // the code that is being read aloud, or was
	bar     *Bar
	buttons string    // which there are, on the page and the bar
	since   time.Time // when the buttons changed
}

// model is all that is known of what is to be shown.
type model struct {
	relay    ui.Relay
	findings []checkup.Finding // until the person goes on

	code     signaling.Code // empty while there is none
	codeTill time.Time
	codeLife time.Duration
	awaited  *awaited // whom an invitation has the person wait for

	question  *question // nil when nobody asks
	questions int       // so far
	choosers  int

	state ui.State // the newest one
	key   string   // stops the session; empty where none does
	asked signaling.Scopes
	since time.Time // the session began; zero when nobody was let in
	ended bool      // its end is still to be read

	chat   []Element // its lines
	unread int
	files  []ui.Transfer

	notice            string // said last, translated
	passing           bool   // it is of no interest when the session is over
	attend            bool   // the window is to be brought before all others
	hidden            bool
	chatting          bool // the person wants to write
	comparing, passed bool // the person wants to compare the words; or not now
	quitting          bool // the person is asked whether they want to
	fatal             *fatal
}

// awaited is whom an invitation has the person wait for.
type awaited struct{ who, ticket string }

// fatal is why the program cannot go on.
type fatal struct{ message, hint string }

// New checks config and returns a Window that shows that the relay is looked for.
func New(config Config) (*Window, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	w := &Window{config: config, commands: make(chan ui.Command)}
	w.change(func(*model) {})
	return w, nil
}

// Commands tells what the person wants done.
func (w *Window) Commands() <-chan ui.Command { return w.commands }

// Run hears what the person presses, until ctx ends. Then the bar is gone.
func (w *Window) Run(ctx context.Context) {
	w.hear(ctx, nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.question = nil
	w.now.state = ui.State{}
	w.showBar(nil)
}

// ShowProblem tells the person why the program cannot go on, after Run, until they close
// the window or ctx ends. The message and the hint are English.
func (w *Window) ShowProblem(ctx context.Context, message, hint string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.change(func(m *model) { m.fatal, m.notice, m.attend = &fatal{message, hint}, "", true })
	w.hear(ctx, cancel)
}

// hear hears what the person presses until ctx ends, or calls quit when they want to.
// There is no program then that commands could be for.
func (w *Window) hear(ctx context.Context, quit context.CancelFunc) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var waiting []ui.Command
	for {
		var commands chan<- ui.Command
		var next ui.Command
		if len(waiting) > 0 {
			commands, next = w.commands, waiting[0]
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.change(func(*model) {})
		case commands <- next:
			waiting = waiting[1:]
		case p := <-w.config.Toolkit.Presses():
			c := w.press(p)
			if _, quits := c.(ui.Quit); quits && quit != nil {
				quit()
			} else if quit == nil {
				waiting = line(waiting, c)
			}
		}
	}
}

// line puts a command to those that wait. What ends the session waits for nothing.
func line(waiting []ui.Command, c ui.Command) []ui.Command {
	if len(waiting) > 0 && waiting[0] == (ui.Command)(ui.Quit{}) {
		return waiting
	}
	switch c.(type) {
	case nil:
		return waiting
	case ui.Stop, ui.Quit, ui.Hidden, ui.WordsDiffer:
		return []ui.Command{c}
	}
	if len(waiting) >= maxQueue {
		return waiting
	}
	return append(waiting, c)
}
