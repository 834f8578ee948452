// Package recordstore keeps recordings: it takes their parts while sessions run, and has
// them until their day has come.
//
// A part is checked against the chain of those before it, written to the growing volume of
// its recording, synchronised, and then receipted. A volume that is full is closed and
// moved to the storage, a [Blobs]; while that is away it waits on this machine. All volumes
// of a recording, one after the other, are the recording as a file, as FORMAT.md of package
// recording has it. What is in the parts nobody here can see.
package recordstore
