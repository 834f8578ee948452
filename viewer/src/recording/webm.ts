/**
 * Reads the video of a part: WebM in the one layout that hosts write (FORMAT.md). Whatever
 * is laid out otherwise is refused.
 */

import { Damaged } from "./damage.ts";
import { MAX_FRAMES } from "./limits.ts";

/** An encoded picture. */
export interface Frame {
  /** Milliseconds since the beginning of the segment. */
  time: number;
  isKey: boolean;
  data: Uint8Array<ArrayBuffer>;
}

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const TIMESTAMP_SCALE = 0x2ad7b1;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
/** Elements of a cluster that say nothing that is needed: Position, PrevSize, Void, CRC-32. */
const skipped: readonly number[] = [0xa7, 0xab, 0xec, 0xbf];

const MILLISECOND = 1_000_000; // nanoseconds
const KEY_FRAME = 0x80;
const LACING = 0x06;

interface Element {
  id: number;
  from: number;
  /** Where it ends; that of the whole when it does not say. */
  to: number;
  isOpen: boolean;
}

/** The frames in a piece of WebM: from its beginning, or from the beginning of a cluster. Throws Damaged. */
export function framesOf(bytes: Uint8Array<ArrayBuffer>): Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  while (at < bytes.length) {
    const e = elementAt(bytes, at, bytes.length);
    if (e.id === SEGMENT) {
      at = e.from; // its elements follow
      continue;
    }
    if (e.id === CLUSTER) at = readCluster(bytes, e, frames);
    else at = skipHead(bytes, e);
  }
  if (frames.length === 0) throw new Damaged("video without a frame");
  return frames;
}

function skipHead(bytes: Uint8Array, e: Element): number {
  const isHead = [EBML, INFO, TRACKS, ...skipped].includes(e.id);
  if (!isHead || e.isOpen) throw new Damaged("an element that does not belong into the video");
  if (e.id === INFO) checkScale(bytes, e);
  return e.to;
}

function checkScale(bytes: Uint8Array, info: Element): void {
  for (let at = info.from; at < info.to;) {
    const e = elementAt(bytes, at, info.to);
    if (e.id === TIMESTAMP_SCALE && unsigned(bytes, e) !== MILLISECOND) {
      throw new Damaged("the video's times are not in milliseconds");
    }
    at = e.to;
  }
}

/** Reads a cluster; gives where it ends. One that does not say its length ends before the next. */
function readCluster(bytes: Uint8Array<ArrayBuffer>, cluster: Element, frames: Frame[]): number {
  let time: number | undefined;
  for (let at = cluster.from; at < cluster.to;) {
    const e = elementAt(bytes, at, cluster.to);
    if (cluster.isOpen && e.id === CLUSTER) return at;
    if (e.isOpen) throw new Damaged("a block without a length");
    if (e.id === TIMESTAMP) time = unsigned(bytes, e);
    else if (e.id === SIMPLE_BLOCK) {
      if (time === undefined) throw new Damaged("a block before the time of its cluster");
      if (frames.length === MAX_FRAMES) throw new Damaged("too many frames in a part");
      frames.push(frameOf(bytes, e, time));
    } else if (!skipped.includes(e.id)) throw new Damaged("an unknown element in a cluster");
    at = e.to;
  }
  return cluster.to;
}

function frameOf(bytes: Uint8Array<ArrayBuffer>, { from, to }: Element, cluster: number): Frame {
  if (to - from < 5 || bytes[from] !== 0x81) throw new Damaged("a block of another track");
  const view = new DataView(bytes.buffer, bytes.byteOffset + from + 1, 3);
  const flags = view.getUint8(2);
  if ((flags & LACING) !== 0) throw new Damaged("a block with several frames");
  const time = cluster + view.getInt16(0);
  if (time < 0) throw new Damaged("a frame before its segment");
  return { time, isKey: (flags & KEY_FRAME) !== 0, data: bytes.subarray(from + 4, to) };
}

function elementAt(bytes: Uint8Array, at: number, end: number): Element {
  const id = vint(bytes, at, end, 4, true);
  const size = vint(bytes, at + id.length, end, 8, false);
  const from = at + id.length + size.length;
  const isOpen = size.value === 2 ** (7 * size.length) - 1;
  const to = isOpen ? end : from + size.value;
  if (to > end) throw new Damaged("an element that goes on after the part");
  return { id: id.value, from, to, isOpen };
}

/** A number of EBML, with the bit that tells its length or without it (RFC 8794, section 4). */
function vint(bytes: Uint8Array, at: number, end: number, most: number, isId: boolean) {
  const first = at < end ? (bytes[at] ?? 0) : 0;
  const length = Math.clz32(first) - 23;
  if (length > most || at + length > end) throw new Damaged("a broken element");
  let value = isId ? first : first & (0xff >> length);
  for (let n = 1; n < length; n++) value = value * 256 + (bytes[at + n] ?? 0);
  return { value, length };
}

function unsigned(bytes: Uint8Array, { from, to }: Element): number {
  if (to - from > 6) throw new Damaged("a number that is too large");
  let value = 0;
  for (let at = from; at < to; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}
