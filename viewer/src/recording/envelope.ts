/**
 * Parts of a recording as the relay gives them: a line that describes a part, the sealed
 * part, and a line with the relay's receipt (FORMAT.md). They are read while they arrive.
 */

import { BadMessage, object, whole } from "../protocol/check.ts";
import { Damaged } from "./damage.ts";
import { MAX_ENVELOPE, MAX_PART, MAX_PARTS, MAX_TIME } from "./limits.ts";

/** What can be known of a part without opening it. Times are in milliseconds. */
export interface Envelope {
  part: number;
  start: number;
  length: number;
  /** Bytes of the sealed part. */
  size: number;
  isKeyFrame: boolean;
  isIndex: boolean;
  isLast: boolean;
}

/** A part that is still sealed. */
export interface Piece {
  envelope: Envelope;
  sealed: Uint8Array<ArrayBuffer>;
}

const NEWLINE = 10;

/** Takes bytes as they come, and gives the parts that are complete. */
export class Pieces {
  // What has come and is not read: #bytes from #at to #end.
  #bytes = new Uint8Array(1 << 16);
  #at = 0;
  #end = 0;
  #next: Envelope | undefined;
  #expected: number;

  /** The parts that follow begin with this one. */
  constructor(first: number) {
    this.#expected = first;
  }

  /** Whether nothing of a further part has come. */
  get isEmpty(): boolean {
    return this.#next === undefined && this.#at === this.#end;
  }

  /** Throws Damaged. */
  take(bytes: Uint8Array): Piece[] {
    this.#append(bytes);
    const pieces: Piece[] = [];
    for (let piece = this.#read(); piece; piece = this.#read()) pieces.push(piece);
    return pieces;
  }

  #append(bytes: Uint8Array): void {
    const waiting = this.#end - this.#at;
    if (this.#end + bytes.length > this.#bytes.length) {
      const room = Math.max(this.#bytes.length, 2 * (waiting + bytes.length));
      const roomy = new Uint8Array(room);
      roomy.set(this.#bytes.subarray(this.#at, this.#end));
      this.#bytes = roomy;
      this.#at = 0;
      this.#end = waiting;
    }
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #read(): Piece | undefined {
    if (!this.#next) {
      const line = this.#line(this.#at);
      if (line === undefined) return undefined;
      this.#next = envelopeOf(line.text, this.#expected);
      this.#at = line.end;
    }
    const after = this.#at + this.#next.size;
    if (this.#end <= after) return undefined;
    const receipt = this.#line(after);
    if (!receipt) return undefined;
    const piece = { envelope: this.#next, sealed: this.#bytes.slice(this.#at, after) };
    this.#at = receipt.end;
    this.#next = undefined;
    this.#expected++;
    return piece;
  }

  #line(from: number): { text: string; end: number } | undefined {
    const end = this.#bytes.subarray(from, this.#end).indexOf(NEWLINE);
    if (end > MAX_ENVELOPE || (end < 0 && this.#end - from > MAX_ENVELOPE)) {
      throw new Damaged("a line between parts is too long");
    }
    if (end < 0) return undefined;
    const text = new TextDecoder().decode(this.#bytes.subarray(from, from + end));
    return { text, end: from + end + 1 };
  }
}

/** Reads the line before a part, which must be the expected one. Throws Damaged. */
export function envelopeOf(line: string, expected: number): Envelope {
  try {
    const f = object("envelope", JSON.parse(line));
    return {
      part: whole("part", f["part"], expected, expected),
      start: whole("start", f["start"], 0, MAX_TIME),
      length: whole("length", f["length"], 0, MAX_TIME),
      size: whole("size", f["size"], 1, MAX_PART),
      isKeyFrame: f["keyFrame"] === true,
      isIndex: f["index"] === true,
      isLast: f["last"] === true,
    };
  } catch (e) {
    throw isBad(e) ? new Damaged(`part ${expected}: ${(e as Error).message}`) : e;
  }
}

/** Whether an error says that something was not as it has to be. */
export function isBad(e: unknown): boolean {
  return e instanceof SyntaxError || e instanceof BadMessage || e instanceof Damaged;
}

/** The part after the last that there can be. */
export const END = MAX_PARTS;
