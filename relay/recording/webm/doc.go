// Package webm writes and reads the pictures of a recording: WebM files of one video
// track, in pieces that are cut and joined without touching a picture.
//
// A [Segment] makes the pieces that the parts of a recording hold; [ParsePiece] reads
// them back. [Export] makes of a recording plain files that any player plays and seeks.
// Nothing here decodes or encodes pictures: of a key frame, the first bytes are read, for
// the codec's exact name and the size.
//
// The layout is RFC 9559 (Matroska) as WebM restricts it, and for AV1 the "Codec Mapping
// for AV1" of the Alliance for Open Media.
package webm
