/** RTP timestamps, by which the host says which frame of video it means. */

/** Timestamps wrap around (RFC 3550 section 5.1): half of them are later than one. */
const HALF = 2 ** 31;

/** Whether the frame with one timestamp, or a later one, has come when the newest has the other. */
export function isReached(stamp: number, newest: number): boolean {
  return (newest - stamp) >>> 0 < HALF;
}
