/** What happened in a recording, put together from the parts and the index parts that were opened. */

import type { Content } from "./content.ts";
import type { Event, Monitor, Place } from "./event.ts";

/** A span of a recording, in milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** A span without pictures, and why. */
export interface Gap extends Span {
  what: "session" | "recording" | "missing";
  reason: string;
}

/** What is shown, at its place on the desktop. */
export interface Shown extends Place {
  monitor: number;
  monitors: Monitor[];
}

/** All events but where the pointer was, in their order. */
export class Story {
  // By the index part, or by the part.
  readonly #indexed = new Map<number, { from: number; to: number; events: Event[] }>();
  readonly #parts = new Map<number, Event[]>();

  /** Whether that index part was read. */
  has(index: number): boolean {
    return this.#indexed.has(index);
  }

  /** True when there was something new in it. */
  add({ part, events, index }: Content): boolean {
    if (index) {
      if (this.has(part)) return false;
      this.#indexed.set(part, { ...index, events });
      for (let n = index.from; n <= index.to; n++) this.#parts.delete(n);
      return true;
    }
    if (this.#parts.has(part) || this.#isIndexed(part)) return false;
    const told = events.filter(({ type }) => type !== "pointer");
    if (told.length === 0) return false;
    this.#parts.set(part, told);
    return true;
  }

  events(): Event[] {
    const all = [...this.#indexed.values()].map(({ events }) => events);
    return [...all, ...this.#parts.values()].flat().sort((a, b) => a.t - b.t);
  }

  #isIndexed(part: number): boolean {
    for (const { from, to } of this.#indexed.values()) if (from <= part && part <= to) return true;
    return false;
  }
}

/** The spans without pictures. A pause that has not ended goes on to the end. */
export function gapsOf(events: readonly Event[], end: number): Gap[] {
  const gaps: Gap[] = [];
  const open = new Map<string, Gap>();
  for (const e of events) {
    if (e.type === "gap") gaps.push({ from: e.from, to: e.to, what: "missing", reason: e.reason });
    if (e.type === "pause" && !open.has(e.what)) {
      const gap: Gap = { from: e.t, to: end, what: e.what, reason: e.reason };
      open.set(e.what, gap);
      gaps.push(gap);
    }
    if (e.type === "unpause") {
      const gap = open.get(e.what);
      if (gap) gap.to = e.t;
      open.delete(e.what);
    }
  }
  return gaps.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from);
}

/** The last of the events of a type up to a time. */
export function lastOf<T extends Event["type"]>(
  events: readonly Event[],
  type: T,
  time: number,
): Extract<Event, { type: T }> | undefined {
  for (let n = after(events, time) - 1; n >= 0; n--) {
    const e = events[n];
    if (e?.type === type) return e as Extract<Event, { type: T }>;
  }
  return undefined;
}

/** How many of the events, which are in order, have happened by a time. */
export function after(events: readonly { t: number }[], time: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.t ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Merges spans that touch, which are in order. */
export function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const { from, to } of spans) {
    const last = all.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}
