/**
 * The pictures of a recording: decoded from the last key frame on, in their order, as far as
 * they are wanted. What was wanted last wins; pictures in between are decoded and not shown.
 */

import type { Content, Video } from "./content.ts";
import { Damaged } from "./damage.ts";
import type { Tape } from "./tape.ts";
import type { Frame } from "./webm.ts";

/** As much of WebCodecs' VideoDecoder as is used. */
export interface Decoder {
  readonly decodeQueueSize: number;
  configure(config: VideoDecoderConfig): void;
  decode(chunk: EncodedVideoChunk): void;
  flush(): Promise<void>;
  close(): void;
}

/** What has to be known of a picture. */
export interface Picture {
  /** Microseconds of the recording. */
  readonly timestamp: number;
  close(): void;
}

export interface ReelConfig<P extends Picture> {
  tape: Tape;
  decoder: (output: (picture: P) => void, error: (e: Error) => void) => Decoder;
  chunk: (init: EncodedVideoChunkInit) => EncodedVideoChunk;
  /** There is more to show, or there cannot be any for now. */
  changed: () => void;
  /** A part was opened. */
  opened: (content: Content) => void;
  /** A part could not be opened or decoded. */
  damaged: (part: number, why: string) => void;
  /** The relay could not be asked: nothing goes on until the next seek. */
  failed: (e: unknown) => void;
}

/** A frame that waits for the decoder. */
interface Pending extends Frame {
  video: Video;
}

/** What is decoded from one key frame on. */
interface Run {
  abort: AbortController;
  /** The part that it began with. */
  first: number;
  /** The part to open next. */
  next: number;
  pending: Pending[];
  /** Up to when all frames were given to the decoder or are pending, in milliseconds. */
  known: number;
  /** There are no further parts for now. */
  isAtEnd: boolean;
  /** Something is missing before the next key frame. */
  needsKey: boolean;
  /** The decoder has given everything that it had, and goes on with a key frame alone. */
  isFlushed: boolean;
  configured: string;
}

/** Pictures that wait to be shown, those that were shown and may be again, and what a decoder has to do. */
const MAX_AHEAD = 12;
const MAX_BEHIND = 3;
const MAX_QUEUE = 16;
/** After how many milliseconds a decoder that gives nothing is asked for what it has. */
const STUCK_MS = 150;

export class Reel<P extends Picture> {
  readonly #c: ReelConfig<P>;
  #decoder: Decoder | undefined;
  #run: Run | undefined;
  /** Decoded pictures, in the order of their times. */
  #ready: P[] = [];
  /** The times of frames for which the decoder has not given a picture yet. */
  #due: number[] = [];
  /** The time that is shown, and the one until which pictures are wanted, in milliseconds. */
  #at = 0;
  #wanted = 0;
  #starting: AbortController | undefined;
  #isFeeding = false;
  #isFailed = false;
  #stuck: ReturnType<typeof setTimeout> | undefined;

  constructor(config: ReelConfig<P>) {
    this.#c = config;
  }

  /** Up to when all pictures are there, in milliseconds; infinite when there are no more for now. */
  get horizon(): number {
    const run = this.#run;
    if (!run || this.#starting) return 0;
    const known = run.isAtEnd ? Infinity : run.known;
    return Math.min(this.#due[0] ?? Infinity, run.pending[0]?.time ?? Infinity, known);
  }

  /** Goes to a time: `changed` tells when its picture is there, unless a later seek overtakes this one. */
  async seek(time: number): Promise<void> {
    this.#starting?.abort();
    this.#isFailed = false;
    this.#at = this.#wanted = time;
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
    this.#at = time;
    this.#tidy();
    return this.#ready.findLast(({ timestamp }) => timestamp <= time * 1000);
  }

  /** Has pictures decoded until then. */
  want(until: number): void {
    this.#wanted = Math.max(until, this.#at);
    const run = this.#run;
    if (run && run.next < this.#c.tape.next) run.isAtEnd = false;
    void this.#feed();
  }

  close(): void {
    this.#starting?.abort();
    this.#run?.abort.abort();
    this.#run = undefined;
    clearTimeout(this.#stuck);
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#forget();
  }

  /** Whether the picture of that time is among those that are kept. */
  #has(time: number): boolean {
    const first = this.#ready[0];
    this.#starting = undefined;
    return first !== undefined && first.timestamp <= time * 1000 && this.horizon > time;
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
    if (!run || run.abort.signal.aborted || run.isFlushed) return false;
    const last = this.#due.at(-1) ?? (this.#ready.at(-1)?.timestamp ?? NaN) / 1000;
    return Number.isNaN(last) ? run.first === key : last <= time && run.next > key;
  }

  #restart(key: number, abort: AbortController): void {
    this.#run?.abort.abort();
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#forget();
    this.#run = {
      abort,
      first: key,
      next: key,
      pending: [],
      known: 0,
      isAtEnd: false,
      needsKey: true,
      isFlushed: false,
      configured: "",
    };
  }

  #forget(): void {
    for (const picture of this.#ready) picture.close();
    this.#ready = [];
    this.#due = [];
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
      this.#watch();
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
      this.#skip(run, part, e.message);
      return true;
    }
  }

  async #open(part: number, signal: AbortSignal): Promise<Content | undefined> {
    const { tape, opened } = this.#c;
    const content = await tape.open(part, signal);
    if (content) opened(content);
    return content;
  }

  #append(run: Run, { part, video }: Content): void {
    const { tape } = this.#c;
    const envelope = tape.envelope(part);
    run.next = part + 1;
    run.known = envelope ? envelope.start + envelope.length : run.known;
    if (!video) return;
    let { frames } = video;
    if (run.needsKey) {
      const first = frames.findIndex(({ isKey }) => isKey);
      if (first < 0) return;
      frames = frames.slice(first);
      run.needsKey = false;
    }
    run.pending.push(...frames.map((frame) => ({ ...frame, video })));
    // What is not on its way yet is asked for while these are decoded.
    tape.ahead(part);
  }

  #skip(run: Run, part: number, why: string): void {
    const envelope = this.#c.tape.envelope(part);
    run.next = part + 1;
    run.known = envelope ? envelope.start + envelope.length : run.known;
    run.needsKey = true;
    this.#c.damaged(part, why);
  }

  /** Gives a frame to the decoder. False when it has to wait. */
  #decode(run: Run, frame: Pending): boolean {
    const { codec, width, height, segment } = frame.video;
    const wanted = `${segment} ${codec} ${width} ${height}`;
    const isNew = wanted !== run.configured;
    if (isNew && this.#due.length > 0) return false;
    const queued = this.#decoder?.decodeQueueSize ?? 0;
    if (queued >= MAX_QUEUE || this.#ahead >= MAX_AHEAD) return false;
    if (run.isFlushed && !frame.isKey) {
      this.#run = undefined;
      void this.seek(this.#at);
      return false;
    }
    this.#decoder ??= this.#newDecoder();
    if (isNew) {
      const size = { codedWidth: width, codedHeight: height };
      this.#decoder.configure({ codec, ...size, optimizeForLatency: true });
      run.configured = wanted;
    }
    run.isFlushed = false;
    run.pending.shift();
    this.#due.push(frame.time);
    const type = frame.isKey ? "key" : "delta";
    this.#decoder.decode(this.#c.chunk({ type, timestamp: frame.time * 1000, data: frame.data }));
    return true;
  }

  get #ahead(): number {
    const after = this.#at * 1000;
    return this.#ready.reduce((sum, { timestamp }) => sum + (timestamp > after ? 1 : 0), 0);
  }

  #newDecoder(): Decoder {
    const made = this.#c.decoder(
      (picture) => {
        if (made === this.#decoder) this.#output(picture);
        else picture.close();
      },
      (e) => made === this.#decoder && this.#broken(e),
    );
    return made;
  }

  #output(picture: P): void {
    this.#due = this.#due.filter((time) => time * 1000 > picture.timestamp);
    this.#ready.push(picture);
    this.#tidy();
    this.#watch();
    this.#c.changed();
    void this.#feed();
  }

  /** Lets go of what was before the time that is shown, but for the last few. */
  #tidy(): void {
    const at = this.#at * 1000;
    const shown = this.#ready.findLastIndex(({ timestamp }) => timestamp <= at);
    for (const old of this.#ready.splice(0, Math.max(0, shown - MAX_BEHIND))) old.close();
  }

  /** What cannot be decoded is left out up to the next key frame. */
  #broken(e: Error): void {
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#due = [];
    const run = this.#run;
    if (!run) return;
    this.#c.damaged(run.next - 1, e.message);
    run.configured = "";
    const key = run.pending.findIndex(({ isKey }) => isKey);
    run.pending.splice(0, key < 0 ? run.pending.length : key);
    run.needsKey = key < 0;
    void this.#feed();
  }

  /** A decoder may keep pictures until it gets more, and there may be no more. */
  #watch(): void {
    clearTimeout(this.#stuck);
    if (this.#due.length > 0) this.#stuck = setTimeout(() => void this.#flush(), STUCK_MS);
  }

  async #flush(): Promise<void> {
    const [run, decoder] = [this.#run, this.#decoder];
    if (!run || !decoder || this.#due.length === 0) return;
    if (decoder.decodeQueueSize > 0) return this.#watch();
    run.isFlushed = true;
    await decoder.flush().catch(() => {}); // it was closed, or has said what is wrong
    if (decoder !== this.#decoder) return;
    this.#due = [];
    this.#c.changed();
    void this.#feed();
  }

  #fail(e: unknown): void {
    this.#isFailed = true;
    this.#c.failed(e);
  }
}
