/** Places of the pointer: only the newest counts, and it is repeated at rest. */

import { encode } from "../protocol/encode.ts";
import type { Target } from "./mapping.ts";
import type { Pipe } from "./sender.ts";

export interface PlaceConfig {
  pipe: Pipe;
  /** The number of the last event that was made. */
  after: () => number;
  /** Whether the host has acknowledged all of them. */
  isSettled: () => boolean;
  /** Calls back with the next picture of the browser. */
  nextFrame?: (callback: () => void) => void;
}

/** Pauses between repeats at rest, in milliseconds; the last one goes on until settled. */
const repeats = [30, 60, 120, 250];
/** While so much waits in the browser's queue, in bytes, a place waits for the next one. */
const MAX_BUFFERED = 4 * 1024;

export class Place {
  // Set at construction.
  readonly #config: PlaceConfig;
  readonly #nextFrame: (callback: () => void) => void;
  // The newest place, and what was done with it.
  #at: Target | undefined;
  #sequence = 0;
  #repeated = 0;
  #isFrameAsked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(config: PlaceConfig) {
    this.#config = config;
    this.#nextFrame = config.nextFrame ?? ((callback) => void requestAnimationFrame(callback));
  }

  /** The newest place; the corner before there is one. */
  get at(): Target {
    return this.#at ?? { x: 0, y: 0 };
  }

  /** Notes a place without sending it: an event that carries it is on its way. */
  note({ x, y, screen }: Target): void {
    this.#at = { x, y, screen };
  }

  /** Sends a place: the first in a frame at once, what follows with the next frame. */
  move(at: Target): void {
    const { x, y, screen } = this.#at ?? {};
    if (x === at.x && y === at.y && screen === at.screen) return;
    this.note(at);
    this.#repeated = 0;
    clearTimeout(this.#timer);
    if (!this.#isFrameAsked) this.#flush();
  }

  /** Stops repeating: control is gone, or the session is. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#at = undefined;
  }

  #flush(): void {
    this.#sequence++;
    this.#send();
    this.#isFrameAsked = true;
    const at = this.#at;
    this.#nextFrame(() => {
      this.#isFrameAsked = false;
      if (this.#at && this.#at !== at) this.#flush();
    });
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    const pause = repeats[Math.min(this.#repeated, repeats.length - 1)];
    this.#timer = setTimeout(() => this.#repeat(), pause);
  }

  // The host drops a place until it has applied the events before it. So a place
  // is repeated some times for loss, and on until nothing is open. It keeps its number: the
  // host applies it once, and the person may have moved the pointer since.
  #repeat(): void {
    if (!this.#at) return;
    const isDone = this.#repeated >= repeats.length && this.#config.isSettled();
    if (isDone) return;
    this.#repeated++;
    this.#send();
    this.#rest();
  }

  #send(): void {
    const { pipe, after } = this.#config;
    if (!this.#at || pipe.readyState !== "open" || pipe.bufferedAmount > MAX_BUFFERED) return;
    pipe.send(encode({ type: "pointer", sequence: this.#sequence, after: after(), ...this.#at }));
  }
}
