// Command badlink is a bad network, to test with: it makes a network namespace, joins it to
// its own by a pair of TUN devices, and passes packets between them as a line would that has
// a rate, a delay, jitter, losses and a queue. It needs no module of the kernel but tun.
//
//	badlink [-near 10.77.0.1] [-far 10.77.0.2] [-mtu 1500] [-seed 1] [setting …]
//
// Near is the namespace that it is started in, far the new one. It must be allowed to
// change its namespace, as root is, or whoever `unshare --user --map-root-user --net` makes
// root of one. It carries IPv4 and nothing else.
//
// Standard output is one JSON object a line. The first names the far namespace, for
// nsenter(1), and the addresses:
//
//	{"namespace":"/proc/4711/fd/7","near":"10.77.0.1","far":"10.77.0.2"}
//
// Each line of standard input is answered by one: either the word `count`, which asks what
// became of the packets, or settings, as shape.Settings.With reads them, which hold from then
// on for both directions, or for one if `to=far` or `to=near` stands before them:
//
//	rate=5M delay=30ms loss=0.01
//	to=near rate=300k
//	down
//
// It ends, and the link with it, at the end of standard input or when it is told to.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// run reads in until its end, or until ctx is done. It may leave one read of in behind.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	config, words, err := parse(args)
	if err != nil {
		return err
	}
	control := newControl(config.Seed)
	if err := control.change(words); err != nil {
		return err
	}
	ctx, link, err := open(ctx, config, control)
	if err != nil {
		return err
	}
	return errors.Join(control.serve(ctx, link.greeting(), in, out), link.close())
}

func parse(args []string) (linkConfig, []string, error) {
	var c linkConfig
	flags := flag.NewFlagSet("badlink", flag.ContinueOnError)
	flags.TextVar(&c.Near, "near", netip.MustParseAddr("10.77.0.1"), "`address` of this side")
	flags.TextVar(&c.Far, "far", netip.MustParseAddr("10.77.0.2"), "`address` of the other side, in the same /24")
	flags.IntVar(&c.MTU, "mtu", 1500, "`bytes` of the largest packet")
	flags.Uint64Var(&c.Seed, "seed", 1, "`number` that decides which packets are lost")
	if err := flags.Parse(args); err != nil {
		return linkConfig{}, nil, err
	}
	return c, flags.Args(), nil
}
