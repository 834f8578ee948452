package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/alecthomas/kong"
)

// maxFile is the longest configuration file, in bytes.
const maxFile = 64 << 10

// settings is what a configuration file says: values by the names of flags.
type settings map[string]string

// readSettings reads one JSON object whose keys are names of flags. It is a
// kong.ConfigurationLoader.
func readSettings(r io.Reader) (kong.Resolver, error) {
	var values map[string]any
	if err := json.NewDecoder(io.LimitReader(r, maxFile)).Decode(&values); err != nil {
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	s := make(settings, len(values))
	for key, value := range values {
		switch v := value.(type) {
		case string:
			s[key] = v
		case float64:
			s[key] = strconv.FormatFloat(v, 'f', -1, 64)
		default:
			return nil, fmt.Errorf("%q is neither text nor a number", key)
		}
	}
	return s, nil
}

// Validate implements kong.Resolver: a key that is misspelt must not go unnoticed.
func (s settings) Validate(program *kong.Application) error {
	known := make(map[string]bool)
	for _, flag := range program.Flags {
		known[flag.Name] = len(flag.Envs) > 0 && flag.Name != "config"
	}
	for key := range s {
		if !known[key] {
			return fmt.Errorf("unknown key %q", key)
		}
	}
	return nil
}

// Resolve implements kong.Resolver. Kong asks for every flag that the command line
// leaves out; what the environment has wins over the file.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return nil, nil
		}
	}
	if value, ok := s[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}
