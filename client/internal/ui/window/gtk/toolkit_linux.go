package gtk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/bar"
)

// Name is what the desktop calls the program: its windows' class.
const Name = "lendhand"

// ErrLost says that the display is gone, or has thrown the program out.
var ErrLost = errors.New("the display is lost")

// Config is what a Toolkit needs.
type Config struct {
	Log *slog.Logger
}

// Toolkit implements window.Toolkit with GTK 3.
type Toolkit struct {
	// Set at construction.
	log     *slog.Logger
	api     *api
	presses chan window.Press
	lost    chan struct{} // closed with the display
	gone    chan struct{} // closed when Run is over
	wayland bool
	roles   roles
	calls   callbacks
	oldIO   uintptr
	display uintptr

	// Owned by the thread of GTK.
	main     *mainWindow
	bars     *bars
	chooser  *chooser
	hand     hands
	looks    looks
	pinned   object             // the style that sets the bars' font, once there was one
	canberra *player            // nil where there are no sounds
	named    map[uintptr]func() // what a signal does, by the data of its connection
	last     uintptr            // the newest of them

	// Guarded by mu.
	mu     sync.Mutex
	next   news
	posted bool
	over   bool
	guard  *bar.Guard // of the bars, while there are some

	once sync.Once // closes lost
	wait sync.WaitGroup
}

var _ window.Toolkit = (*Toolkit)(nil)

// news is what the thread of GTK has not done yet. What is newer takes the place of what
// is older, so that it does not grow.
type news struct {
	page   *window.Page
	bar    *window.Bar
	hasBar bool
	attend bool
	copy   *string
	look   bool // at the style and the monitors again
	quit   bool
}

// Open opens GTK and its display. It returns ErrMissing when one of them is not there.
func Open(c Config) (*Toolkit, error) {
	if c.Log == nil {
		return nil, errors.New("open GTK: no log")
	}
	if os.Getenv("DISPLAY") == "" {
		return nil, fmt.Errorf("open GTK: %w: $DISPLAY is empty", ErrMissing)
	}
	a, err := load()
	if err != nil {
		return nil, fmt.Errorf("open GTK: %w", err)
	}
	t := &Toolkit{
		log: c.Log, api: a,
		presses: make(chan window.Press, 16), lost: make(chan struct{}), gone: make(chan struct{}),
		wayland: os.Getenv("WAYLAND_DISPLAY") != "" || os.Getenv("XDG_SESSION_TYPE") == "wayland",
		named:   make(map[uintptr]func()),
	}
	if err := t.init(); err != nil {
		return nil, fmt.Errorf("open GTK: %w", err)
	}
	return t, nil
}

// init is done by one thread. The loop may belong to another one, as long as never two
// are in GTK at a time.
func (t *Toolkit) init() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	t.calls = t.newCallbacks()
	t.api.LogHandler(t.calls.log, 0)
	t.api.LogWriter(t.calls.written, 0, 0)
	t.api.SetAllowedBackends("x11")
	t.api.SetProgramName(Name)
	t.api.SetProgramClass(Name)
	if t.api.InitCheck(0, 0) == 0 {
		return fmt.Errorf("%w: the display %q cannot be opened", ErrMissing, os.Getenv("DISPLAY"))
	}
	t.catchErrors()
	t.api.EventHandlerSet(t.calls.event, 0, 0)
	t.roles = t.newRoles()
	return nil
}

// Run draws until ctx ends, which is no error, or the display is lost: ErrLost. It is
// called once. Then a thread of a lost display stays behind, in the library that gave up.
func (t *Toolkit) Run(ctx context.Context) error {
	ended := make(chan struct{})
	defer t.wait.Wait()
	defer close(t.gone)
	go func() { // joined below, unless the display is lost
		defer close(ended)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		t.loop()
	}()
	stop := context.AfterFunc(ctx, func() { t.post(func(n *news) { n.quit = true }) })
	defer stop()
	defer t.endGuard()
	select {
	case <-ended:
		return nil
	case <-t.lost:
		return ErrLost
	}
}

// loop is all that GTK's thread does.
func (t *Toolkit) loop() {
	t.setUpStyle()
	t.setUpIcon()
	t.canberra = newPlayer()
	t.main = t.newMainWindow()
	t.bars = t.newBars()
	t.chooser = &chooser{Toolkit: t}
	t.api.Main()
	t.bars.show(nil)
	t.chooser.close()
	t.api.Destroy(t.main.window)
}

// Show implements window.Toolkit.
func (t *Toolkit) Show(p window.Page) { t.post(func(n *news) { n.page = &p }) }

// ShowBar implements window.Toolkit.
func (t *Toolkit) ShowBar(b *window.Bar) { t.post(func(n *news) { n.bar, n.hasBar = b, true }) }

// Attend implements window.Toolkit.
func (t *Toolkit) Attend() { t.post(func(n *news) { n.attend = true }) }

// Copy implements window.Toolkit.
func (t *Toolkit) Copy(text string) { t.post(func(n *news) { n.copy = &text }) }

// Presses implements window.Toolkit.
func (t *Toolkit) Presses() <-chan window.Press { return t.presses }

// post leaves something for the thread of GTK.
func (t *Toolkit) post(change func(*news)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.next)
	if !t.posted {
		t.posted = true
		t.api.IdleAdd(t.calls.news, 0)
	}
}

// read does what has been posted.
func (t *Toolkit) read() {
	t.mu.Lock()
	n := t.next
	t.next, t.posted = news{}, false
	t.mu.Unlock()
	if n.quit {
		t.api.MainQuit()
		return
	}
	if n.look {
		t.lookAgain()
	}
	if n.page != nil {
		t.main.show(*n.page)
		t.chooser.show(n.page.Chooser)
	}
	if n.hasBar {
		t.bars.show(n.bar)
	}
	if n.copy != nil {
		t.copy(*n.copy)
	}
	if n.attend {
		t.attend()
	}
}

// press tells of a press. A person presses a few times a second at most: what comes while
// nobody reads is dropped.
func (t *Toolkit) press(p window.Press) {
	select {
	case t.presses <- p:
	default:
		t.log.Warn("a press is dropped, as nobody reads", "element", p.ID)
	}
}

// lose tells that the display, and all that was shown on it, is gone.
func (t *Toolkit) lose() {
	t.once.Do(func() { close(t.lost) })
}

func (t *Toolkit) copy(text string) {
	clipboard := t.api.ClipboardGet(t.api.AtomIntern("CLIPBOARD", 0))
	t.api.ClipboardText(clipboard, text, -1)
	t.api.ClipboardStore(clipboard)
}

// hear has a function called on a signal of an object, for as long as the object lives.
func (t *Toolkit) hear(o object, signal string, f func()) {
	t.last++
	t.named[t.last] = f
	t.api.Connect(o, signal, t.calls.signal, t.last, t.calls.forget, 0)
}

// callbacks are what GTK calls. purego keeps each for as long as the process lives.
type callbacks struct {
	signal, once, forget, notified, chosen, closed, key, news, event, log, written, ioError, xError uintptr
}

func (t *Toolkit) newCallbacks() callbacks {
	return callbacks{
		signal: purego.NewCallback(func(_ object, data uintptr) uintptr {
			t.call(data)
			return 0
		}),
		notified: purego.NewCallback(func(_, _ object, data uintptr) uintptr {
			t.call(data)
			return 0
		}),
		forget: purego.NewCallback(func(data uintptr, _ uintptr) uintptr {
			delete(t.named, data)
			return 0
		}),
		once: purego.NewCallback(func(data uintptr) uintptr {
			f := t.named[data]
			delete(t.named, data)
			f()
			return 0
		}),
		chosen: purego.NewCallback(func(_ object, response int32, _ uintptr) uintptr {
			t.chooser.chosen(response)
			return 0
		}),
		closed: purego.NewCallback(func(_ object, _ *event, _ uintptr) uintptr {
			t.main.close()
			return 1
		}),
		key: purego.NewCallback(func(_ object, e *event, _ uintptr) uintptr {
			return uintptr(gboolean(t.main.key(e)))
		}),
		news: purego.NewCallback(func(_ uintptr) uintptr {
			t.read()
			return 0
		}),
		event:   purego.NewCallback(t.event),
		log:     purego.NewCallback(t.heard),
		written: purego.NewCallback(t.written),
		ioError: purego.NewCallback(t.ioError),
		xError:  purego.NewCallback(t.xError),
	}
}

func (t *Toolkit) call(data uintptr) {
	if f := t.named[data]; f != nil {
		f()
	}
}

// notify is hear for the signals that carry something more.
func (t *Toolkit) notify(o object, signal string, f func()) {
	t.last++
	t.named[t.last] = f
	t.api.Connect(o, signal, t.calls.notified, t.last, t.calls.forget, 0)
}

// heard takes what GLib and GTK would write to standard error, where the terminal
// interface talks with the person.
func (t *Toolkit) heard(domain *byte, _ int32, message *byte, _ uintptr) uintptr {
	t.log.Debug("GTK says", "domain", text(domain), "message", text(message))
	return 0
}

// written is heard for those libraries, GDK among them, that give a message in fields.
func (t *Toolkit) written(_ int32, fields *logField, count uintptr, _ uintptr) uintptr {
	for _, f := range unsafe.Slice(fields, count) {
		if text(f.key) == "MESSAGE" {
			t.log.Debug("GTK says", "message", text(f.value))
		}
	}
	return 1 // it is done with
}

// handNow is for a press whose event is being handled, if there is one.
func (t *Toolkit) handNow() ui.Hand { return t.hand.now }
