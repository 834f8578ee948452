package config

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/signaling/settings"
)

// source is the configuration file: it is in the data folder.
var source = settings.Source{
	File: "config.json", Folder: "data", Example: `{"listen": ":8443", "organisation": "Example Help Desk"}`,
}

// Parse reads the command line, the environment and the configuration file into
// cli, a struct for kong in which [Common] is embedded. All its errors are wrong
// uses with hints.
func Parse(cli any, args []string, options ...kong.Option) (*settings.Call, error) {
	return settings.Parse(cli, args, source, append([]kong.Option{
		kong.Vars{"data": defaultData()}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	}, options...)...)
}

// defaultData is the system's place for state.
func defaultData() string {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "lendhand")
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		if dir, err := os.UserConfigDir(); err == nil {
			return filepath.Join(dir, "lendhand")
		}
	}
	if home, err := os.UserHomeDir(); err == nil && os.Getuid() != 0 {
		return filepath.Join(home, ".local", "state", "lendhand")
	}
	return "/var/lib/lendhand"
}
