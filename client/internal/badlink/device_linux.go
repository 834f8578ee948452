package main

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

const prefix = 24 // bits of an address that both sides share

// openDevice makes a TUN device in the namespace of the calling thread and raises it. It
// lives as long as the file descriptor. Each read gives one packet as it is on the wire:
// no segments for a network card to cut, whose loss would be that of many packets.
func openDevice(address netip.Addr, mtu int) (int, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	if err := raiseDevice(fd, address, mtu); err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func raiseDevice(fd int, address netip.Addr, mtu int) error {
	name, err := setInterface(fd, unix.TUNSETIFF, "badlink%d", flags(unix.IFF_TUN|unix.IFF_NO_PI))
	if err != nil {
		return fmt.Errorf("make a TUN device: %w", err)
	}
	mask := netip.AddrFrom4([4]byte{255, 255, 255, 0}) // that of the prefix
	for _, step := range []struct {
		request uint
		set     value
	}{
		{unix.SIOCSIFADDR, ip(address)},
		{unix.SIOCSIFNETMASK, ip(mask)},
		{unix.SIOCSIFMTU, number(mtu)},
		{unix.SIOCSIFFLAGS, flags(unix.IFF_UP | unix.IFF_RUNNING)},
	} {
		if err := configure(step.request, name, step.set); err != nil {
			return fmt.Errorf("device %q: %w", name, err)
		}
	}
	return nil
}

func raiseLoopback() error {
	if err := configure(unix.SIOCSIFFLAGS, "lo", flags(unix.IFF_UP|unix.IFF_RUNNING)); err != nil {
		return fmt.Errorf("raise loopback: %w", err)
	}
	return nil
}

// value fills the part of a request that says what an interface is to have.
type value func(*unix.Ifreq) error

func flags(bits uint16) value {
	return func(r *unix.Ifreq) error { r.SetUint16(bits); return nil }
}

func number(n int) value {
	return func(r *unix.Ifreq) error { r.SetUint32(uint32(n)); return nil }
}

func ip(address netip.Addr) value {
	return func(r *unix.Ifreq) error { return r.SetInet4Addr(address.AsSlice()) }
}

// configure changes an interface of the namespace of the calling thread, netdevice(7).
func configure(request uint, name string, set value) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	defer func() { _ = unix.Close(fd) }()
	_, err = setInterface(fd, request, name, set)
	return err
}

// setInterface returns the name that the interface has then.
func setInterface(fd int, request uint, name string, set value) (string, error) {
	r, err := unix.NewIfreq(name)
	if err == nil {
		err = set(r)
	}
	if err == nil {
		err = unix.IoctlIfreq(fd, request, r)
	}
	if err != nil {
		return "", fmt.Errorf("interface request %#x: %w", request, err)
	}
	return r.Name(), nil
}
