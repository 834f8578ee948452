package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

const minMTU = 576 // RFC 791: what every host takes

// linkConfig says what the link looks like from its two ends.
type linkConfig struct {
	Near, Far netip.Addr
	MTU       int
	Seed      uint64
}

func (c linkConfig) check() error {
	switch {
	case !c.Near.Is4() || !c.Far.Is4() || c.Near == c.Far:
		return fmt.Errorf("addresses %v and %v: want two of IPv4", c.Near, c.Far)
	case !netip.PrefixFrom(c.Near, prefix).Masked().Contains(c.Far):
		return fmt.Errorf("addresses %v and %v: not of one /%d", c.Near, c.Far, prefix)
	case c.MTU < minMTU || c.MTU > maxPacket-1:
		return fmt.Errorf("mtu %d: not between %d and %d", c.MTU, minMTU, maxPacket-1)
	}
	return nil
}

// link is a new network namespace and what joins it to that of its maker.
type link struct {
	config    linkConfig
	control   *control
	namespace int // a file descriptor that keeps it, and by which others enter it
	near, far int // the devices
	running   *errgroup.Group
}

// open makes the link between the namespace of the calling thread and a new one. The
// context that it returns ends with ctx, or when the link fails; close says why.
func open(ctx context.Context, config linkConfig, control *control) (_ context.Context, _ *link, err error) {
	if err := config.check(); err != nil {
		return nil, nil, err
	}
	l := &link{config: config, control: control, namespace: -1, near: -1, far: -1}
	defer func() {
		if err != nil {
			l.closeFiles()
		}
	}()
	if l.near, err = openDevice(config.Near, config.MTU); err != nil {
		return nil, nil, fmt.Errorf("near side: %w", err)
	}
	if err := elsewhere(l.openFar); err != nil {
		return nil, nil, fmt.Errorf("far side: %w", err)
	}
	if err := errors.Join(control.far.open(l.near, l.far), control.near.open(l.far, l.near)); err != nil {
		return nil, nil, err
	}
	l.running, ctx = errgroup.WithContext(ctx)
	l.running.Go(control.far.run)
	l.running.Go(control.near.run)
	return ctx, l, nil
}

// elsewhere calls f in a thread that ends with it, for what cannot be undone.
func elsewhere(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- f()
	}()
	return <-done
}

// openFar leaves the calling thread in the new namespace.
func (l *link) openFar() (err error) {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("make a network namespace (root may): %w", err)
	}
	if l.namespace, err = unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
		return fmt.Errorf("open the namespace: %w", err)
	}
	if err := raiseLoopback(); err != nil {
		return err
	}
	l.far, err = openDevice(l.config.Far, l.config.MTU)
	return err
}

// greeting is what a program needs to know to use the link.
func (l *link) greeting() any {
	return struct {
		Namespace string     `json:"namespace"`
		Near      netip.Addr `json:"near"`
		Far       netip.Addr `json:"far"`
	}{fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), l.namespace), l.config.Near, l.config.Far}
}

// close takes the devices away, and says why the link failed if it did. The namespace lasts until the last program in it has ended.
func (l *link) close() error {
	l.control.far.end()
	l.control.near.end()
	err := l.running.Wait()
	l.closeFiles()
	return err
}

func (l *link) closeFiles() {
	l.control.far.close()
	l.control.near.close()
	for _, fd := range []int{l.near, l.far, l.namespace} {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
	}
}
