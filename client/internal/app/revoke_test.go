package app

import (
	"image"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// counting is a desktop that counts keys.
type counting struct {
	input.Injector
	keys *atomic.Int64
}

func (c counting) Key(string, bool) error {
	c.keys.Add(1)
	return nil
}

// By whatever way control is taken away, not one key is pressed after the host has heard
// of it, while a technician goes on to send a thousand a second.
func TestNoInputAfterControlIsTakenAway(t *testing.T) {
	for name, take := range map[string]func(*play){
		"the relay ends it":      func(p *play) { p.says(&signaling.Ended{Reason: signaling.EndRevoked}) },
		"a narrower policy":      func(p *play) { p.says(&signaling.Limits{Scopes: onlyView}) },
		"the words are required": func(p *play) { p.says(&signaling.Limits{Scopes: viewAndControl, VerifyWords: true}) },
		"its time is over": func(p *play) {
			p.says(&signaling.Limits{Scopes: viewAndControl, EndsIn: 1})
			time.Sleep(time.Second)
		},
		"a question": func(p *play) {
			p.says(&signaling.Limits{Scopes: viewAndControl, ConfirmEvery: 1})
			time.Sleep(time.Second)
		},
		"a request":       func(p *play) { p.says(request("r_2", 60)) },
		"the person":      func(p *play) { p.orders(ui.AllowView()) },
		"the person ends": func(p *play) { p.orders(ui.Stop{}) },
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				p.runs(request("r_1", 60), viewAndControl)
				var keys atomic.Int64
				h := newHands(p.session.gate, counting{still{}, &keys}, placed(image.Rect(0, 0, 64, 48)), p.session.touch, p.session.own.yield, p.session.journal,
					func(signaling.ChannelID, signaling.Message) {}, slog.New(slog.DiscardHandler))
				go h.run()
				stop := make(chan struct{})
				go func() {
					for n := uint64(1); ; n++ {
						select {
						case <-stop:
							return
						case <-time.After(time.Millisecond):
							h.take(events(n, holding("KeyA"), press("KeyA")))
						}
					}
				}()
				time.Sleep(time.Second)
				synctest.Wait()
				if keys.Load() < 900 {
					t.Fatalf("%d keys in the first second", keys.Load())
				}
				take(p)
				synctest.Wait()
				pressed := keys.Load()
				time.Sleep(10 * time.Second)
				if late := keys.Load() - pressed; late > 0 {
					t.Errorf("%d keys after that", late)
				}
				close(stop)
				h.close()
			})
		})
	}
}
