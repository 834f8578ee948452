/** Asks for what comes of a recording while its session still runs. */

import { signal } from "@preact/signals";
import type { Content } from "./content.ts";
import { damagedIsNothing } from "./damage.ts";
import type { Tape } from "./tape.ts";

/** Milliseconds: how often it is asked for. */
const POLL = 1000;

interface FollowingConfig {
  tape: Tape;
  /** Whether the session still runs. */
  isLive: boolean;
  /** The recording has grown. */
  grown: () => void;
  /** A part came. */
  came: (content: Content) => void;
  /** All that has come was opened. */
  taken: () => void;
}

export class Following {
  readonly isLive = signal(false);
  /** The end is followed, as it moves on. */
  readonly isOn = signal(false);
  readonly #c: FollowingConfig;
  #polling: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(config: FollowingConfig) {
    this.#c = config;
    this.isLive.value = config.isLive;
  }

  /** Asks until the session is over. */
  start(): void {
    if (this.#isClosed || !this.isLive.value) return;
    this.#polling = setTimeout(() => void this.#ask(), POLL);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#polling);
  }

  async #ask(): Promise<void> {
    const { tape, grown, taken } = this.#c;
    const from = tape.next;
    if (await tape.more().catch(() => false)) {
      grown();
      this.isLive.value = !tape.isComplete;
      for (let part = from; part < tape.next; part++) await this.#take(part);
      taken();
    }
    if (!this.isLive.value) this.isOn.value = false;
    this.start();
  }

  async #take(part: number): Promise<void> {
    // What cannot be had is said where it is played.
    const content = await damagedIsNothing(this.#c.tape.open(part)).catch(() => undefined);
    if (content) this.#c.came(content);
  }
}
