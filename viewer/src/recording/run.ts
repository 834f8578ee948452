/** What is decoded from one key frame on, in the order of its frames. */

import type { Content, Video } from "./content.ts";
import type { Frame } from "./webm.ts";

/** A frame that waits for the decoder. */
export interface Pending extends Frame {
  video: Video;
}

export class Run {
  /** The part to open next. */
  next: number;
  pending: Pending[] = [];
  /** Up to when all frames were given to the decoder or are pending, in milliseconds. */
  known = 0;
  /** There are no further parts for now. */
  isAtEnd = false;
  /** Something is missing before the next key frame. */
  #needsKey = true;

  /** Begins with that part, until `abort` ends it. */
  constructor(
    readonly first: number,
    readonly abort: AbortController,
  ) {
    this.next = first;
  }

  /** Adds the frames of the next part, which ends at a time, if that is known. */
  add({ part, video }: Content, end: number | undefined): void {
    this.#pass(part, end);
    if (!video) return;
    const first = this.#needsKey ? video.frames.findIndex(({ isKey }) => isKey) : 0;
    if (first < 0) return;
    this.#needsKey = false;
    this.pending.push(...video.frames.slice(first).map((frame) => ({ ...frame, video })));
  }

  /** Leaves out a part, and what needs it. */
  skip(part: number, end: number | undefined): void {
    this.#pass(part, end);
    this.#needsKey = true;
  }

  /** Leaves out what is pending, up to the next key frame. */
  toNextKey(): void {
    const key = this.pending.findIndex(({ isKey }) => isKey);
    this.pending.splice(0, key < 0 ? this.pending.length : key);
    this.#needsKey = key < 0;
  }

  #pass(part: number, end: number | undefined): void {
    this.next = part + 1;
    this.known = end ?? this.known;
  }
}
