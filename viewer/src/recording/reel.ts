/**
 * The pictures of a recording: decoded from the last key frame on, in their order, as far as
 * they are wanted. What was wanted last wins; pictures in between are decoded and not shown.
 */

import type { Content } from "./content.ts";
import { Damaged } from "./damage.ts";
import { Projector } from "./projector.ts";
import type { Picture, ProjectorConfig } from "./projector.ts";
import { Run } from "./run.ts";
import type { Pending } from "./run.ts";
import type { Tape } from "./tape.ts";

export interface ReelConfig<P extends Picture> {
  tape: Tape;
  decoder: ProjectorConfig<P>["decoder"];
  chunk: ProjectorConfig<P>["chunk"];
  /** There is more to show, or there cannot be any for now. */
  changed: () => void;
  /** A part was opened. */
  opened: (content: Content) => void;
  /** A part could not be opened or decoded. */
  damaged: (part: number, why: string) => void;
  /** The relay could not be asked: nothing goes on until the next seek. */
  failed: (e: unknown) => void;
}

export class Reel<P extends Picture> {
  readonly #c: ReelConfig<P>;
  readonly #projector: Projector<P>;
  #run: Run | undefined;
  /** The time until which pictures are wanted, in milliseconds. */
  #wanted = 0;
  #starting: AbortController | undefined;
  #isFeeding = false;
  #isFailed = false;

  constructor(config: ReelConfig<P>) {
    this.#c = config;
    this.#projector = new Projector({
      decoder: config.decoder,
      chunk: config.chunk,
      changed: () => {
        config.changed();
        void this.#feed();
      },
      broken: (e) => this.#broken(e),
    });
  }

  /** Up to when all pictures are there, in milliseconds; infinite when there are no more for now. */
  get horizon(): number {
    const run = this.#run;
    if (!run || this.#starting) return 0;
    const known = run.isAtEnd ? Infinity : run.known;
    return Math.min(this.#projector.due, run.pending[0]?.time ?? Infinity, known);
  }

  /** Goes to a time: `changed` tells when its picture is there, unless a later seek overtakes this one. */
  async seek(time: number): Promise<void> {
    this.#starting?.abort();
    this.#isFailed = false;
    this.#projector.move((this.#wanted = time));
    if (this.#has(time)) {
      this.#starting = undefined;
      return this.#c.changed();
    }
    const abort = new AbortController();
    this.#starting = abort;
    try {
      const key = await this.#keyPartFor(time, abort.signal);
      if (this.#starting !== abort) return;
      this.#starting = undefined;
      if (!this.#leadsTo(time, key)) this.#restart(key, abort);
      void this.#feed();
    } catch (e) {
      if (this.#starting !== abort) return;
      this.#starting = undefined;
      this.#fail(e);
    }
  }

  /** The picture of a time; undefined when there is none, or not yet. What was before it is let go. */
  pictureAt(time: number): P | undefined {
    this.#projector.move(time);
    return this.#projector.picture();
  }

  /** Has pictures decoded until then. */
  want(until: number): void {
    this.#wanted = Math.max(until, this.#projector.at);
    const run = this.#run;
    if (run && run.next < this.#c.tape.next) run.isAtEnd = false;
    void this.#feed();
  }

  close(): void {
    this.#starting?.abort();
    this.#run?.abort.abort();
    this.#run = undefined;
    this.#projector.reset();
  }

  /** Whether the picture of that time is among those that are kept. */
  #has(time: number): boolean {
    this.#starting = undefined;
    return this.#projector.has(time) && this.horizon > time;
  }

  /** The last part with a key frame by that time. */
  async #keyPartFor(time: number, signal: AbortSignal): Promise<number> {
    const { tape } = this.#c;
    const part = await tape.partAt(time, signal);
    const key = tape.keyUpTo(part);
    if (key < part || part === 0) return key;
    const content = await this.#open(part, signal);
    const isIn = content?.video?.frames.some((f) => f.isKey && f.time <= time) ?? false;
    return isIn ? part : tape.keyUpTo(part - 1);
  }

  /** Whether what is decoded anyway comes by that time, without a detour. */
  #leadsTo(time: number, key: number): boolean {
    const run = this.#run;
    if (!run || run.abort.signal.aborted || this.#projector.isFlushed) return false;
    const { last } = this.#projector;
    return Number.isNaN(last) ? run.first === key : last <= time && run.next > key;
  }

  #restart(key: number, abort: AbortController): void {
    this.#run?.abort.abort();
    this.#projector.reset();
    this.#run = new Run(key, abort);
  }

  /** Opens and decodes as far as is wanted; one at a time. */
  async #feed(): Promise<void> {
    if (this.#isFeeding || this.#isFailed) return;
    this.#isFeeding = true;
    try {
      for (let run = this.#run; run && (await this.#feedOne(run)); run = this.#run);
    } catch (e) {
      this.#fail(e);
    } finally {
      this.#isFeeding = false;
      this.#projector.watch();
      this.#c.changed();
    }
  }

  /** Goes one step further. False when there is nothing to do for now. */
  async #feedOne(run: Run): Promise<boolean> {
    const [next] = run.pending;
    if (next) return next.time <= this.#wanted && this.#decode(run, next);
    if (run.known > this.#wanted) return false;
    const part = run.next;
    try {
      const content = await this.#open(part, run.abort.signal);
      if (run !== this.#run) return true;
      if (content) this.#append(run, content);
      run.isAtEnd = !content;
      return !run.isAtEnd;
    } catch (e) {
      if (run !== this.#run || run.abort.signal.aborted) return this.#run !== run;
      if (!(e instanceof Damaged)) throw e;
      run.skip(part, this.#endOf(part));
      this.#c.damaged(part, e.message);
      return true;
    }
  }

  async #open(part: number, signal: AbortSignal): Promise<Content | undefined> {
    const { tape, opened } = this.#c;
    const content = await tape.open(part, signal);
    if (content) opened(content);
    return content;
  }

  #append(run: Run, content: Content): void {
    run.add(content, this.#endOf(content.part));
    // What is not on its way yet is asked for while these are decoded.
    if (content.video) this.#c.tape.ahead(content.part);
  }

  #endOf(part: number): number | undefined {
    const envelope = this.#c.tape.envelope(part);
    return envelope && envelope.start + envelope.length;
  }

  /** Gives a frame to the decoder. False when it has to wait. */
  #decode(run: Run, frame: Pending): boolean {
    if (this.#projector.isFull(frame)) return false;
    if (this.#projector.isFlushed && !frame.isKey) {
      this.#run = undefined;
      void this.seek(this.#projector.at);
      return false;
    }
    run.pending.shift();
    this.#projector.decode(frame);
    return true;
  }

  /** What cannot be decoded is left out up to the next key frame. */
  #broken(e: Error): void {
    const run = this.#run;
    if (!run) return;
    this.#c.damaged(run.next - 1, e.message);
    run.toNextKey();
    void this.#feed();
  }

  #fail(e: unknown): void {
    this.#isFailed = true;
    this.#c.failed(e);
  }
}
