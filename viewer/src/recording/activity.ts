/** Where in a recording something happens, for the line of its time. */

import type { Envelope } from "./lines.ts";
import type { Event } from "./event.ts";
import { merged } from "./story.ts";
import type { Span } from "./story.ts";
import type { Tape } from "./tape.ts";

/** A part with video or events spans a second at most: a longer one is a rest (FORMAT.md). */
const MAX_SPAN = 1000;
/** What a click and a key weigh beside the bytes of the picture. */
const CLICK = 40_000;
const KEY = 8000;

/** Whether nothing happens in a part. */
export const isRest = (e: Envelope) => e.length > MAX_SPAN && !e.isKeyFrame;

/** The spans in which nothing happens, as far as is known. */
export function restsOf(tape: Tape): Span[] {
  const rests = tape.stretches.flatMap((stretch) => tape.known(stretch).filter(isRest));
  return merged(rests.map(({ start, length }) => ({ from: start, to: start + length })));
}

/** How much happens in each of so many equal spans: 0 for nothing, 1 for the most. */
export function heatOf(tape: Tape, events: readonly Event[], count: number): number[] {
  const heat = new Array<number>(count).fill(0);
  const { end } = tape;
  if (end === 0) return heat;
  const add = (from: number, to: number, weight: number) => {
    const first = Math.min(count - 1, Math.floor((from / end) * count));
    const last = Math.max(first, Math.min(count, Math.ceil((to / end) * count)) - 1);
    for (let n = first; n <= last; n++) heat[n] = (heat[n] ?? 0) + weight / (last - first + 1);
  };
  for (const stretch of tape.stretches) {
    for (const { start, length, size } of tape.known(stretch)) add(start, start + length, size);
  }
  for (const e of events) {
    if (e.type === "click") add(e.t, e.t, CLICK);
    if (e.type === "keys") add(e.t, e.t, KEY * e.count);
  }
  // A large change, such as a new window, has many times the bytes of a line that is typed.
  const most = Math.sqrt(Math.max(1, ...heat));
  return heat.map((weight) => Math.sqrt(weight) / most);
}

/**
 * When something happens again, where a rest is at that time: its end, as far as is known.
 * Undefined where there is no rest.
 */
export function endOfRest(tape: Tape, time: number): number | undefined {
  let end: number | undefined;
  const at = tape.stretches.findLastIndex(({ start }) => start <= time);
  for (let n = at; n >= 0 && n < tape.stretches.length; n++) {
    const stretch = tape.stretches[n];
    if (!stretch) return end;
    const known = tape.known(stretch);
    for (const e of known) {
      if (e.isIndex || e.start + e.length <= time) continue;
      if (!isRest(e)) return end;
      end = e.start + e.length;
    }
    if (known.length <= stretch.last - stretch.first) return end;
  }
  return end;
}
