package app

import (
	"errors"

	"github.com/lendhand/lendhand/relay/internal/port"
	"github.com/lendhand/lendhand/signaling/problem"
)

func explainPort(err error) error {
	switch {
	case errors.Is(err, port.ErrPortTaken):
		return problem.Wrap(err, "Another program, perhaps another relay, has the port. End it, or choose another one with --listen.")
	case errors.Is(err, port.ErrPortPrivileged):
		return problem.Wrap(err, "Choose a port from 1024 on with --listen, or let the program have it: setcap cap_net_bind_service=+ep lendhand-relay")
	}
	return problem.Wrap(err, "Look at --listen: the address must be one of this machine.")
}

func explainTurn(err error) error {
	return problem.Wrap(err, "Look at --relay-ip and --relay-ports: the ports must be free, and the address one that others reach this machine by.")
}
