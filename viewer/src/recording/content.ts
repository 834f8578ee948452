/** What is in a part, once it is opened: a line about it, events, video (FORMAT.md). */

import { object, opaque, whole } from "../protocol/check.ts";
import type { Fields } from "../protocol/check.ts";
import { Damaged, isBad } from "./damage.ts";
import { eventOf } from "./event.ts";
import type { Event } from "./event.ts";
import { MAX_EVENTS, MAX_LINE, MAX_PART, MAX_PARTS, MAX_SIDE, MAX_TIME } from "./limits.ts";
import { framesOf } from "./webm.ts";
import type { Frame } from "./webm.ts";

/** The video of a part. The times of its frames are those of the recording. */
export interface Video {
  segment: number;
  codec: string;
  width: number;
  height: number;
  frames: Frame[];
}

/** An opened part. */
export interface Content {
  part: number;
  events: Event[];
  video: Video | undefined;
  /** The parts whose events an index part has; undefined for other parts. */
  index: { from: number; to: number } | undefined;
  /** About the bytes that it takes in memory. */
  bytes: number;
}

/** What a browser may be told to decode. */
const codecs = /^(vp8|vp09(\.\d{2}){3,8}|av01\.[012]\.\d{2}[MH]\.\d{2}(\.\d{1,3}){0,6})$/;

const NEWLINE = 10;

/** Reads an opened part of a recording. Throws Damaged. */
export function contentOf(
  opened: Uint8Array<ArrayBuffer>,
  recording: string,
  envelope: { part: number },
): Content {
  try {
    return read(opened, recording, envelope);
  } catch (e) {
    throw isBad(e) ? new Damaged(`part ${envelope.part}: ${(e as Error).message}`) : e;
  }
}

function read(
  opened: Uint8Array<ArrayBuffer>,
  recording: string,
  envelope: { part: number },
): Content {
  if (opened.length > MAX_PART) throw new Damaged("it is too large");
  const head = lineAt(opened, 0);
  const f = object("header", JSON.parse(head.text));
  // A part of another recording, or another part of this one, is sealed just as well.
  if (f["recording"] !== recording) throw new Damaged("it is of another recording");
  whole("part", f["part"], envelope.part, envelope.part);
  let { end } = head;
  const events: Event[] = [];
  for (let n = whole("events", f["events"] ?? 0, 0, MAX_EVENTS); n > 0; n--) {
    const line = lineAt(opened, end);
    end = line.end;
    const event = eventOf(JSON.parse(line.text));
    if (event) events.push(event);
  }
  return {
    part: envelope.part,
    events,
    video: f["video"] === undefined ? undefined : videoOf(f["video"], opened.subarray(end)),
    index: f["index"] === undefined ? undefined : indexOf(object("index", f["index"])),
    bytes: opened.length + 100 * events.length,
  };
}

function videoOf(v: unknown, bytes: Uint8Array<ArrayBuffer>): Video {
  const f = object("video", v);
  const codec = opaque("codec", f["codec"], 1, 64);
  if (!codecs.test(codec)) throw new Damaged("an unknown codec");
  whole("bytes", f["bytes"], bytes.length, bytes.length);
  const start = whole("video.start", f["start"], 0, MAX_TIME);
  return {
    segment: whole("segment", f["segment"], 0, MAX_PARTS),
    codec,
    width: whole("width", f["width"], 1, MAX_SIDE),
    height: whole("height", f["height"], 1, MAX_SIDE),
    frames: framesOf(bytes).map((frame) => ({ ...frame, time: start + frame.time })),
  };
}

const indexOf = (f: Fields) => ({
  from: whole("index.from", f["from"], 0, MAX_PARTS),
  to: whole("index.to", f["to"], 0, MAX_PARTS),
});

function lineAt(bytes: Uint8Array, from: number): { text: string; end: number } {
  const length = bytes.subarray(from, from + MAX_LINE + 1).indexOf(NEWLINE);
  if (length < 0) throw new Damaged("a line that does not end");
  const text = new TextDecoder().decode(bytes.subarray(from, from + length));
  return { text, end: from + length + 1 };
}
