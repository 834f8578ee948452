/** How often the other side may speak. */

import { BadMessage } from "../protocol/check.ts";

/**
 * The most messages of the host on the control channel: a second, and at once. An honest
 * one sends its figures once a second, a new shape of the pointer with a picture at most,
 * and the rest when a person does something. What waited while the line was away comes
 * at once, 256 KiB of it.
 */
const MAX_A_SECOND = 500;
const MAX_AT_ONCE = 1000;

export class Pace {
  // Set at construction.
  readonly #now: () => number;
  #left = MAX_AT_ONCE;
  #at: number;

  /** `now` is a clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = now();
  }

  /** Counts a message; throws BadMessage when there were too many. */
  count(): void {
    const now = this.#now();
    const earned = ((now - this.#at) / 1000) * MAX_A_SECOND;
    this.#at = now;
    this.#left = Math.min(MAX_AT_ONCE, this.#left + earned) - 1;
    if (this.#left >= 0) return;
    throw new BadMessage("too_fast", `more than ${MAX_A_SECOND} messages a second`);
  }
}
