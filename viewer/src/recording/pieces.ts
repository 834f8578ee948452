/**
 * Parts of a recording as the relay gives them: a line that describes a part, the sealed
 * part, and a line with the relay's receipt (FORMAT.md). They are read while they arrive.
 */

import { Damaged } from "./damage.ts";
import { MAX_LINE } from "./limits.ts";
import { BadLine, envelopeOf } from "./lines.ts";
import type { Envelope } from "./lines.ts";

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
      this.#next = expectedOf(line.bytes, this.#expected);
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

  #line(from: number): { bytes: Uint8Array; end: number } | undefined {
    const end = this.#bytes.subarray(from, this.#end).indexOf(NEWLINE);
    if (end > MAX_LINE || (end < 0 && this.#end - from > MAX_LINE)) {
      throw new Damaged("a line between parts is too long");
    }
    if (end < 0) return undefined;
    return { bytes: this.#bytes.subarray(from, from + end), end: from + end + 1 };
  }
}

/** Reads the line before a part, which must be the expected one. Throws Damaged. */
function expectedOf(line: Uint8Array, expected: number): Envelope {
  try {
    const envelope = envelopeOf(line);
    if (envelope.part === expected) return envelope;
  } catch (e) {
    throw e instanceof BadLine ? new Damaged(`part ${expected}: ${e.message}`) : e;
  }
  throw new Damaged(`part ${expected}: another one stands there`);
}
