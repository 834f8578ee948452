/** What of an opened part is exported: its events as they were written, and its pictures. */

import { Damaged } from "./damage.ts";
import { MAX_EVENTS } from "./limits.ts";
import { framesOf } from "./webm.ts";
import type { Frame } from "./webm.ts";

/** The pictures of a part. Times are milliseconds of the recording. */
export interface Pictures {
  codec: string;
  width: number;
  height: number;
  frames: Frame[];
}

export interface Opened {
  /** Lines of JSON with their newlines. */
  events: Uint8Array<ArrayBuffer>;
  pictures: Pictures | undefined;
  /** Whether the events are those of other parts once more. */
  isIndex: boolean;
}

const NEWLINE = 10;

/** Reads an opened part. Throws Damaged. */
export function openedOf(opened: Uint8Array<ArrayBuffer>, recording: string, part: number): Opened {
  const begin = lineEnd(opened, 0);
  const header = headerOf(opened.subarray(0, begin));
  if (header["recording"] !== recording || header["part"] !== part) {
    throw new Damaged("it belongs elsewhere");
  }
  let end = begin;
  const events = Number(header["events"] ?? 0);
  if (!(events >= 0 && events <= MAX_EVENTS)) throw new Damaged("too many events");
  for (let n = 0; n < events; n++) end = lineEnd(opened, end);
  const video = header["video"] as Record<string, unknown> | undefined;
  return {
    events: opened.subarray(begin, end),
    pictures: video && picturesOf(video, opened.subarray(end)),
    isIndex: header["index"] !== undefined,
  };
}

function headerOf(line: Uint8Array): Record<string, unknown> {
  try {
    const v: unknown = JSON.parse(new TextDecoder().decode(line));
    if (typeof v === "object" && v !== null) return v as Record<string, unknown>;
  } catch {
    // It is said below.
  }
  throw new Damaged("its first line cannot be read");
}

function picturesOf(video: Record<string, unknown>, bytes: Uint8Array<ArrayBuffer>): Pictures {
  const { codec, width, height, start } = video;
  if (typeof codec !== "string" || typeof start !== "number") throw new Damaged("its video");
  const frames = framesOf(bytes).map((frame) => ({ ...frame, time: start + frame.time }));
  return { codec, width: Number(width), height: Number(height), frames };
}

/** Where the line that begins there ends, behind its newline. */
function lineEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  if (end < 0) throw new Damaged("a line that does not end");
  return end + 1;
}
