package preflight

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
)

// DesktopProblem explains why this desktop cannot be shared, with a hint of what to do.
func DesktopProblem(err error) error {
	switch {
	case errors.Is(err, capture.ErrMissingExtension):
		return problem.Wrap(fmt.Errorf("this display cannot be shared: %w", err),
			"Start the display server with the extension that is named, or use another display.")
	case errors.Is(err, capture.ErrNoDisplay):
		return problem.Wrap(fmt.Errorf("there is no desktop to share: %w", err),
			"Start this program inside a desktop session; on X11, DISPLAY names the screen.")
	}
	return fmt.Errorf("this desktop cannot be shared: %w", err)
}

// screen takes one picture, and throws it away.
func screen(ctx context.Context, config Config) []checkup.Finding {
	const subject = "screen"
	if config.Asks != nil {
		return askedScreen(ctx, config)
	}
	source, err := config.OpenScreen()
	if err != nil {
		return one(checkup.Failed(subject, DesktopProblem(err)))
	}
	stop := context.AfterFunc(ctx, func() { _ = source.Close() }) // a display that hangs
	defer func() {
		if stop() {
			_ = source.Close()
		}
	}()
	monitors, err := source.Monitors()
	if err != nil {
		return one(checkup.Failed(subject, DesktopProblem(err)))
	}
	var frame capture.Frame
	if err := errors.Join(source.Watch(capture.AllMonitors), source.Next(ctx, &frame)); err != nil {
		return one(checkup.Failed(subject, DesktopProblem(err)))
	}
	size := frame.Size()
	if allBlack(&frame) {
		return one(checkup.Noted(subject, fmt.Sprintf("%d × %d pixels, all of them black", size.X, size.Y),
			"If your screen is not black, this system hides it from programs: look at its privacy settings."))
	}
	return one(checkup.Found(subject, "%d × %d pixels on %d monitor(s)%s", size.X, size.Y, len(monitors), session()))
}

// askedScreen says what the system will ask.
func askedScreen(ctx context.Context, config Config) []checkup.Finding {
	const subject = "screen"
	if _, err := config.Asks(ctx); err != nil {
		return one(checkup.Failed(subject, problem.Wrap(fmt.Errorf("this desktop cannot be shared: %w", err),
			"Sign in to an X11 (Xorg) session, or share the screen from a browser.")))
	}
	return one(checkup.Found(subject, "your system will ask you once more which screen to show%s", session()))
}

// askedControl says whether the system can let somebody control the desktop.
func askedControl(ctx context.Context, config Config) []checkup.Finding {
	const subject = "control"
	can, err := config.Asks(ctx)
	if err != nil || !can {
		return one(checkup.Failed(subject, problem.New("mouse and keyboard cannot be used from afar: this desktop's portal has no remote control",
			"They will only be able to look.")))
	}
	return one(checkup.Found(subject, "mouse and keyboard can be used, if you allow it here and when your system asks"))
}

// session names the kind of desktop session where the system tells.
func session() string {
	if kind := os.Getenv("XDG_SESSION_TYPE"); kind != "" {
		return ", " + kind
	}
	return ""
}

func allBlack(f *capture.Frame) bool {
	size := f.Size()
	for y := range size.Y {
		row := f.Pix[y*f.Stride:][:4*size.X]
		for x := 0; x < len(row); x += 4 {
			if row[x]|row[x+1]|row[x+2] != 0 {
				return false
			}
		}
	}
	return true
}

// controls opens what would control the desktop. It presses nothing.
func controls(ctx context.Context, config Config) []checkup.Finding {
	const subject = "control"
	if config.Asks != nil {
		return askedControl(ctx, config)
	}
	injector, err := config.OpenInjector()
	if err == nil {
		err = injector.Close()
	}
	if err != nil {
		return one(checkup.Failed(subject, problem.Wrap(fmt.Errorf("mouse and keyboard cannot be used from afar: %w", err),
			"They will only be able to look.")))
	}
	return one(checkup.Found(subject, "mouse and keyboard can be used, if you allow it"))
}

// hands finds out whether the program can tell who presses something.
func hands(_ context.Context, config Config) []checkup.Finding {
	const subject = "own hands"
	const hint = "Your own mouse does not interrupt theirs, and the key that stops at once does not work. Use the button."
	if config.Hands == nil {
		return one(checkup.Noted(subject, "this system does not tell your hands from a program's", hint))
	}
	tells, err := config.Hands()
	switch {
	case err != nil:
		return one(checkup.Noted(subject, err.Error(), hint))
	case !tells:
		return one(checkup.Noted(subject, "this system does not tell your hands from a program's", hint))
	}
	return one(checkup.Found(subject, "your own mouse and keyboard are told from theirs"))
}

func one(f checkup.Finding) []checkup.Finding { return []checkup.Finding{f} }
