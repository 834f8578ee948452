/**
 * Which of the host's screens is to be seen. What the host says of a new one and its
 * first picture come on different ways, in any order: until that picture is on the page,
 * the technician aims at the screen before.
 *
 * Its RTP timestamp tells which picture that is. A browser that knows no timestamps
 * cannot tell until there is a picture of a size that only the new screen has, or until
 * whatever was on its way must have come: meanwhile nobody knows where a place is.
 */

import type { Screen } from "../protocol/message.ts";
import { isReached } from "../protocol/stamp.ts";
import type { Size } from "./mapping.ts";

/** Without timestamps: how long pictures of the screen before may come, in milliseconds. */
export const BLIND_MS = 1000;
/** Screens that may wait for their first picture. */
const MAX_WAITING = 16;

interface Waiting {
  screen: Screen;
  /** When the host told of it. */
  at: number;
  /** Whether a picture was shown since. */
  isPictured: boolean;
}

export class Screens {
  // Set at construction.
  readonly #now: () => number;
  #seen: Screen | undefined;
  // What was told and has not been seen yet, oldest first.
  #waiting: Waiting[] = [];
  // The RTP timestamp of the picture that is on the page.
  #shown: number | undefined;
  // Its size; undefined before the first.
  #size: Size | undefined;

  /** `now` is a clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The screen that is to be seen; undefined before the first. */
  get seen(): Screen | undefined {
    return this.#seen;
  }

  /** Whether it is known that the picture on the page is of that screen. */
  get isSure(): boolean {
    return this.#waiting.length === 0 || this.#shown !== undefined;
  }

  /** Takes what the host says. Gives whether another screen is seen now. */
  told(screen: Screen): boolean {
    const isKnown = screen.number !== undefined && screen.number === this.#seen?.number;
    if (!this.#seen || isKnown || isFirst(screen, this.#shown)) {
      this.#waiting = [];
      this.#seen = screen;
      return true;
    }
    const waiting = { screen, at: this.#now(), isPictured: false };
    this.#waiting = [...this.#waiting, waiting].slice(-MAX_WAITING);
    return false;
  }

  /**
   * A picture of that size is on the page, with this RTP timestamp; undefined in a browser
   * that tells none. Gives whether another screen is seen now.
   */
  shown(timestamp: number | undefined, size: Size): boolean {
    const isOther = this.#size !== undefined && !isSame(size, this.#size);
    this.#shown = timestamp;
    this.#size = { width: size.width, height: size.height };
    if (timestamp !== undefined) return this.#see(({ screen }) => isFirst(screen, timestamp));
    for (const w of this.#waiting) w.isPictured = true;
    return (isOther && this.#see((w) => this.#isAlone(w, size))) || this.passed();
  }

  /**
   * Time has passed: without timestamps, the picture on the page is of a screen that was
   * told long enough ago. Gives whether another screen is seen now.
   */
  passed(): boolean {
    if (this.#shown !== undefined) return false;
    const now = this.#now();
    return this.#see(({ isPictured, at }) => isPictured && now - at >= BLIND_MS);
  }

  /** Whether a screen is of that size, and none that may be in its place. */
  #isAlone({ screen }: Waiting, size: Size): boolean {
    const all = [this.#seen, ...this.#waiting.map((w) => w.screen)];
    return isSame(screen, size) && all.every((s) => !s || s === screen || !isSame(s, size));
  }

  /** The newest of those that wait and are meant is seen now, if there is one. */
  #see(isMeant: (w: Waiting) => boolean): boolean {
    const at = this.#waiting.findLastIndex(isMeant);
    if (at < 0) return false;
    this.#seen = this.#waiting[at]?.screen;
    this.#waiting = this.#waiting.slice(at + 1);
    return true;
  }
}

/** Whether the first picture of a screen has come, when this is the newest one. */
function isFirst(screen: Screen, timestamp: number | undefined): boolean {
  if (screen.since === undefined) return true;
  return timestamp !== undefined && isReached(screen.since, timestamp);
}

function isSame(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
