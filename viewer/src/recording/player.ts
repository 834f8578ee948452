/** Plays a recording: where it is, how fast, and what is to be seen there. */

import { batch, signal } from "@preact/signals";
import { Chronicle } from "./chronicle.ts";
import type { Content } from "./content.ts";
import { Damaged } from "./damage.ts";
import { Following } from "./following.ts";
import { timeAfter, timeBefore } from "./frame-times.ts";
import type { Picture } from "./projector.ts";
import { Reel } from "./reel.ts";
import type { ReelConfig } from "./reel.ts";
import { Skipping } from "./skipping.ts";
import type { Tape } from "./tape.ts";
import { Trail } from "./trail.ts";

export const speeds = [0.5, 1, 2, 4, 8, 16] as const;

/** Milliseconds: pictures are decoded so long before they are shown. */
const AHEAD = 250;
/** How far behind the end of a session that runs one follows. */
const BEHIND = 1500;
const TOO_FAR_BEHIND = 4000;
/** How long one waits for a picture before it is said. */
const PATIENCE = 400;
/** The longest that is played at once, where a page was not drawn for a while. */
const MOST_AT_ONCE = 250;

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
  readonly isPlaying = signal(false);
  readonly speed = signal<number>(1);
  /** A picture is being waited for. */
  readonly isWaiting = signal(true);
  readonly problem = signal<Problem | undefined>(undefined);
  /** Counts what was opened, for what is drawn over the picture. */
  readonly opened = signal(0);
  readonly known: Chronicle;
  readonly skipping: Skipping;
  readonly following: Following;

  readonly #c: PlayerConfig<P>;
  readonly #reel: Reel<P>;
  readonly #trail = new Trail();
  #drawn: P | undefined;
  #last = 0;
  #waitingSince: number | undefined;
  #takeBack: (() => void) | undefined;
  #isClosed = false;

  constructor(config: PlayerConfig<P>) {
    const { tape, decoder, chunk, isLive } = config;
    this.#c = config;
    this.#reel = new Reel({
      tape,
      decoder,
      chunk,
      changed: () => this.#schedule(),
      opened: (content) => this.#add(content),
      damaged: (part, why) => (this.problem.value = { kind: "damaged", part, why }),
      failed: (e) => this.#failed(e),
    });
    this.known = new Chronicle(tape, () => this.#reel.horizon <= this.position.value);
    this.skipping = new Skipping(tape);
    this.following = new Following({
      tape,
      isLive,
      grown: () => this.known.reckon(),
      came: (content) => this.#add(content),
      taken: () => this.#catchUp(),
    });
  }

  /** Shows the first picture, and reads what happened. */
  async start(at = 0): Promise<void> {
    this.seek(at);
    if (at === 0) {
      const first = await timeAfter(this.#c.tape, -1).catch(() => undefined);
      if (this.position.value === 0 && first !== undefined) this.seek(first);
    }
    this.known.reckon();
    this.following.start();
    await this.known.readAll();
  }

  close(): void {
    this.#isClosed = true;
    this.#takeBack?.();
    this.known.close();
    this.following.close();
    this.#reel.close();
    this.#c.tape.close();
  }

  play(): void {
    if (this.isPlaying.value) return;
    const isAtEnd = this.position.value >= this.#end - 1;
    if (isAtEnd && !this.following.isLive.value) this.seek(0);
    this.isPlaying.value = true;
    this.#last = this.#c.now();
    this.#schedule();
  }

  pause(): void {
    this.isPlaying.value = false;
    this.following.isOn.value = false;
  }

  toggle(): void {
    if (this.isPlaying.value) this.pause();
    else this.play();
  }

  /** Goes to a time, in milliseconds. */
  seek(time: number): void {
    batch(() => {
      this.position.value = Math.min(this.#end, Math.max(0, time));
      this.following.isOn.value = false;
      this.skipping.forget();
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
    const { tape } = this.#c;
    const found = by > 0 ? timeAfter(tape, from) : timeBefore(tape, shown);
    const to = await found.catch(() => undefined);
    if (to !== undefined && this.position.value === from) this.seek(to);
  }

  faster(by: 1 | -1): void {
    const at = speeds.findIndex((speed) => speed >= this.speed.value);
    this.speed.value = speeds[Math.min(speeds.length - 1, Math.max(0, at + by))] ?? 1;
  }

  /** Goes to the end of what there is, and on as more comes. */
  follow(): void {
    this.seek(this.#end - BEHIND);
    batch(() => {
      this.speed.value = 1;
      this.following.isOn.value = true;
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

  get #end(): number {
    return this.known.length.value;
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#takeBack ??= this.#c.nextDrawing(() => {
      this.#takeBack = undefined;
      this.#tick();
    });
  }

  #tick(): void {
    const now = this.#c.now();
    const passed = Math.min(MOST_AT_ONCE, now - this.#last);
    this.#last = now;
    if (this.isPlaying.value) this.#advance(passed * this.speed.value);
    this.#show(now);
    if (this.isPlaying.value || this.isWaiting.value) this.#schedule();
  }

  #advance(by: number): void {
    const [from, speed] = [this.position.value, this.speed.value];
    const to = Math.max(from + by, this.skipping.target(from) ?? 0);
    const most = Math.min(this.#end, this.#reel.horizon - 1);
    const at = Math.max(from, Math.min(to, most));
    this.position.value = at;
    this.skipping.went(from, at, to > from + by, speed);
    this.#reel.want(Math.max(to, at + AHEAD * Math.max(1, speed)));
    if (at >= this.#end && !this.following.isLive.value) this.pause();
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
    this.known.add(content);
  }

  #failed(e: unknown): void {
    if (this.#isClosed) return;
    const why = e instanceof Error ? e.message : "";
    this.problem.value =
      e instanceof Damaged ? { kind: "damaged", part: this.part ?? 0, why } : { kind: "away" };
    this.pause();
  }

  #catchUp(): void {
    if (!this.following.isOn.value || this.#isClosed) return;
    if (this.#end - this.position.value > TOO_FAR_BEHIND) this.follow();
    else this.#schedule();
  }
}
