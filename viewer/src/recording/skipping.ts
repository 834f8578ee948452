/** Skips what nothing happens in, and says for a while how much that was. */

import { signal } from "@preact/signals";
import { endOfRest } from "./activity.ts";
import type { Tape } from "./tape.ts";

/** Milliseconds: before something happens again, so much of the rest is played. */
const BEFORE = 500;
/** A shorter rest is not skipped. */
const LEAST = 2500;
/** How long it is said that a rest was skipped. */
const SAID = 3000;

export class Skipping {
  readonly isOn = signal(true);
  /** A rest was skipped just now: how long it was. */
  readonly skipped = signal<number | undefined>(undefined);
  #from: number | undefined;
  #at = 0;

  constructor(private readonly tape: Tape) {}

  /** Where to go on when nothing happens for long from a time on; undefined when it does. */
  target(time: number): number | undefined {
    const end = this.isOn.value ? endOfRest(this.tape, time) : undefined;
    if (end === undefined || end - time < LEAST) return undefined;
    const part = this.tape.knownAt(time)?.part;
    if (part !== undefined) this.tape.ahead(part);
    return Math.min(this.tape.end, end - BEFORE);
  }

  /** Tells that the time went on, at a speed: a rest may be skipped in several steps. */
  went(from: number, to: number, isSkip: boolean, speed: number): void {
    if (isSkip) {
      this.#from ??= from;
      this.#at = to;
      this.skipped.value = to - this.#from;
      return;
    }
    this.#from = undefined;
    if (to > this.#at + SAID * speed) this.skipped.value = undefined;
  }

  /** Somebody went elsewhere. */
  forget(): void {
    this.#from = undefined;
    this.skipped.value = undefined;
  }
}
