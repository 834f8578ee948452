/** How much of something may happen at once, and in a second after that. */

export class Bucket {
  #left: number;
  #at: number;

  constructor(
    readonly most: number,
    readonly aSecond: number,
    now: number,
  ) {
    this.#left = most;
    this.#at = now;
  }

  take(now: number): boolean {
    this.#left = Math.min(this.most, this.#left + ((now - this.#at) / 1000) * this.aSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
