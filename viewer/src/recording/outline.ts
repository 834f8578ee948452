/**
 * A recording in stretches of about a minute, each of which ends with an index part. When
 * they begin is reckoned until it is known.
 */

import type { Envelope } from "./lines.ts";

/** What the relay says of a recording before it is fetched. */
export interface Extent {
  /** How many parts there are, and their milliseconds and bytes. */
  parts: number;
  length: number;
  bytes: number;
  /** The parts with key frames, and those with the events of the parts before. */
  keyFrames: readonly number[];
  indexParts: readonly number[];
}

/** Consecutive parts. Times are in milliseconds. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
  /** Whether `start` was read, and not reckoned. */
  readonly isKnown: boolean;
}

interface Mutable extends Stretch {
  start: number;
  end: number;
  isKnown: boolean;
}

/** Parts of a stretch, at most: two minutes in which something happens. */
const MOST = 120;

export class Outline {
  // In order, without holes.
  readonly #stretches: Mutable[] = [];
  readonly #byFirst = new Map<number, Mutable>();
  readonly #keys = new Set<number>();
  #end: number;
  #isStale = false;

  constructor({ parts, length, keyFrames, indexParts }: Extent) {
    this.#end = length;
    for (const key of keyFrames) if (key < parts) this.#keys.add(key);
    let first = 0;
    for (const last of [...indexParts.toSorted((a, b) => a - b), parts - 1]) {
      if (last < parts) first = this.#addAll(first, last);
    }
    this.#isStale = true;
  }

  /** The end of the last part, in milliseconds. */
  get end(): number {
    return this.#end;
  }

  /** The number after that of the last part. */
  get next(): number {
    return (this.#stretches.at(-1)?.last ?? -1) + 1;
  }

  get stretches(): readonly Stretch[] {
    if (this.#isStale) this.#reckon();
    return this.#stretches;
  }

  /** The stretch of a part; undefined when there is none. */
  of(part: number): Stretch | undefined {
    const found = this.#stretches.findLast(({ first }) => first <= part);
    return found && part <= found.last ? found : undefined;
  }

  /** The last stretch that begins by a time. */
  at(time: number): Stretch | undefined {
    return this.stretches.findLast(({ start }) => start <= time) ?? this.stretches[0];
  }

  /** The stretch after another. */
  after(stretch: Stretch): Stretch | undefined {
    return this.#byFirst.get(stretch.last + 1);
  }

  /** The last part with a key frame up to a part; the first part when there is none. */
  keyUpTo(part: number): number {
    for (let n = part; n > 0; n--) if (this.#keys.has(n)) return n;
    return 0;
  }

  /** Tells when a part begins, and whether it has a key frame. */
  note({ part, start, isKeyFrame }: Envelope): void {
    if (isKeyFrame) this.#keys.add(part);
    const stretch = this.#byFirst.get(part);
    if (!stretch || stretch.isKnown) return;
    stretch.start = start;
    stretch.isKnown = true;
    this.#isStale = true;
  }

  /** Takes the reckoned beginning for the real one, as nobody can tell it. */
  settle(stretch: Stretch): void {
    const own = this.#byFirst.get(stretch.first);
    if (own) own.isKnown = true;
  }

  /** Adds a stretch at the end, whose times are known. Gives it. */
  add(envelopes: readonly Envelope[]): Stretch | undefined {
    const [first, last] = [envelopes[0], envelopes.at(-1)];
    if (!first || !last) return undefined;
    this.#end = Math.max(this.#end, last.start + last.length);
    this.#addOne(first.part, last.part);
    for (const envelope of envelopes) this.note(envelope);
    return this.#stretches.at(-1);
  }

  #addAll(first: number, last: number): number {
    while (first <= last) {
      const to = Math.min(last, first + MOST - 1);
      this.#addOne(first, to);
      first = to + 1;
    }
    return first;
  }

  #addOne(first: number, last: number): void {
    const stretch = { first, last, start: 0, end: 0, isKnown: first === 0 };
    this.#stretches.push(stretch);
    this.#byFirst.set(first, stretch);
    this.#isStale = true;
  }

  /** Spreads what is not known evenly over the parts between what is. */
  #reckon(): void {
    this.#isStale = false;
    const all = this.#stretches;
    for (let n = 0; n < all.length;) {
      const from = all[n];
      let to = n + 1;
      while (to < all.length && !all[to]?.isKnown) to++;
      const next = all[to] ?? { first: this.next, start: this.#end };
      for (const s of all.slice(n + 1, to)) {
        const share = (s.first - (from?.first ?? 0)) / (next.first - (from?.first ?? 0));
        s.start = Math.round((from?.start ?? 0) + share * (next.start - (from?.start ?? 0)));
      }
      n = to;
    }
    all.forEach((s, n) => (s.end = all[n + 1]?.start ?? this.#end));
  }
}
