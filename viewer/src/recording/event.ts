/** What a recording says beside its pictures (FORMAT.md). Of what is odd, as little as possible is lost. */

import { countOf, fieldsOf, objectOf, textOf, textsOf, truthOf } from "../account/read.ts";
import type { Fields } from "../account/http.ts";
import { MAX_SIDE, MAX_TIME } from "./limits.ts";

/** Who did something, or at whose side something arrived. */
export type Side = "technician" | "person";

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One of the host's monitors, at its place on the desktop. */
export interface Monitor extends Place {
  id: number;
  name: string;
}

/** What happened. */
export type Happening =
  | { type: "consent"; recorded: boolean }
  | { type: "permissions"; now: string[]; isPaused: boolean }
  | ({ type: "screen"; monitor: number; monitors: Monitor[] } & Place)
  | { type: "pointer"; x: number; y: number; by: Side }
  | { type: "click"; button: number; x: number; y: number; by: Side }
  | { type: "keys"; count: number }
  | { type: "window"; title: string; program: string }
  | { type: "chat"; from: Side; text: string }
  | { type: "clipboard"; to: Side; characters: number }
  | { type: "file"; to: Side; name: string; size: number; sha256: string; isPart: boolean }
  | { type: "pause"; what: Paused; reason: string }
  | { type: "unpause"; what: Paused; length: number }
  | { type: "gap"; from: number; to: number; reason: string }
  | { type: "quality"; codec: string; width: number; height: number; bitsPerSecond: number }
  | { type: "path"; path: string }
  | { type: "connection"; state: string }
  | { type: "words"; result: string }
  | { type: "end"; reason: string }
  /** Of a newer version. */
  | { type: "other"; name: string };

export type Paused = "session" | "recording";
export type EventType = Happening["type"];

/** Something that happened, and when, in milliseconds of the recording. */
export type Event = { t: number } & Happening;

/** All monitors at once. */
export const ALL_MONITORS = -1;

/** Reads an event; undefined when the line is none. */
export function eventOf(v: unknown): Event | undefined {
  const f = objectOf(v);
  const name = textOf(f["type"], 64);
  if (name === "" || typeof f["t"] !== "number") return undefined;
  const read = Object.hasOwn(readers, name) ? readers[name as Known] : undefined;
  return { t: timeOf(f["t"]), ...(read ? read(f) : { type: "other" as const, name }) };
}

type Known = Exclude<EventType, "other">;

const readers: Readonly<Record<Known, (f: Fields) => Happening>> = {
  consent: (f) => ({ type: "consent", recorded: typeof f["statement"] === "string" }),
  permissions: (f) => ({
    type: "permissions",
    now: textsOf(f["now"], 16),
    isPaused: truthOf(f["paused"]),
  }),
  screen: (f) => ({
    type: "screen",
    monitor: numberOf(f["monitor"], ALL_MONITORS, 1 << 16),
    monitors: fieldsOf(f["monitors"], 32).map((m) => ({
      id: numberOf(m["id"], 0, 1 << 16),
      name: textOf(m["name"], 64),
      ...placeOf(m),
    })),
    ...placeOf(f),
  }),
  pointer: (f) => ({ type: "pointer", ...spotOf(f), by: sideOf(f["by"]) }),
  click: (f) => ({
    type: "click",
    button: numberOf(f["button"], 0, 16),
    ...spotOf(f),
    by: sideOf(f["by"]),
  }),
  keys: (f) => ({ type: "keys", count: countOf(f["count"]) }),
  window: (f) => ({
    type: "window",
    title: lineOf(f["title"], 512),
    program: lineOf(f["program"], 128),
  }),
  chat: (f) => ({ type: "chat", from: sideOf(f["from"]), text: lineOf(f["text"], 4096) }),
  clipboard: (f) => ({
    type: "clipboard",
    to: sideOf(f["to"]),
    characters: countOf(f["characters"]),
  }),
  file: (f) => ({
    type: "file",
    to: sideOf(f["to"]),
    name: lineOf(f["name"], 512),
    size: countOf(f["size"]),
    sha256: textOf(f["sha256"], 64),
    isPart: f["part"] === true,
  }),
  pause: (f) => ({ type: "pause", what: pausedOf(f["what"]), reason: lineOf(f["reason"], 128) }),
  unpause: (f) => ({ type: "unpause", what: pausedOf(f["what"]), length: timeOf(f["length"]) }),
  gap: (f) => ({
    type: "gap",
    from: timeOf(f["from"]),
    to: timeOf(f["to"]),
    reason: lineOf(f["reason"], 128),
  }),
  quality: (f) => ({
    type: "quality",
    codec: textOf(f["codec"], 64),
    width: countOf(f["width"]),
    height: countOf(f["height"]),
    bitsPerSecond: countOf(f["bitsPerSecond"]),
  }),
  path: (f) => ({ type: "path", path: textOf(f["path"], 32) }),
  connection: (f) => ({ type: "connection", state: textOf(f["state"], 32) }),
  words: (f) => ({ type: "words", result: textOf(f["result"], 32) }),
  end: (f) => ({ type: "end", reason: lineOf(f["reason"], 128) }),
};

/** Text whose lines become one. */
function lineOf(v: unknown, most: number): string {
  return typeof v === "string" ? textOf(v.slice(0, 4 * most).replaceAll(/\s+/g, " "), most) : "";
}

function numberOf(v: unknown, least: number, most: number): number {
  if (typeof v !== "number" || !Number.isFinite(v)) return Math.max(0, least);
  return Math.min(most, Math.max(least, Math.round(v)));
}

const timeOf = (v: unknown) => numberOf(v, 0, MAX_TIME);
const spotOf = (f: Fields) => ({
  x: numberOf(f["x"], -MAX_SIDE, MAX_SIDE),
  y: numberOf(f["y"], -MAX_SIDE, MAX_SIDE),
});
const placeOf = (f: Fields): Place => ({
  x: numberOf(f["x"], -(1 << 20), 1 << 20),
  y: numberOf(f["y"], -(1 << 20), 1 << 20),
  width: numberOf(f["width"], 0, 1 << 17),
  height: numberOf(f["height"], 0, 1 << 17),
});
const sideOf = (v: unknown): Side => (v === "technician" ? "technician" : "person");
const pausedOf = (v: unknown): Paused => (v === "recording" ? "recording" : "session");
