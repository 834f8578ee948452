// Package settings is how a program is told what to do: flags, then environment
// variables, then one configuration file, then defaults.
//
// Every flag that has an environment variable is a key of the file too. A flag that
// is about one call of one command has neither: it carries env:"-".
package settings

import (
	"errors"
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	envPrefix  = "LENDHAND"
	configFlag = "config"
)

// Source says where a program's configuration file is.
type Source struct {
	// File is read when --config names no other. It need not exist; empty, there is
	// none.
	File string
	// Folder is the name of the flag for the folder that File is in, and that it
	// cannot move. Empty, File is a whole path.
	Folder string
	// Example is what a file looks like, for a hint.
	Example string
}

// Call is a command line that was read.
type Call struct {
	*kong.Context
	file *file
}

// Parse reads what the program was told into cli, a struct for kong whose flag
// --config names the file. Its errors are wrong uses with hints.
func Parse(cli any, args []string, source Source, options ...kong.Option) (*Call, error) {
	f := &file{source: source}
	parser, err := kong.New(cli, append([]kong.Option{
		kong.DefaultEnvars(envPrefix),
		kong.WithBeforeResolve(f.load),
		kong.Resolvers(f),
	}, options...)...)
	if err != nil {
		return nil, fmt.Errorf("declare the flags: %w", err)
	}
	context, err := parser.Parse(args)
	call := &Call{Context: context, file: f}
	if err != nil {
		return nil, call.Explain(problem.Misuse(withHelp(err, parser.Model)))
	}
	return call, nil
}

// withHelp points those who have no other hint to the help.
func withHelp(err error, program *kong.Application) error {
	if problem.Hint(err) != "" {
		return err
	}
	hint := fmt.Sprintf("Run \"%s --help\" for what there is.", program.Name)
	if len(program.Children) > 0 {
		hint = fmt.Sprintf("Run \"%s --help\", or a command with --help, for what there is.", program.Name)
	}
	return problem.Wrap(err, hint)
}

// Explain adds to a wrong use of settings which file they come from, when one gave
// any.
func (c *Call) Explain(err error) error {
	var inFile *fileError
	if !problem.IsMisuse(err) || !c.file.used || errors.As(err, &inFile) {
		return err
	}
	return problem.Wrap(err, fmt.Sprintf("%s Settings come from the configuration file %s too.", problem.Hint(err), c.file.name()))
}

// inEnvironment returns the variable that sets a flag, and "" when none does.
func inEnvironment(flag *kong.Flag) string {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return name
		}
	}
	return ""
}
