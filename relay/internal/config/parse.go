package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/relay/internal/hint"
)

const (
	envPrefix   = "LENDHAND"
	defaultFile = "config.json"
	// maxFile bounds what is read of a configuration file, in bytes.
	maxFile = 1 << 20
)

// Parse reads the command line, the environment and the configuration file into
// cli, a struct for kong in which common is embedded. All its errors are about how
// the program was called; some carry hints.
func Parse(cli any, common *Common, args []string, options ...kong.Option) (*kong.Context, error) {
	options = append([]kong.Option{
		kong.DefaultEnvars(envPrefix), kong.Vars{"data": defaultData()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	}, options...)
	parser, err := kong.New(cli, options...)
	if err != nil {
		return nil, err
	}
	if _, err := parser.Parse(args); err != nil { // to learn where the file is
		return nil, err
	}
	file, err := openFile(parser.Model, *common)
	if err != nil {
		return nil, err
	}
	if parser, err = kong.New(cli, append(options, kong.Resolvers(file))...); err != nil {
		return nil, err
	}
	return parser.Parse(args)
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

// file is a configuration file's values by flag name.
type file map[string]string

// openFile reads the file that was named, or the one in the data folder, which
// need not be there.
func openFile(app *kong.Application, common Common) (file, error) {
	path, named := common.Config, common.Config != ""
	if !named {
		path = filepath.Join(common.Data, defaultFile)
	}
	data, err := readFile(path)
	if !named && err != nil && !reachable(path) {
		return file{}, nil
	}
	if err != nil {
		return nil, hint.Wrap(fmt.Errorf("configuration file: %w", err), "Name a file that can be read with --config.")
	}
	f, err := parseFile(data, settingNames(app))
	if err != nil {
		return nil, fmt.Errorf("configuration file %s: %w", path, err)
	}
	if _, moves := f["data"]; moves && !named {
		return nil, hint.New(fmt.Sprintf("configuration file %s: a file in the data folder cannot move the folder", path),
			"Remove \"data\" from the file, and use --data.")
	}
	return f, nil
}

// reachable reports whether something is there; a data folder that is missing, or
// that is no folder, is for others to complain about.
func reachable(path string) bool {
	_, err := os.Lstat(path)
	return err == nil || errors.Is(err, fs.ErrPermission)
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, fmt.Errorf("%s is not a file of at most %d bytes", path, maxFile)
	}
	return os.ReadFile(path)
}

// parseFile reads one JSON object whose keys are names of flags.
func parseFile(data []byte, names []string) (file, error) {
	var values map[string]any
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, hint.Wrap(fmt.Errorf("not a JSON object: %w", err), `It looks like this: {"listen": ":8443", "organisation": "Example Help Desk"}`)
	}
	f := file{}
	var unknown []string
	for key, value := range values {
		text, ok := scalar(value)
		switch {
		case !slices.Contains(names, key):
			unknown = append(unknown, strconv.Quote(key))
		case !ok:
			return nil, hint.New(fmt.Sprintf("%q is not a text, a number, true or false", key), "Keys and values are those of the flags.")
		default:
			f[key] = text
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return nil, hint.New(fmt.Sprintf("unknown keys %v", unknown), fmt.Sprintf("The keys are named like the flags: %v", names))
	}
	return f, nil
}

func scalar(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

// settingNames lists what a file may hold: the flags that are not about one call
// of one command. Those have no environment variable.
func settingNames(app *kong.Application) []string {
	var names []string
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && len(flag.Envs) > 0 && flag.Name != "config" && !slices.Contains(names, flag.Name) {
			names = append(names, flag.Name)
		}
		return next(nil)
	})
	slices.Sort(names)
	return names
}

// Validate implements [kong.Resolver].
func (file) Validate(*kong.Application) error { return nil }

// Resolve implements [kong.Resolver]. Kong asks for every flag that the command
// line leaves out, also where the environment has it: that wins over the file.
func (f file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return nil, nil
		}
	}
	if value, ok := f[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}
