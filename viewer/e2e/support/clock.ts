import { expect } from "vitest";

/** Times how soon each side notices, and prints it all at the end. */
export class Clock {
  private readonly rows: string[] = [];

  /** Notes how long ago `since` is, in ms, and fails when that is more than `bound`. */
  note(what: string, since: number, bound: number): number {
    return this.noted(what, performance.now() - since, bound);
  }

  /** The same with a time that was measured elsewhere. */
  noted(what: string, took: number, bound: number): number {
    const ms = Math.round(took);
    this.rows.push(`${String(ms).padStart(7)} ms  (at most ${bound})  ${what}`);
    expect(ms, what).toBeLessThan(bound);
    return ms;
  }

  print(): void {
    console.log(["measured:", ...this.rows].join("\n"));
  }
}
