package winetest

import (
	"bytes"
	"context"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// packages are tested in Wine, by their folders from here.
var packages = []string{"../clipboard/winclip", "../presence/winhook", "../ui/window/speech", "../ui/window/win32"}

// wineTimeout is for one package, within the time that all tests have.
const wineTimeout = "4m"

const desktopTimeout = 30 * time.Second

// missing is the source of what Debian's Wine lacks and Go's runtime does not start without.
const missing = "../../../.ci/wine/bcryptprimitives.c"

// manifest is what lendhand.exe has inside: today's controls, and pixels as they are.
const manifest = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <dependency><dependentAssembly><assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls"
    version="6.0.0.0" processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/></dependentAssembly></dependency>
  <application xmlns="urn:schemas-microsoft-com:asm.v3"><windowsSettings>
    <dpiAwareness xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">PerMonitorV2</dpiAwareness>
  </windowsSettings></application>
</assembly>
`

func TestInWine(t *testing.T) {
	xvfbtest.Start(t, image.Pt(1280, 1024))
	w := newWine(t)
	person := listen(t)
	for _, pkg := range packages {
		t.Run(filepath.Base(pkg), func(t *testing.T) {
			cmd := w.command(build(t, pkg), "-test.v", "-test.timeout", wineTimeout)
			cmd.Env = append(cmd.Env, addressVariable+"="+person)
			out, err := cmd.CombinedOutput()
			if err != nil || !bytes.Contains(out, []byte("--- PASS: ")) {
				t.Errorf("%v\n%s", err, out)
				return
			}
			t.Logf("%s", out)
		})
	}
}

// build makes the test program of a package.
func build(t *testing.T, pkg string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(pkg)+".test.exe")
	cmd := exec.Command("go", "test", "-c", "-o", program, ".")
	cmd.Dir = pkg
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.WriteFile(program+".manifest", []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	return program
}

// wine is a Wine of its own, which ends with the test.
type wine struct {
	loader string
	env    []string
}

func newWine(t *testing.T) *wine {
	t.Helper()
	w := &wine{loader: loader(t)}
	prefix := t.TempDir()
	// What Debian's Wine would like to download is not needed.
	w.env = append(os.Environ(), "WINEPREFIX="+prefix, "WINEARCH=win64", "WINEDEBUG=-all",
		"WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=")
	t.Cleanup(w.end)
	w.run(t, "wineboot", "--init")
	w.complete(t, filepath.Join(prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll"))
	// A desktop in one window of the X server: its windows stand above each other as Wine
	// says, and no window manager has a say.
	const explorer = `HKCU\Software\Wine\Explorer`
	w.run(t, "reg", "add", explorer, "/v", "Desktop", "/d", "Default", "/f")
	w.run(t, "reg", "add", explorer+`\Desktops`, "/v", "Default", "/d", "1280x1024", "/f")
	w.end() // what is started next is started there
	w.desktop(t)
	return w
}

// desktop starts the desktop, which otherwise comes with the first window alone.
func (w *wine) desktop(t *testing.T) {
	t.Helper()
	cmd := w.command("explorer", "/desktop=Default,1280x1024")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.end()
		_ = cmd.Wait()
	})
	ctx, cancel := context.WithTimeout(t.Context(), desktopTimeout)
	defer cancel()
	if err := exec.CommandContext(ctx, "xdotool", "search", "--sync", "--onlyvisible", "--name", "Wine desktop").Run(); err != nil {
		t.Fatalf("the desktop does not come: %v", err)
	}
}

// end ends all that runs in this Wine.
func (w *wine) end() {
	for _, how := range []string{"-k", "-w"} {
		server := exec.Command("wineserver", how)
		server.Env = w.env
		_ = server.Run() // fails when there is none left
	}
}

// complete builds a library that newer Wines have.
func (w *wine) complete(t *testing.T, library string) {
	t.Helper()
	if _, err := os.Stat(library); err == nil {
		return
	}
	out, err := exec.Command("x86_64-w64-mingw32-gcc", "-shared", "-o", library, missing, "-ladvapi32").CombinedOutput()
	if err != nil {
		t.Fatalf("build %s: %v\n%s", library, err, out)
	}
}

// loader finds Wine's own program: Debian has no name for it in the path.
func loader(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/usr/lib/wine/wine64", "wine64", "wine"} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	t.Fatal("no Wine (Debian package wine64)")
	return ""
}

func (w *wine) command(program string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(w.loader, append([]string{program}, arguments...)...)
	cmd.Env = append([]string{}, w.env...)
	cmd.WaitDelay = 10 * time.Second // Wine's services hold its output
	return cmd
}

func (w *wine) run(t *testing.T, program string, arguments ...string) {
	t.Helper()
	cmd := w.command(program, arguments...) // without a pipe, which the services would keep open
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v", program, err)
	}
}
