/** What is known of a whole recording: what happened when, how much, and where nothing did. */

import { batch, computed, signal } from "@preact/signals";
import { heatOf, restsOf } from "./activity.ts";
import type { Content } from "./content.ts";
import type { Event } from "./event.ts";
import { gapsOf, Story } from "./story.ts";
import type { Span } from "./story.ts";
import type { Tape } from "./tape.ts";

/** How many equal spans the line of time has. */
const BUCKETS = 240;
/** Milliseconds: how often what is known is reckoned again. */
const RECKON = 300;
/** Index parts that are asked for at once. */
const AT_ONCE = 4;
/** Parts at the end that are read by themselves: an index part comes once a minute. */
const MOST_TAIL = 120;
/** Pictures come first, but for no longer than so many looks, in milliseconds. */
const LOOKS = 40;
const LOOK = 25;

export class Chronicle {
  /** Milliseconds; grows while the session runs. */
  readonly length = signal(0);
  readonly events = signal<readonly Event[]>([]);
  readonly heat = signal<readonly number[]>([]);
  readonly rests = signal<readonly Span[]>([]);
  /** How much of what happened was read: from 0 to 1. */
  readonly read = signal(0);
  readonly gaps = computed(() => gapsOf(this.events.value, this.length.value));

  readonly #story = new Story();
  #reckoning: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** `isBusy` says whether a picture is being waited for. */
  constructor(
    private readonly tape: Tape,
    private readonly isBusy: () => boolean,
  ) {
    this.length.value = tape.end;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#reckoning);
  }

  /** Takes in what was in a part. */
  add(content: Content): void {
    this.#story.add(content);
    this.#reckonSoon();
  }

  /** Puts together what is known. */
  reckon(): void {
    clearTimeout(this.#reckoning);
    this.#reckoning = undefined;
    batch(() => {
      this.length.value = this.tape.end;
      this.events.value = this.#story.events();
      this.heat.value = heatOf(this.tape, this.events.value, BUCKETS);
      this.rests.value = restsOf(this.tape);
    });
  }

  /** Reads the parts that tell of all others, so that the whole can be searched. */
  async readAll(): Promise<void> {
    const { tape } = this;
    await this.#readThese(tape.indexParts);
    // What cannot be had is said where it is played.
    if (tape.isSmall && !this.#isClosed) await tape.fetchAll().catch(() => {});
    await this.#readThese(tape.knownIndexes());
    await this.#readThese(this.#tail());
    this.read.value = 1;
    if (!this.#isClosed) this.reckon();
  }

  /** The parts that no index part tells of: the last one, or many, where the host went away. */
  #tail(): number[] {
    const { next, indexParts } = this.tape;
    const last = Math.max(-1, ...indexParts, ...this.tape.knownIndexes());
    const first = Math.max(last + 1, next - MOST_TAIL);
    return Array.from({ length: Math.max(0, next - first) }, (_, n) => first + n);
  }

  #reckonSoon(): void {
    if (this.#isClosed) return;
    this.#reckoning ??= setTimeout(() => this.reckon(), RECKON);
  }

  async #readThese(parts: readonly number[]): Promise<void> {
    let [next, done] = [0, 0];
    const reader = async () => {
      for (let part = parts[next++]; part !== undefined && !this.#isClosed; part = parts[next++]) {
        await this.#readIndex(part);
        this.read.value = ++done / parts.length;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reader));
  }

  async #readIndex(part: number): Promise<void> {
    if (this.#story.has(part)) return;
    await this.#calm();
    // What cannot be read is missing among the events, and said where it is played.
    const content = await this.tape.openAlone(part).catch(() => undefined);
    if (content && this.#story.add(content)) this.#reckonSoon();
  }

  /** Waits while a picture is wanted, which comes first; but not for ever. */
  async #calm(): Promise<void> {
    for (let n = 0; n < LOOKS; n++) {
      if (this.#isClosed || !this.isBusy()) return;
      await new Promise((later) => setTimeout(later, LOOK));
    }
  }
}
