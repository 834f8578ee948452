package gtktest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"syscall"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/ui/window/gtk"
)

// Serve is the process: it does what its standard input says until that ends. It returns
// the exit code.
func Serve() int {
	level := slog.LevelInfo
	if os.Getenv("LENDHAND_GTK_DEBUG") != "" {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	t, err := gtk.Open(gtk.Config{Log: log})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, stop := context.WithCancel(context.Background())
	w := writer{to: json.NewEncoder(os.Stdout)}
	var wait sync.WaitGroup
	var ended error // by the first
	wait.Go(func() {
		ended = t.Run(ctx)
		w.write(Report{Ended: fmt.Sprint(ended)})
	})
	wait.Go(func() {
		for {
			select {
			case press := <-t.Presses():
				w.write(Report{Press: &press})
			case <-ctx.Done():
				return
			}
		}
	})
	obey(t)
	stop()
	wait.Wait()
	if ended != nil {
		// The race detector has C's exit handlers run, and one of them wants the display,
		// in which a thread is still waiting.
		syscall.Exit(0)
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// obey does what standard input says.
func obey(t *gtk.Toolkit) {
	orders := json.NewDecoder(bufio.NewReader(os.Stdin))
	for {
		var o Order
		if orders.Decode(&o) != nil {
			return
		}
		if o.Page != nil {
			t.Show(*o.Page)
		}
		if o.Bar != nil || o.NoBar {
			t.ShowBar(o.Bar)
		}
		if o.Attend {
			t.Attend()
		}
		if o.Copy != "" {
			t.Copy(o.Copy)
		}
	}
}

type writer struct {
	mu sync.Mutex
	to *json.Encoder
}

func (w *writer) write(r Report) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.to.Encode(r) // who is not there any more has heard enough
}
