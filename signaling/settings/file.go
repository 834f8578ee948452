package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/signaling/problem"
)

// maxFile bounds a configuration file, in bytes.
const maxFile = 1 << 20

// Errors about a configuration file.
var (
	ErrUnknownKey = errors.New("unknown key")
	ErrTooLong    = fmt.Errorf("longer than %d bytes", maxFile)
	ErrNotAFile   = errors.New("not a regular file")
)

// file is the configuration file, a [kong.Resolver].
type file struct {
	source Source
	loaded bool
	// path is where the file is, and by the flag or variable that named it.
	path, by string
	values   map[string]string // by names of flags
	used     bool              // at least one value was
}

// fileError is an error that names the file itself.
type fileError struct{ error }

func (e *fileError) Unwrap() error { return e.error }

// name returns the path, and what named it: two programs on one machine read
// different files, and the same environment.
func (f *file) name() string {
	if f.by == "" {
		return f.path
	}
	return fmt.Sprintf("%s (named by %s)", f.path, f.by)
}

// load reads the file, once flags and environment are known and before they are
// completed from it. Kong calls it more than once.
func (f *file) load(context *kong.Context) error {
	if f.loaded {
		return nil
	}
	f.loaded = true
	f.find(context)
	if f.path == "" || f.by == "" && !present(f.path) {
		return nil
	}
	if err := f.read(context.Model); err != nil {
		return &fileError{fmt.Errorf("configuration file %s: %w", f.name(), err)}
	}
	return nil
}

// find sets path and by.
func (f *file) find(context *kong.Context) {
	if f.path, f.by = value(context, configFlag); f.path != "" {
		return
	}
	f.path, f.by = f.source.File, ""
	if f.source.Folder != "" {
		folder, _ := value(context, f.source.Folder)
		f.path = filepath.Join(folder, f.source.File)
	}
}

// value returns what the command line or the environment says of a flag, or its
// default, and which of the first two it was.
func value(context *kong.Context, name string) (text, by string) {
	for _, flag := range context.Model.Flags {
		if flag.Name != name {
			continue
		}
		text = fmt.Sprint(context.FlagValue(flag))
		if slices.ContainsFunc(context.Path, func(p *kong.Path) bool { return p.Flag == flag }) {
			return text, "--" + name
		}
		return text, inEnvironment(flag)
	}
	return "", ""
}

// present reports whether something is there. A folder that is missing, or that is
// no folder, is for others to complain about; one that is closed hides a file that
// must not be ignored.
func present(path string) bool {
	_, err := os.Lstat(path)
	return err == nil || errors.Is(err, fs.ErrPermission)
}

// read fills values from the file.
func (f *file) read(program *kong.Application) error {
	data, err := readAll(f.path)
	if err != nil {
		return problem.Wrap(err, "Name a file that can be read with --config.")
	}
	var values map[string]any
	if err := json.Unmarshal(data, &values); err != nil {
		return problem.Wrap(fmt.Errorf("not a JSON object: %w", err), "It looks like this: "+f.source.Example)
	}
	if err := checkKeys(values, names(program)); err != nil {
		return err
	}
	if _, moves := values[f.source.Folder]; moves && f.by == "" {
		return problem.New(fmt.Sprintf("it cannot move the folder that it is in with %q", f.source.Folder),
			fmt.Sprintf("Remove %q from the file, and use --%s.", f.source.Folder, f.source.Folder))
	}
	return f.fill(values)
}

// readAll reads at most maxFile bytes, and only from a file: a device or a pipe may
// never end.
func readAll(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotAFile
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err := errors.Join(err, in.Close()); err != nil {
		return nil, withoutPath(err)
	}
	if len(data) > maxFile {
		return nil, ErrTooLong
	}
	return data, nil
}

// withoutPath drops the operation and the path, which the message names already.
func withoutPath(err error) error {
	var inPath *fs.PathError
	if errors.As(err, &inPath) {
		return inPath.Err
	}
	return err
}

// checkKeys refuses keys that no flag has: a misspelt one must not go unnoticed.
func checkKeys(values map[string]any, known []string) error {
	var unknown []string
	for key := range values {
		if !slices.Contains(known, key) {
			unknown = append(unknown, strconv.Quote(key))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return problem.Wrap(fmt.Errorf("%w: %v", ErrUnknownKey, unknown), fmt.Sprintf("The keys are named like the flags: %v.", known))
}

// fill turns values into what a person could have typed behind the flags.
func (f *file) fill(values map[string]any) error {
	f.values = make(map[string]string, len(values))
	for key, value := range values {
		switch v := value.(type) {
		case string:
			f.values[key] = v
		case bool:
			f.values[key] = strconv.FormatBool(v)
		case float64:
			f.values[key] = strconv.FormatFloat(v, 'f', -1, 64)
		default:
			return problem.New(fmt.Sprintf("%q is not a text, a number, true or false", key), "Keys and values are those of the flags.")
		}
	}
	return nil
}

// names lists what a file may hold: the flags of all commands that are not about one
// call of one command.
func names(program *kong.Application) []string {
	var names []string
	_ = kong.Visit(program, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && len(flag.Envs) > 0 && flag.Name != configFlag && !slices.Contains(names, flag.Name) {
			names = append(names, flag.Name)
		}
		return next(nil)
	})
	slices.Sort(names)
	return names
}

// Validate implements [kong.Resolver].
func (*file) Validate(*kong.Application) error { return nil }

// Resolve implements [kong.Resolver]. Kong asks for every flag that the command
// line leaves out, also where the environment has it: that wins over the file.
func (f *file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := f.values[flag.Name]
	if !ok || inEnvironment(flag) != "" {
		return nil, nil
	}
	f.used = true
	return value, nil
}
