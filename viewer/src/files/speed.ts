/**
 * How fast a file goes: as fast as leaves the round trip of the desktop's connection alone, so
 * that a key does not wait behind it.
 */

/** What the round trip may grow by, in milliseconds. */
const ROOM_MS = 40;
/** Bytes a second: at least, at first, at most. */
const LEAST = 32 * 1024;
const FIRST = 2 * 1024 * 1024;
const MOST = 256 * 1024 * 1024;
const GROWTH = 1.5;
/** How much may go at once, in milliseconds of the rate. */
const BURST_MS = 50;
/** How many readings the least round trip is looked for in: the path may have become another. */
const READINGS = 120;

export class Speed {
  #rate = FIRST;
  #readings: number[] = [];
  // When what was sent would have gone at this rate.
  #gone = 0;
  #sent = 0;
  #since = 0;

  /** Bytes a second. */
  get rate(): number {
    return this.#rate;
  }

  /** Takes a reading of the desktop's round trip, and the time of it, in milliseconds. */
  measured(roundTrip: number, now: number): void {
    this.#readings = [...this.#readings, roundTrip].slice(-READINGS);
    const isSlow = roundTrip > Math.min(...this.#readings) + ROOM_MS;
    const real = (this.#sent * 1000) / Math.max(now - this.#since, 1);
    // What the network did not take is no rate to halve, and one that was not tried none to raise.
    if (isSlow) this.#rate = Math.max(LEAST, Math.min(this.#rate, Math.max(real, LEAST)) / 2);
    else if (real > this.#rate / 2) this.#rate = Math.min(MOST, this.#rate * GROWTH);
    this.#sent = 0;
    this.#since = now;
  }

  /** Counts bytes that are to be sent, and says for how many milliseconds they have to wait. */
  take(bytes: number, now: number): number {
    const wait = Math.max(0, this.#gone - now - BURST_MS);
    this.#gone = Math.max(this.#gone, now) + (bytes * 1000) / this.#rate;
    this.#sent += bytes;
    return wait;
  }
}
