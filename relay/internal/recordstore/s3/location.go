package s3

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/lendhand/lendhand/signaling/problem"
)

// Scheme begins the address of a storage.
const Scheme = "s3://"

// defaultEndpoint is where buckets are unless the address says otherwise.
const defaultEndpoint = "s3.amazonaws.com"

// Location is where a bucket is. It holds no secret, and may be logged.
type Location struct {
	// Endpoint is a host with maybe a port.
	Endpoint string
	Bucket   string
	// Prefix begins the names of objects: empty, or with a slash at its end.
	Prefix string
	// Region is empty for that which the storage names.
	Region string
	// Insecure says that the endpoint has no TLS.
	Insecure bool
}

const hint = "Write it as s3://bucket/prefix?endpoint=s3.example&region=eu-1. Keys are read from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or from ~/.aws/credentials."

// Parse reads an address such as s3://bucket/prefix?endpoint=s3.example:9000&region=eu-1&insecure=true.
// Its errors carry hints and repeat no secret.
func Parse(text string) (Location, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.Fragment != "" || u.Port() != "" {
		return Location{}, problem.New("the address of the storage cannot be read", hint)
	}
	if u.User != nil {
		return Location{}, problem.New("the address of the storage holds keys, which would be seen in lists of processes and in logs", hint)
	}
	l := Location{Endpoint: defaultEndpoint, Bucket: u.Host}
	if prefix := strings.Trim(u.Path, "/"); prefix != "" {
		l.Prefix = prefix + "/"
	}
	for key, values := range u.Query() {
		if err := l.set(key, values[len(values)-1]); err != nil {
			return Location{}, problem.New(err.Error(), hint)
		}
	}
	return l, nil
}

func (l *Location) set(key, value string) (err error) {
	switch key {
	case "endpoint":
		l.Endpoint = value
		if value == "" || strings.ContainsAny(value, "/@?#") {
			err = fmt.Errorf("the storage's endpoint %.100q is not a host with a port", value)
		}
	case "region":
		l.Region = value
	case "insecure":
		if l.Insecure, err = strconv.ParseBool(value); err != nil {
			err = fmt.Errorf("the storage's insecure is %.100q, want true or false", value)
		}
	default:
		err = fmt.Errorf("the storage's address has %.100q, which is nothing that we know", key)
	}
	return err
}
