//go:build linux

// Package portaltest gives a test a Wayland desktop of its own: GNOME's compositor without
// a screen, PipeWire, and the system's portal with GNOME's own questions. It needs Debian's
// mutter, pipewire, wireplumber, xdg-desktop-portal-gnome, dbus-daemon and foot.
package portaltest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// startWithin is how long each part of the desktop may take to start.
const startWithin = 30 * time.Second

// Where the parts are that nobody starts by name, as Debian, Fedora and Arch have them.
var libexec = []string{"/usr/libexec", "/usr/lib", "/usr/lib/xdg-desktop-portal"}

// busConfig is a bus that starts nothing by itself: what a test starts, it can end.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// Desktop is one running desktop. $DBUS_SESSION_BUS_ADDRESS, $XDG_RUNTIME_DIR and
// $WAYLAND_DISPLAY point at it, and $DISPLAY at nothing.
type Desktop struct {
	t   testing.TB
	dir string
	bus *dbus.Conn
	// Person is who sits at the desktop.
	Person *Person

	mu     sync.Mutex
	asked  chan struct{} // the system's question has the keyboard; holds one
	parts  []*part
	portal *part
}

// part is a process of the desktop.
type part struct {
	*exec.Cmd
	end  sync.Once
	gone chan struct{}
}

// Start runs a desktop with monitors of these sizes, such as "1280x720", which ends with
// the test. It cannot be used in parallel tests, because the environment is shared.
func Start(t testing.TB, monitors ...string) *Desktop {
	t.Helper()
	dir, err := os.MkdirTemp("", "desk") //nolint:usetesting // a short path: it holds sockets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	d := &Desktop{t: t, dir: dir, asked: make(chan struct{}, 1)}
	t.Cleanup(d.Stop)
	d.environment()
	d.startBus()
	d.start("pipewire")
	d.await("pipewire-0")
	d.start("wireplumber")
	args := []string{"--headless", "--wayland", "--no-x11", "--wayland-display", "wayland-9"}
	for _, size := range monitors {
		args = append(args, "--virtual-monitor", size)
	}
	d.start("mutter", args...)
	d.awaitName("org.gnome.Mutter.RemoteDesktop")
	d.awaitName("org.gnome.Mutter.ScreenCast")
	d.await("wayland-9")
	d.Person = newPerson(t, d.bus)
	d.startQuestions()
	d.portal = d.start(find(t, "xdg-desktop-portal"))
	d.awaitName("org.freedesktop.portal.Desktop")
	return d
}

func (d *Desktop) environment() {
	for name, value := range map[string]string{
		"XDG_RUNTIME_DIR":          d.dir,
		"DBUS_SESSION_BUS_ADDRESS": "unix:path=" + filepath.Join(d.dir, "bus"),
		"XDG_SESSION_TYPE":         "wayland",
		"XDG_CURRENT_DESKTOP":      "GNOME",
		"WAYLAND_DISPLAY":          "wayland-9",
		"HOME":                     filepath.Join(d.dir, "home"),
		"GSETTINGS_BACKEND":        "memory",
		"NO_AT_BRIDGE":             "1",
		"GTK_A11Y":                 "none",
		"GDK_BACKEND":              "wayland",
		"LC_ALL":                   "C.UTF-8",
		"DISPLAY":                  "",
	} {
		d.t.Setenv(name, value)
	}
	if err := os.Mkdir(filepath.Join(d.dir, "home"), 0o700); err != nil {
		d.t.Fatal(err)
	}
}

func (d *Desktop) startBus() {
	d.t.Helper()
	path, config := filepath.Join(d.dir, "bus"), filepath.Join(d.dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, path), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.start("dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile")
	d.until("there is a bus", func() bool {
		c, err := dbus.Connect("unix:path=" + path)
		d.bus = c
		return err == nil
	})
}

// startQuestions starts what asks the person. Its traffic tells when it has the keyboard.
func (d *Desktop) startQuestions() {
	read, write := io.Pipe()
	p := d.prepare(find(d.t, "xdg-desktop-portal-gnome"))
	p.Env = append(os.Environ(), "WAYLAND_DEBUG=client")
	p.Stderr = write
	d.run(p)
	go func() { // ends with the process
		lines := bufio.NewScanner(read)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "wl_keyboard") && strings.Contains(lines.Text(), ".enter(") {
				select {
				case d.asked <- struct{}{}:
				default:
				}
			}
		}
		_, _ = io.Copy(io.Discard, read)
	}()
	go func() { <-p.gone; _ = write.Close() }()
	d.awaitName("org.freedesktop.impl.portal.desktop.gnome")
}

func find(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range libexec {
		if path := filepath.Join(dir, name); exec.Command("test", "-x", path).Run() == nil {
			return path
		}
	}
	t.Fatalf("%s is not installed (Debian package %s)", name, name)
	return ""
}

// start starts a part of the desktop.
func (d *Desktop) start(name string, args ...string) *part {
	d.t.Helper()
	p := d.prepare(name, args...)
	d.run(p)
	return p
}

func (d *Desktop) prepare(name string, args ...string) *part {
	p := &part{Cmd: exec.Command(name, args...), gone: make(chan struct{})}
	p.Dir = d.dir
	if file, err := os.Create(filepath.Join(d.dir, filepath.Base(name)+".log")); err == nil {
		p.Stdout, p.Stderr = file, file
		d.t.Cleanup(func() { _ = file.Close() })
	}
	return p
}

func (d *Desktop) run(p *part) {
	d.t.Helper()
	if err := p.Start(); err != nil {
		d.t.Fatalf("start %s: %v", p.Path, err)
	}
	d.mu.Lock()
	d.parts = append(d.parts, p)
	d.mu.Unlock()
	go func() {
		_ = p.Wait()
		close(p.gone)
	}()
}

func (p *part) stop() {
	p.end.Do(func() {
		_ = p.Process.Kill()
		<-p.gone
	})
}

// Stop ends the desktop, as when the person signs out. Stopping twice is harmless.
func (d *Desktop) Stop() {
	if d.bus != nil {
		_ = d.bus.Close()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for n := len(d.parts) - 1; n >= 0; n-- {
		d.parts[n].stop()
	}
}

// StopPortal ends the system's portal, and so all that it has allowed.
func (d *Desktop) StopPortal() { d.portal.stop() }

// await waits until there is a file in the desktop's folder.
func (d *Desktop) await(name string) {
	d.t.Helper()
	d.until("there is "+name, func() bool {
		_, err := os.Stat(filepath.Join(d.dir, name))
		return err == nil
	})
}

// awaitName waits until somebody has a name on the bus.
func (d *Desktop) awaitName(name string) {
	d.t.Helper()
	d.until(name+" is on the bus", func() bool {
		var has bool
		err := d.bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has)
		return err == nil && has
	})
}

func (d *Desktop) until(what string, is func() bool) {
	d.t.Helper()
	for began := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > startWithin {
			d.t.Fatalf("not within %v: %s\n%s", startWithin, what, d.logs())
		}
	}
}

// logs returns what the parts have written.
func (d *Desktop) logs() string {
	var all strings.Builder
	files, _ := filepath.Glob(filepath.Join(d.dir, "*.log"))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		fmt.Fprintf(&all, "== %s\n%s\n", filepath.Base(file), text)
	}
	return all.String()
}
