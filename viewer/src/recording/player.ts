/** Plays a recording: where it is, how fast, and what is to be seen there. */

import { batch, computed, signal } from "@preact/signals";
import { endOfRest, heatOf, restsOf } from "./activity.ts";
import type { Content } from "./content.ts";
import { Damaged } from "./damage.ts";
import type { Event } from "./event.ts";
import { Reel } from "./reel.ts";
import type { Picture, ReelConfig } from "./reel.ts";
import { gapsOf, Story } from "./story.ts";
import type { Span } from "./story.ts";
import type { Tape } from "./tape.ts";
import { Trail } from "./trail.ts";

export const speeds = [0.5, 1, 2, 4, 8, 16] as const;

/** How many equal spans the line of time has. */
export const BUCKETS = 240;

/** Milliseconds: pictures are decoded so long before they are shown. */
const AHEAD = 250;
/** Before something happens again, so much of the rest is played. */
const BEFORE = 500;
/** A shorter rest is not skipped. */
const LEAST_REST = 2500;
/** How often new parts are asked for while the session runs, and how far behind them one follows. */
const POLL = 1000;
const BEHIND = 1500;
const TOO_FAR_BEHIND = 4000;
/** How often what is known of the whole recording is reckoned again. */
const RECKON = 300;
/** Index parts that are asked for at once. */
const AT_ONCE = 4;
/** How long one waits for a picture before it is said. */
const PATIENCE = 400;
/** How long it is said that a rest was skipped. */
const SAID = 3000;

export interface PlayerConfig<P extends Picture> {
  tape: Tape;
  decoder: ReelConfig<P>["decoder"];
  chunk: ReelConfig<P>["chunk"];
  /** Whether the session still runs. */
  isLive: boolean;
  /** Shows a picture; without one, nothing is known of that time. */
  draw: (picture: P | undefined) => void;
  /** Runs once before the page is drawn next; gives how to take that back. */
  nextDrawing: (draw: () => void) => () => void;
  now: () => number;
}

/** Something is in the way. */
export type Problem = { kind: "away" } | { kind: "damaged"; part: number; why: string };

export class Player<P extends Picture> {
  readonly position = signal(0);
  /** Milliseconds; grows while the session runs. */
  readonly length = signal(0);
  readonly isPlaying = signal(false);
  readonly speed = signal<number>(1);
  readonly skipsRests = signal(true);
  /** A picture is being waited for. */
  readonly isWaiting = signal(true);
  /** A rest was skipped just now: how long it was. */
  readonly skipped = signal<number | undefined>(undefined);
  readonly isLive = signal(false);
  /** The end is followed, as it moves on. */
  readonly isFollowing = signal(false);
  readonly problem = signal<Problem | undefined>(undefined);
  readonly events = signal<readonly Event[]>([]);
  readonly heat = signal<readonly number[]>([]);
  readonly rests = signal<readonly Span[]>([]);
  /** How much of what happened was read: from 0 to 1. */
  readonly read = signal(0);
  /** Counts what was opened, for what is drawn over the picture. */
  readonly opened = signal(0);
  readonly gaps = computed(() => gapsOf(this.events.value, this.length.value));

  readonly #c: PlayerConfig<P>;
  readonly #reel: Reel<P>;
  readonly #story = new Story();
  readonly #trail = new Trail();
  #drawn: P | undefined;
  #last = 0;
  #waitingSince: number | undefined;
  #skippedFrom: number | undefined;
  #skippedAt = 0;
  #takeBack: (() => void) | undefined;
  #polling: ReturnType<typeof setTimeout> | undefined;
  #reckoning: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(config: PlayerConfig<P>) {
    this.#c = config;
    this.length.value = config.tape.end;
    this.isLive.value = config.isLive;
    this.#reel = new Reel({
      tape: config.tape,
      decoder: config.decoder,
      chunk: config.chunk,
      changed: () => this.#changed(),
      opened: (content) => this.#add(content),
      damaged: (part, why) => (this.problem.value = { kind: "damaged", part, why }),
      failed: (e) => this.#failed(e),
    });
  }

  /** Shows the first picture, and reads what happened. */
  async start(at = 0): Promise<void> {
    this.seek(at);
    if (at === 0) {
      const first = await this.timeAfter(-1).catch(() => undefined);
      if (this.position.value === 0 && first !== undefined) this.seek(first);
    }
    this.#reckon();
    if (this.isLive.value) this.#poll();
    await this.#readIndexes();
  }

  close(): void {
    this.#isClosed = true;
    this.#takeBack?.();
    clearTimeout(this.#polling);
    clearTimeout(this.#reckoning);
    this.#reel.close();
    this.#c.tape.close();
  }

  play(): void {
    if (this.isPlaying.value) return;
    const isAtEnd = this.position.value >= this.length.value - 1 && !this.isLive.value;
    if (isAtEnd) this.seek(0);
    this.isPlaying.value = true;
    this.#last = this.#c.now();
    this.#schedule();
  }

  pause(): void {
    this.isPlaying.value = false;
    this.isFollowing.value = false;
  }

  toggle(): void {
    if (this.isPlaying.value) this.pause();
    else this.play();
  }

  /** Goes to a time, in milliseconds. */
  seek(time: number): void {
    this.#skippedFrom = undefined;
    batch(() => {
      this.position.value = Math.min(this.length.value, Math.max(0, time));
      this.isFollowing.value = false;
      this.skipped.value = undefined;
      this.problem.value = undefined;
    });
    void this.#reel.seek(this.position.value);
  }

  /** Goes so far on, or back. */
  skip(by: number): void {
    this.seek(this.position.value + by);
  }

  /** Goes to the next picture, or the one before. */
  async step(by: 1 | -1): Promise<void> {
    this.pause();
    const from = this.position.value;
    const shown = this.#drawn ? Math.min(from, this.#drawn.timestamp / 1000) : from;
    const to = await (by > 0 ? this.timeAfter(from) : this.timeBefore(shown)).catch(
      () => undefined,
    );
    if (to !== undefined && this.position.value === from) this.seek(to);
  }

  faster(by: 1 | -1): void {
    const at = speeds.findIndex((speed) => speed >= this.speed.value);
    this.speed.value = speeds[Math.min(speeds.length - 1, Math.max(0, at + by))] ?? 1;
  }

  /** Goes to the end of what there is, and on as more comes. */
  follow(): void {
    this.seek(this.length.value - BEHIND);
    batch(() => {
      this.speed.value = 1;
      this.isFollowing.value = true;
    });
    this.play();
  }

  /** The part at the time that is shown, if it is known. */
  get part(): number | undefined {
    return this.#c.tape.knownAt(this.position.value)?.part;
  }

  /** Where the pointer was at the time that is shown, if it is known. */
  get pointer() {
    const { part } = this;
    return part === undefined ? undefined : this.#trail.at(this.position.value, part);
  }

  /** The time of the first picture after a time. Throws Refused. */
  async timeAfter(time: number): Promise<number | undefined> {
    const { tape } = this.#c;
    for (let part = await tape.partAt(Math.max(0, time)); part < tape.next; part++) {
      const found = (await this.#timesIn(part)).find((t) => t > time);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The time of the last picture before a time. Throws Refused. */
  async timeBefore(time: number): Promise<number | undefined> {
    for (let part = await this.#c.tape.partAt(time); part >= 0; part--) {
      const found = (await this.#timesIn(part)).findLast((t) => t < time);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #timesIn(part: number): Promise<number[]> {
    const content = await damagedIsNothing(this.#c.tape.open(part));
    return content?.video?.frames.map(({ time }) => time) ?? [];
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#takeBack ??= this.#c.nextDrawing(() => {
      this.#takeBack = undefined;
      this.#tick();
    });
  }

  /** Pictures have come, or cannot come. */
  #changed(): void {
    this.#schedule();
  }

  #tick(): void {
    const now = this.#c.now();
    const passed = Math.min(250, now - this.#last);
    this.#last = now;
    if (this.isPlaying.value) this.#advance(passed * this.speed.value);
    this.#show(now);
    if (this.isPlaying.value || this.isWaiting.value) this.#schedule();
  }

  #advance(by: number): void {
    const from = this.position.value;
    const rest = this.skipsRests.value ? this.#restAt(from) : undefined;
    const to = Math.max(from + by, rest ?? 0);
    const most = Math.min(this.length.value, this.#reel.horizon - 1);
    this.position.value = Math.max(from, Math.min(to, most));
    this.#saySkipped(from, to > from + by);
    this.#reel.want(Math.max(to, this.position.value + AHEAD * Math.max(1, this.speed.value)));
    if (this.position.value >= this.length.value && !this.isLive.value) this.pause();
  }

  /** Says for a while how much was skipped: a rest may be skipped in several steps. */
  #saySkipped(from: number, isSkipping: boolean): void {
    if (isSkipping) {
      this.#skippedFrom ??= from;
      this.#skippedAt = this.position.value;
      this.skipped.value = this.position.value - this.#skippedFrom;
      return;
    }
    this.#skippedFrom = undefined;
    const isOld = this.position.value > this.#skippedAt + SAID * this.speed.value;
    if (isOld) this.skipped.value = undefined;
  }

  /** Where to go on when nothing happens for long. */
  #restAt(time: number): number | undefined {
    const end = endOfRest(this.#c.tape, time);
    if (end === undefined || end - time < LEAST_REST) return undefined;
    const part = this.part;
    if (part !== undefined) this.#c.tape.ahead(part);
    return Math.min(this.length.value, end - BEFORE);
  }

  #show(now: number): void {
    const time = this.position.value;
    const isThere = this.#reel.horizon > time;
    this.#wait(isThere, now);
    if (!isThere) return;
    const picture = this.#reel.pictureAt(time);
    if (picture === this.#drawn && picture !== undefined) return;
    this.#drawn = picture;
    this.#c.draw(picture);
  }

  #wait(isThere: boolean, now: number): void {
    this.#waitingSince = isThere ? undefined : (this.#waitingSince ?? now);
    const since = this.#waitingSince;
    this.isWaiting.value = since !== undefined && now - since > PATIENCE;
    if (!isThere) this.#schedule();
  }

  #add(content: Content): void {
    this.#trail.add(content);
    this.opened.value++;
    this.#story.add(content);
    this.#reckonSoon();
  }

  #failed(e: unknown): void {
    if (this.#isClosed) return;
    const why = e instanceof Error ? e.message : "";
    this.problem.value =
      e instanceof Damaged ? { kind: "damaged", part: this.part ?? 0, why } : { kind: "away" };
    this.pause();
  }

  #reckonSoon(): void {
    if (this.#isClosed) return;
    this.#reckoning ??= setTimeout(() => this.#reckon(), RECKON);
  }

  #reckon(): void {
    clearTimeout(this.#reckoning);
    this.#reckoning = undefined;
    const { tape } = this.#c;
    batch(() => {
      this.length.value = tape.end;
      this.events.value = this.#story.events();
      this.heat.value = heatOf(tape, this.events.value, BUCKETS);
      this.rests.value = restsOf(tape);
    });
  }

  /** Reads the parts that tell of all others, so that the whole can be searched. */
  async #readIndexes(): Promise<void> {
    const { tape } = this.#c;
    await this.#readThese(tape.indexParts);
    // What cannot be had is said where it is played.
    if (tape.isSmall && !this.#isClosed) await tape.fetchAll().catch(() => {});
    await this.#readThese(tape.knownIndexes());
    this.read.value = 1;
    if (!this.#isClosed) this.#reckon();
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
    const content = await this.#c.tape.openAlone(part).catch(() => undefined);
    if (content && this.#story.add(content)) this.#reckonSoon();
  }

  /** Waits while a picture is wanted, which comes first; but not for ever. */
  async #calm(): Promise<void> {
    for (let n = 0; n < 40; n++) {
      if (this.#isClosed || this.#reel.horizon > this.position.value) return;
      await new Promise((later) => setTimeout(later, 25));
    }
  }

  #poll(): void {
    if (this.#isClosed) return;
    this.#polling = setTimeout(() => void this.#askForMore(), POLL);
  }

  async #askForMore(): Promise<void> {
    const { tape } = this.#c;
    const from = tape.next;
    const isMore = await tape.more().catch(() => false);
    if (isMore) {
      this.#reckon();
      this.isLive.value = !tape.isComplete;
      for (let part = from; part < tape.next; part++) {
        const content = await damagedIsNothing(tape.open(part)).catch(() => undefined);
        if (content) this.#add(content);
      }
      this.#catchUp();
    }
    if (this.isLive.value) this.#poll();
    else this.isFollowing.value = false;
  }

  #catchUp(): void {
    if (!this.isFollowing.value) return;
    if (this.length.value - this.position.value > TOO_FAR_BEHIND) this.follow();
    else this.#schedule();
  }
}

/** A damaged part is said when it is played; whoever looks for something goes on. */
async function damagedIsNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (e) {
    if (e instanceof Damaged) return undefined;
    throw e;
  }
}
