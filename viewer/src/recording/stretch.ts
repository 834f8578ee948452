/** A stretch of parts that is fetched at once. */

import { Damaged } from "./damage.ts";
import type { Envelope } from "./lines.ts";
import { Pieces } from "./pieces.ts";
import type { Piece } from "./pieces.ts";

/** Where parts come from. */
export interface Source {
  /** The parts from one to another, in the format of the file. Throws Refused. */
  parts(from: number, to: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** Fetches a stretch, and gives its parts while they arrive. */
export class Fetching {
  readonly #pieces = new Map<number, Piece>();
  readonly #abort = new AbortController();
  readonly #heard = new Set<() => void>();
  #next: number;
  #error: unknown;
  #isDone = false;

  constructor(
    private readonly source: Source,
    readonly first: number,
    readonly last: number,
    private readonly arrived: (piece: Piece) => void = () => {},
  ) {
    this.#next = first;
  }

  /** Ends when all parts have come, or the relay has no more. Throws what went wrong. */
  async run(): Promise<ReadonlyMap<number, Piece>> {
    try {
      while (this.#next <= this.last && (await this.#fetch())) {
        // The relay gives at most so many bytes at once.
      }
      return this.#pieces;
    } catch (e) {
      this.#error = e;
      throw e;
    } finally {
      this.#isDone = true;
      this.#tell();
    }
  }

  /** Fetches what the relay gives at once. False when that is nothing. */
  async #fetch(): Promise<boolean> {
    const from = this.#next;
    const stream = await this.source.parts(from, this.last, this.#abort.signal);
    const reader = stream.getReader();
    const pieces = new Pieces(from);
    for (let got = await reader.read(); !got.done; got = await reader.read()) {
      for (const piece of pieces.take(got.value)) this.#add(piece);
      this.#tell();
    }
    if (!pieces.isEmpty) throw new Damaged("the relay's answer ends within a part");
    return this.#next > from;
  }

  #add(piece: Piece): void {
    this.#pieces.set(piece.envelope.part, piece);
    this.#next = piece.envelope.part + 1;
    this.arrived(piece);
  }

  /** The first part for which `wanted` is true, as soon as it is there; undefined when there is none. */
  async find(
    wanted: (envelope: Envelope) => boolean,
    signal: AbortSignal,
  ): Promise<Piece | undefined> {
    for (;;) {
      signal.throwIfAborted();
      for (const piece of this.#pieces.values()) if (wanted(piece.envelope)) return piece;
      if (this.#error !== undefined) throw this.#error;
      if (this.#isDone) return undefined;
      await this.#change(signal);
    }
  }

  /** Stops when nobody waits for its parts. */
  leave(): void {
    if (this.#heard.size === 0 && !this.#isDone) this.#abort.abort();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((heard) => {
      const done = () => {
        this.#heard.delete(done);
        signal.removeEventListener("abort", done);
        heard();
      };
      this.#heard.add(done);
      signal.addEventListener("abort", done);
    });
  }

  #tell(): void {
    for (const heard of [...this.#heard]) heard();
  }
}
