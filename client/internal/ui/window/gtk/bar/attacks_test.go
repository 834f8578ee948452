package bar_test

import (
	"image"
	"testing"
	"time"

	"github.com/jezek/xgb/composite"
	"github.com/jezek/xgb/shape"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

const black = 0

// attacks are what a program may do once to a bar at a place.
var attacks = map[string]func(a *program, w xproto.Window, at image.Rectangle){
	"covered": func(a *program, _ xproto.Window, at image.Rectangle) {
		a.plain(at.Inset(-20), black)
	},
	"covered in a corner": func(a *program, _ xproto.Window, at image.Rectangle) {
		a.plain(image.Rectangle{Min: at.Min, Max: at.Min.Add(image.Pt(9, 9))}, black)
	},
	"covered by what cannot be seen": func(a *program, _ xproto.Window, at image.Rectangle) {
		a.window(at, xproto.WindowClassInputOnly, 0)
	},
	"lowered": func(a *program, w xproto.Window, at image.Rectangle) {
		a.configure(a.plain(at, black), xproto.ConfigWindowStackMode, xproto.StackModeBelow)
		a.configure(w, xproto.ConfigWindowStackMode, xproto.StackModeBelow)
	},
	"moved": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.configure(w, xproto.ConfigWindowX|xproto.ConfigWindowY, 5000, 5000)
	},
	"made small": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.configure(w, xproto.ConfigWindowWidth|xproto.ConfigWindowHeight, 1, 1)
	},
	"given a border": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.configure(w, xproto.ConfigWindowBorderWidth, 30)
	},
	"unmapped": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.check(xproto.UnmapWindowChecked(a.c, w).Check())
	},
	"put into another window": func(a *program, w xproto.Window, _ image.Rectangle) {
		jail := a.plain(image.Rect(600, 400, 610, 410), black)
		a.check(xproto.ReparentWindowChecked(a.c, w, jail, 0, 0).Check())
	},
	"shaped away": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.shape(w, shape.SkBounding)
	},
	"clipped away": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.shape(w, shape.SkClip)
		a.check(xproto.ClearAreaChecked(a.c, false, w, 0, 0, 0, 0).Check())
	},
	"made deaf": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.shape(w, shape.SkInput)
	},
	"covered by a child of its own": func(a *program, w xproto.Window, at image.Rectangle) {
		a.child(w, at.Size(), xproto.WindowClassInputOutput)
	},
	"covered by a child that cannot be seen": func(a *program, w xproto.Window, at image.Rectangle) {
		a.child(w, at.Size(), xproto.WindowClassInputOnly)
	},
	"emptied": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.check(xproto.UnmapSubwindowsChecked(a.c, w).Check())
	},
	"covered inside a part of it": func(a *program, w xproto.Window, _ image.Rectangle) {
		tree, err := xproto.QueryTree(a.c, w).Reply()
		a.check(err)
		at, err := xproto.GetGeometry(a.c, xproto.Drawable(tree.Children[0])).Reply()
		a.check(err)
		a.child(tree.Children[0], image.Pt(int(at.Width), int(at.Height)), xproto.WindowClassInputOnly)
	},
	"made transparent": func(a *program, w xproto.Window, _ image.Rectangle) {
		a.check(xproto.ChangePropertyChecked(a.c, xproto.PropModeReplace, w, a.atom("_NET_WM_WINDOW_OPACITY"),
			xproto.AtomCardinal, 32, 1, make([]byte, 4)).Check())
	},
}

// child puts a window into another one.
func (p *program) child(parent xproto.Window, size image.Point, class uint16) {
	p.t.Helper()
	w, err := xproto.NewWindowId(p.c)
	p.check(err)
	mask, values := uint32(xproto.CwEventMask), []uint32{xproto.EventMaskButtonPress}
	if class == xproto.WindowClassInputOutput {
		mask, values = mask|xproto.CwBackPixel, append([]uint32{black}, values...)
	}
	p.check(xproto.CreateWindowChecked(p.c, 0, w, parent, 0, 0, uint16(size.X), uint16(size.Y), 0, class, 0, mask, values).Check())
	p.check(xproto.MapWindowChecked(p.c, w).Check())
}

// shape leaves nothing of a window.
func (p *program) shape(w xproto.Window, kind shape.Kind) {
	p.t.Helper()
	p.check(shape.RectanglesChecked(p.c, shape.SoSet, kind, 0, w, 0, 0, nil).Check())
}

func TestBarIsInSightAgain(t *testing.T) {
	s := newScene(t, first)
	s.wait()
	for name, attack := range attacks {
		t.Run(name, func(t *testing.T) {
			p := s.places[0]
			s.hold(func() {
				attack(s.attacker, p.Window, p.At)
				if s.attackerSees() == nil {
					t.Error("the attack does nothing")
				}
			})
			s.wait()
		})
	}
	s.keeps(time.Second)
}

// Each monitor has a bar of its own.
func TestEachBarIsInSightAgain(t *testing.T) {
	s := newScene(t, first, image.Rect(200, 240, 440, 280))
	s.wait()
	s.hold(func() {
		for _, p := range s.places {
			s.attacker.plain(p.At, black)
			s.attacker.configure(p.Window, xproto.ConfigWindowX, 3)
		}
	})
	s.wait()
	s.keeps(500 * time.Millisecond)
}

// redirect has the server leave it to this program to draw a window, which it does not.
func (p *program) redirect(w xproto.Window) {
	p.t.Helper()
	p.check(composite.RedirectWindowChecked(p.c, w, composite.RedirectManual).Check())
}

// manage makes this program the compositing manager, and returns what it draws on, where
// there is nothing yet.
func (p *program) manage() xproto.Window {
	p.t.Helper()
	owner := p.plain(image.Rect(0, 470, 1, 471), black)
	p.check(xproto.SetSelectionOwnerChecked(p.c, owner, p.atom("_NET_WM_CM_S0"), 0).Check())
	reply, err := composite.GetOverlayWindow(p.c, p.screen.Root).Reply()
	p.check(err)
	p.check(xproto.ChangeWindowAttributesChecked(p.c, reply.OverlayWin, xproto.CwBackPixel, []uint32{black}).Check())
	p.check(xproto.ClearAreaChecked(p.c, false, reply.OverlayWin, 0, 0, 0, 0).Check())
	return reply.OverlayWin
}

// paint draws onto the screen, whatever windows there are.
func (p *program) paint(at image.Rectangle) {
	p.t.Helper()
	pen, err := xproto.NewGcontextId(p.c)
	p.check(err)
	p.check(xproto.CreateGCChecked(p.c, pen, xproto.Drawable(p.screen.Root), xproto.GcForeground|xproto.GcSubwindowMode,
		[]uint32{black, xproto.SubwindowModeIncludeInferiors}).Check())
	p.check(xproto.PolyFillRectangleChecked(p.c, xproto.Drawable(p.screen.Root), pen, []xproto.Rectangle{{
		X: int16(at.Min.X), Y: int16(at.Min.Y), Width: uint16(at.Dx()), Height: uint16(at.Dy()),
	}}).Check())
	p.check(xproto.FreeGCChecked(p.c, pen).Check())
}

// What cannot be undone for good ends in the loss of the bar.
func TestBarIsLost(t *testing.T) {
	for name, attack := range map[string]func(s *scene, w xproto.Window) (again bool){
		"covered again and again": func(s *scene, w xproto.Window) bool {
			s.attacker.plain(first, black)
			return true
		},
		"raised above again and again": func() func(s *scene, w xproto.Window) bool {
			var over xproto.Window
			return func(s *scene, w xproto.Window) bool {
				if over == 0 {
					over = s.attacker.plain(first, black)
				}
				s.attacker.configure(over, xproto.ConfigWindowStackMode, xproto.StackModeAbove)
				return true
			}
		}(),
		"moved again and again": func(s *scene, w xproto.Window) bool {
			s.attacker.configure(w, xproto.ConfigWindowX, 1000)
			return true
		},
		"never drawn": func(s *scene, w xproto.Window) bool {
			s.attacker.redirect(w)
			return false
		},
		"drawn over by who calls itself a compositing manager": func(s *scene, _ xproto.Window) bool {
			s.attacker.manage()
			return false
		},
		"drawn over on the screen": func(s *scene, _ xproto.Window) bool {
			s.attacker.paint(first.Inset(8))
			return true
		},
		"left out by a new compositing manager": func(s *scene, w xproto.Window) bool {
			s.attacker.manage()
			s.attacker.redirect(w)
			return false
		},
		"destroyed": func(s *scene, w xproto.Window) bool {
			s.attacker.check(xproto.DestroyWindowChecked(s.attacker.c, w).Check())
			return false
		},
		"killed": func(s *scene, w xproto.Window) bool {
			s.attacker.check(xproto.KillClientChecked(s.attacker.c, uint32(w)).Check())
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, first)
			s.wait()
			late := time.After(lateAt)
			again := attack(s, s.places[0].Window)
			for {
				select {
				case err := <-s.lost:
					if err == nil {
						t.Error("lost, and nobody says why")
					}
					return
				case <-late:
					t.Fatalf("not lost within %v", lateAt)
				case <-time.After(2 * time.Millisecond):
				}
				if again {
					attack(s, s.places[0].Window)
				}
			}
		})
	}
}

// Windows of the program's own, and those that come and go elsewhere, are in nobody's way.
func TestBarLeavesOthersAlone(t *testing.T) {
	s := newScene(t, first)
	s.wait()
	menu := s.plain(image.Rect(300, 10, 360, 200), black)
	deadline := time.Now().Add(lateAt)
	for time.Now().Before(deadline) {
		tip := s.attacker.plain(image.Rect(10, 100, 90, 130), black)
		time.Sleep(20 * time.Millisecond)
		s.attacker.check(xproto.DestroyWindowChecked(s.attacker.c, tip).Check())
	}
	hit, err := xproto.TranslateCoordinates(s.c, s.screen.Root, s.screen.Root, 310, 20).Reply()
	s.check(err)
	if hit.Child != menu {
		t.Errorf("window %#x is above our own, want %#x", hit.Child, menu)
	}
	s.notLost(0)
}

// A compositing manager draws on a window above all others, through which clicks fall. One
// that was there before the bar may draw it as it likes, as for who cannot see it else.
func TestBarMindsNoCompositingManager(t *testing.T) {
	xvfbtest.Launch(t, size)
	manager := newProgram(t)
	manager.manage()
	s := newSceneOn(t, first)
	manager.redirect(s.places[0].Window)
	s.notLost(lateAt)
}

// One that comes later is seen to.
func TestBarMindsNoNewManagerThatDrawsIt(t *testing.T) {
	s := newScene(t, first)
	s.wait()
	manager := newProgram(t)
	over := manager.manage()
	manager.check(composite.RedirectWindowChecked(manager.c, s.places[0].Window, composite.RedirectAutomatic).Check())
	manager.check(xproto.UnmapWindowChecked(manager.c, over).Check())
	s.notLost(lateAt)
}

// The server's own screen saver covers all there is, and gives way to any hand.
func TestBarMindsNoScreenSaver(t *testing.T) {
	s := newScene(t, first)
	s.wait()
	s.check(xproto.SetScreenSaverChecked(s.c, 60, 60, xproto.BlankingNotPreferred, xproto.ExposuresAllowed).Check())
	s.check(xproto.ForceScreenSaverChecked(s.c, xproto.ScreenSaverActive).Check())
	if s.sight() == nil {
		t.Error("nothing is covered")
	}
	s.notLost(lateAt)
}
