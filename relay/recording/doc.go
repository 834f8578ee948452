// Package recording is the form in which a session is recorded: who writes it, keeps it
// and reads it agree on it here. FORMAT.md beside this file is the normative text.
//
// A recording is a manifest and parts, one after the other. The host makes them with a
// [Writer]: each part is sealed to the readers' keys, so that the relay that keeps it
// cannot look inside, and signed together with all that came before it, so that nobody
// can change, drop or move one unseen. A [Chain] checks that from part to part, and
// needs no key to do it; the relay answers each part that it has taken with a [Receipt].
// [Verify] checks a whole file, and [Manifest.Open] opens a part for who has a key.
//
// What is read here comes from machines that nobody has to trust: every size has a
// limit, and nothing is allocated beyond it.
package recording
