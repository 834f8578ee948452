/**
 * What a technician's hands send. Nothing here has hands, so all of it is looked at, answered
 * and dropped: PROTOCOL.md section 9 has events acknowledged that are not allowed.
 */

import { BadMessage, list, object, oneOf, opaque, text, truth, whole } from "../protocol/check.ts";
import type { Fields } from "../protocol/check.ts";
import { decode, given } from "../protocol/decode.ts";
import { MAX_EVENTS, MAX_HELD, MAX_NOTCHES, MAX_TEXT } from "../protocol/message.ts";

const MAX_COUNT = Number.MAX_SAFE_INTEGER;
const MAX_PLACE = 1 << 16;

/** The numbers of the first event in a message and of how many there are. */
export interface Events {
  first: number;
  count: number;
}

/** Reads a message on the channel for keys and buttons; throws BadMessage. */
export function decodeInput(data: string): Events {
  return decode<Events>(data, { input });
}

/** Reads a message on the channel for places; throws BadMessage. */
export function decodePointer(data: string): void {
  decode<void>(data, { pointer });
}

/** Which event is the last that was refused, so that the technician's side sends it no more. */
export class Dropped {
  #last = 0;

  /** Takes a message; the number to acknowledge, or undefined when it leaves a gap. */
  take({ first, count }: Events): number | undefined {
    if (first > this.#last + 1) return undefined;
    this.#last = Math.max(this.#last, first + count - 1);
    return this.#last;
  }
}

function input(f: Fields): Events {
  const first = whole("first", f["first"], 1, MAX_COUNT);
  const events = list("events", f["events"], MAX_EVENTS, event);
  const held = object("held", f["held"]);
  list("held.keys", held["keys"], MAX_HELD, (k) => opaque("held.keys", k, 1, 32));
  whole("held.buttons", held["buttons"], 0, 255);
  return { first, count: events.length };
}

function event(v: unknown): void {
  const f = object("events", v);
  switch (oneOf("kind", f["kind"], ["key", "button", "wheel", "text"])) {
    case "key":
      opaque("code", f["code"], 1, 32);
      truth("down", f["down"]);
      if (given(f["text"])) text("text", f["text"], 0, MAX_TEXT);
      break;
    case "button":
      whole("button", f["button"], 0, 4);
      truth("down", f["down"]);
      place(f);
      break;
    case "wheel":
      notches(f["dx"]);
      notches(f["dy"]);
      place(f);
      break;
    case "text":
      text("text", f["text"], 1, MAX_TEXT);
      break;
  }
}

function pointer(f: Fields): void {
  whole("sequence", f["sequence"], 0, MAX_COUNT);
  whole("after", f["after"], 0, MAX_COUNT);
  place(f);
}

function place(f: Fields): void {
  whole("x", f["x"], 0, MAX_PLACE);
  whole("y", f["y"], 0, MAX_PLACE);
  if (given(f["screen"])) whole("screen", f["screen"], 0, MAX_COUNT);
}

function notches(v: unknown): void {
  if (typeof v === "number" && Math.abs(v) <= MAX_NOTCHES) return;
  throw new BadMessage("bad_message", `notches: want at most ${MAX_NOTCHES}`);
}
