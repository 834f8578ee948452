/** Timers by name: one of each at a time. */
export class Timers {
  readonly #running = new Map<string, ReturnType<typeof setTimeout>>();

  /** Has something done after so many milliseconds, in place of what this timer was for. */
  after(name: string, ms: number, then: () => void): void {
    this.cancel(name);
    const fire = () => {
      this.#running.delete(name);
      then();
    };
    this.#running.set(name, setTimeout(fire, ms));
  }

  /** Has something done once a thing has been so for that long: `isOn` says whether it still is. */
  while(name: string, isOn: boolean, ms: number, then: () => void): void {
    if (!isOn) this.cancel(name);
    else if (!this.#running.has(name)) this.after(name, ms, then);
  }

  cancel(name: string): void {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  /** Cancels all of them. */
  stop(): void {
    for (const name of [...this.#running.keys()]) this.cancel(name);
  }
}
