// Package winhook watches the keyboard and the mouse of Windows through its low-level
// hooks, which say of each event whether a program injected it. [Open] is the leaf of
// package presence; [Install] gives the events themselves to the window, which has to know
// whose hand pressed a button.
//
// Windows takes a hook away, and tells nobody, when its thread is slow to answer. A
// heartbeat compares the time of the last input, which Windows keeps, with what the hook
// has seen, and hooks anew.
package winhook
