/** Lines and bytes of a file, read while it arrives: no more of it is in memory than one part. */

import { BadLine } from "./lines.ts";

/** The file stops in the middle of something. */
export class CutShort extends Error {
  constructor() {
    super("the file stops here");
    this.name = "CutShort";
  }
}

const NEWLINE = 10;

export class Bytes {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #read: (total: number) => void;
  // What has come and is not taken.
  #waiting: Uint8Array = new Uint8Array(0);
  #isOver = false;
  #total = 0;

  /** `read` is told how many bytes have come so far. */
  constructor(stream: ReadableStream<Uint8Array>, read: (total: number) => void = () => {}) {
    this.#reader = stream.getReader();
    this.#read = read;
  }

  /** The next line without its newline; undefined at the end. Throws CutShort, BadLine. */
  async line(most: number): Promise<Uint8Array | undefined> {
    for (let from = 0; ;) {
      const end = this.#waiting.indexOf(NEWLINE, from);
      if (end > most || (end < 0 && this.#waiting.length > most))
        throw new BadLine(`line has more than ${most} bytes`);
      if (end >= 0) return this.#take(end, end + 1);
      from = this.#waiting.length;
      if (await this.#more(from + 1)) continue;
      if (from === 0) return undefined;
      throw new CutShort();
    }
  }

  /** So many bytes. Throws CutShort. */
  async exactly(size: number): Promise<Uint8Array> {
    if (!(await this.#more(size))) throw new CutShort();
    return this.#take(size, size);
  }

  /** Wants no more of it. */
  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }

  /** Waits until there are so many bytes; gives whether there are. */
  async #more(size: number): Promise<boolean> {
    const pieces = [this.#waiting];
    let has = this.#waiting.length;
    while (has < size && !this.#isOver) {
      const { done, value } = await this.#reader.read();
      this.#isOver = done;
      if (!value) continue;
      pieces.push(value);
      has += value.length;
      this.#read((this.#total += value.length));
    }
    if (pieces.length > 1) this.#waiting = joined(pieces, has);
    return has >= size;
  }

  #take(size: number, skip: number): Uint8Array {
    const taken = this.#waiting.slice(0, size);
    this.#waiting = this.#waiting.subarray(skip);
    return taken;
  }
}

/** Several pieces as one. */
export function joined(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
