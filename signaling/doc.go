// Package signaling is what the sides of a session agree on: the messages that
// host, relay and technician exchange over WebSocket, and those that host and
// technician exchange directly over data channels.
//
// PROTOCOL.md beside this file is the normative text. The messages' literals in
// testdata/vectors are read by the tests of this package and of the viewer.
//
// One Go type stands for one message. [Encode] writes any of them; a [Set] reads
// those that one side may send on one connection, and checks every field against
// its limit, so that what a handler receives is well formed. Whether the sender
// may send it now is the handler's first question, not this package's.
package signaling
