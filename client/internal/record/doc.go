// Package record makes the recording of a session on the host: from the encoded pictures
// that the technician sees, and from what happens.
//
// A [Recorder] cuts both into parts of at most a second. Each part is sealed, signed and
// written to a folder of this machine's at once, and from there it goes to the relay, in
// order, until the relay has receipted it. A [Depot] is that folder: it outlives sessions,
// and the program, so that what a crash has left there is uploaded by the next start.
//
// A program that is killed loses the part that it was making, a second. What is written is not
// forced onto the disk: that would cost a laptop's battery more than it is worth for parts that
// the relay, which does force them, has a moment later. So where power fails and the relay is
// out of reach, the newest parts may be missing or torn; what comes before them is uploaded.
//
// Nothing here holds up the picture or the technician. WriteFrame copies what it is given;
// sealing, writing and uploading are done by others, behind bounded queues. A full queue is
// told: by a gap in the recording, or by a [State].
package record
