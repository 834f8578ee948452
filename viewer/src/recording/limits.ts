/** How much of a recording this page takes at once: whoever made it may wish the page ill. */

/** Bytes of a sealed part, and of what is in one. */
export const MAX_PART = 8 << 20;
/** Bytes of a line: between the parts of a file, the first one in a part, and that of an event. */
export const MAX_LINE = 64 << 10;
/** Events and frames in one part. */
export const MAX_EVENTS = 10_000;
export const MAX_FRAMES = 1000;
/** Milliseconds of a part, and of the time at which the last one begins. */
export const MAX_LENGTH = 5000;
export const MAX_TIME = 2 ** 31;
/** Parts of one recording. */
export const MAX_PARTS = 1 << 20;
/** Pixels of a side of the video. */
export const MAX_SIDE = 16_384;
/** Bytes of sealed parts that are kept, and of opened ones. */
export const KEPT_SEALED = 48 << 20;
export const KEPT_OPENED = 16 << 20;
