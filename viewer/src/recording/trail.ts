/** Where the pointer was: in the parts that were opened last, as index parts do not tell. */

import type { Content } from "./content.ts";
import type { Event } from "./event.ts";
import { after } from "./story.ts";

type Pointer = Extract<Event, { type: "pointer" }>;

/** Parts that are remembered. */
const MOST = 256;

export class Trail {
  readonly #parts = new Map<number, Pointer[]>();

  add({ part, events, index }: Content): void {
    if (index) return;
    this.#parts.delete(part);
    this.#parts.set(
      part,
      events.filter((e) => e.type === "pointer"),
    );
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= MOST) return;
      this.#parts.delete(oldest);
    }
  }

  /** The place at a time, if it is in that part or in one shortly before it that is known. */
  at(time: number, part: number): Pointer | undefined {
    for (let n = part; n >= 0; n--) {
      const places = this.#parts.get(n);
      if (!places) return undefined;
      const count = after(places, time);
      if (count > 0) return places[count - 1];
    }
    return undefined;
  }
}
