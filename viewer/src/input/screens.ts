/**
 * Which of the host's screens is to be seen. What the host says of a new one and its
 * first picture come on different ways, in any order: until that picture is on the page,
 * the technician aims at the screen before.
 */

import type { Screen } from "../protocol/message.ts";

/** Screens that may wait for their first picture. */
const MAX_WAITING = 16;
/** Timestamps wrap around (RFC 3550 section 5.1): half of them are later than one. */
const HALF = 2 ** 31;

export class Screens {
  #seen: Screen | undefined;
  // What was told and has not been seen yet, oldest first.
  #waiting: Screen[] = [];
  // The RTP timestamp of the picture that is on the page.
  #shown: number | undefined;

  /** The screen that is to be seen; undefined before the first. */
  get seen(): Screen | undefined {
    return this.#seen;
  }

  /** Takes what the host says. Gives whether another screen is seen now. */
  told(screen: Screen): boolean {
    const isKnown = screen.number !== undefined && screen.number === this.#seen?.number;
    if (!this.#seen || isKnown || isFirst(screen, this.#shown)) {
      this.#waiting = [];
      this.#seen = screen;
      return true;
    }
    this.#waiting = [...this.#waiting, screen].slice(-MAX_WAITING);
    return false;
  }

  /**
   * A picture is on the page, with this RTP timestamp. In a browser that does not tell
   * timestamps any picture counts. Gives whether another screen is seen now.
   */
  shown(timestamp: number | undefined): boolean {
    this.#shown = timestamp;
    const at = this.#waiting.findLastIndex((s) => timestamp === undefined || isFirst(s, timestamp));
    if (at < 0) return false;
    this.#seen = this.#waiting[at];
    this.#waiting = this.#waiting.slice(at + 1);
    return true;
  }
}

/** Whether the first picture of a screen has come, when this is the newest one. */
function isFirst(screen: Screen, timestamp: number | undefined): boolean {
  if (screen.since === undefined) return true;
  return timestamp !== undefined && (timestamp - screen.since) >>> 0 < HALF;
}
