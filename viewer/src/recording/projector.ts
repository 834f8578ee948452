/** Has frames decoded, and keeps the pictures that are about to be shown, or were just now. */

import type { Pending } from "./run.ts";

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

export interface ProjectorConfig<P extends Picture> {
  decoder: (output: (picture: P) => void, error: (e: Error) => void) => Decoder;
  chunk: (init: EncodedVideoChunkInit) => EncodedVideoChunk;
  /** There are more pictures, or there will be none of those that were waited for. */
  changed: () => void;
  /** The last frames cannot be decoded: nothing but a key frame helps. */
  broken: (e: Error) => void;
}

/** Pictures that wait to be shown, those that were shown and may be again, and what a decoder has to do. */
const MAX_AHEAD = 12;
const MAX_BEHIND = 3;
const MAX_QUEUE = 16;
/** After how many milliseconds a decoder that gives nothing is asked for what it has. */
const STUCK_MS = 150;

export class Projector<P extends Picture> {
  readonly #c: ProjectorConfig<P>;
  #decoder: Decoder | undefined;
  #configured = "";
  #isFlushed = false;
  /** The time that is shown, in milliseconds. */
  #at = 0;
  /** Decoded pictures, in the order of their times. */
  #ready: P[] = [];
  /** The times of frames for which the decoder has not given a picture yet. */
  #due: number[] = [];
  #stuck: ReturnType<typeof setTimeout> | undefined;

  constructor(config: ProjectorConfig<P>) {
    this.#c = config;
  }

  /** The time that is shown, in milliseconds. */
  get at(): number {
    return this.#at;
  }

  /** The time of the next picture to come; infinite when none is on its way. */
  get due(): number {
    return this.#due[0] ?? Infinity;
  }

  /** The time of the last picture that came or is on its way; NaN without any. */
  get last(): number {
    return this.#due.at(-1) ?? (this.#ready.at(-1)?.timestamp ?? NaN) / 1000;
  }

  /** The decoder has given everything that it had, and goes on with a key frame alone. */
  get isFlushed(): boolean {
    return this.#isFlushed;
  }

  /** Another time is shown now. */
  move(time: number): void {
    this.#at = time;
  }

  /** Whether a picture is kept that is not after that time. */
  has(time: number): boolean {
    const first = this.#ready[0];
    return first !== undefined && first.timestamp <= time * 1000;
  }

  /** The picture of the time that is shown, if it is kept. What was before it is let go. */
  picture(): P | undefined {
    this.#tidy();
    return this.#ready.findLast(({ timestamp }) => timestamp <= this.#at * 1000);
  }

  /** Whether a frame has to wait. */
  isFull(frame: Pending): boolean {
    const queued = this.#decoder?.decodeQueueSize ?? 0;
    const isOther = shapeOf(frame) !== this.#configured && this.#due.length > 0;
    return isOther || queued >= MAX_QUEUE || this.#ahead >= MAX_AHEAD;
  }

  /** Gives a frame to the decoder. */
  decode(frame: Pending): void {
    this.#decoder ??= this.#newDecoder();
    this.#configure(this.#decoder, frame);
    this.#isFlushed = false;
    this.#due.push(frame.time);
    const type = frame.isKey ? "key" : "delta";
    this.#decoder.decode(this.#c.chunk({ type, timestamp: frame.time * 1000, data: frame.data }));
  }

  /** A decoder may keep pictures until it gets more, and there may be no more. */
  watch(): void {
    clearTimeout(this.#stuck);
    if (this.#due.length > 0) this.#stuck = setTimeout(() => void this.#flush(), STUCK_MS);
  }

  /** Forgets everything, and begins anew with the next frame. */
  reset(): void {
    clearTimeout(this.#stuck);
    this.#closeDecoder();
    for (const picture of this.#ready) picture.close();
    this.#ready = [];
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

  #configure(decoder: Decoder, frame: Pending): void {
    const shape = shapeOf(frame);
    if (shape === this.#configured) return;
    const { codec, width: codedWidth, height: codedHeight } = frame.video;
    decoder.configure({ codec, codedWidth, codedHeight, optimizeForLatency: true });
    this.#configured = shape;
  }

  #output(picture: P): void {
    this.#due = this.#due.filter((time) => time * 1000 > picture.timestamp);
    this.#ready.push(picture);
    this.#tidy();
    this.watch();
    this.#c.changed();
  }

  /** Lets go of what was before the time that is shown, but for the last few. */
  #tidy(): void {
    const at = this.#at * 1000;
    const shown = this.#ready.findLastIndex(({ timestamp }) => timestamp <= at);
    for (const old of this.#ready.splice(0, Math.max(0, shown - MAX_BEHIND))) old.close();
  }

  #broken(e: Error): void {
    this.#closeDecoder();
    this.#c.broken(e);
  }

  #closeDecoder(): void {
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#configured = "";
    this.#isFlushed = false;
    this.#due = [];
  }

  async #flush(): Promise<void> {
    const decoder = this.#decoder;
    if (!decoder || this.#due.length === 0) return;
    if (decoder.decodeQueueSize > 0) return this.watch();
    this.#isFlushed = true;
    await decoder.flush().catch(() => {}); // it was closed, or has said what is wrong
    if (decoder !== this.#decoder) return;
    this.#due = [];
    this.#c.changed();
  }
}

/** What a decoder has to be told anew when it changes. */
function shapeOf({ video: { codec, width, height, segment } }: Pending): string {
  return `${segment} ${codec} ${width} ${height}`;
}
