/** How much of a recording this page takes at once: whoever made it may wish the page ill. */

/** Bytes of a sealed part, and of what is in one. */
export const MAX_PART = 8 << 20;
/** Characters of a line between the parts of a file. */
export const MAX_ENVELOPE = 4096;
/** Bytes of the first line in a part, and of the line of an event. */
export const MAX_LINE = 64 << 10;
/** Events and frames in one part. An index part has the events of a minute. */
export const MAX_EVENTS = 50_000;
export const MAX_FRAMES = 1000;
/** Milliseconds: a recording is no longer than a month. */
export const MAX_TIME = 31 * 24 * 3600_000;
/** Parts of one recording. */
export const MAX_PARTS = 1 << 22;
/** Pixels of a side of the video. */
export const MAX_SIDE = 16_384;
/** Bytes of sealed parts that are kept, and of opened ones. */
export const KEPT_SEALED = 48 << 20;
export const KEPT_OPENED = 16 << 20;
