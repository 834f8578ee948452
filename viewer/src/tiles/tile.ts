/**
 * Reading tiles: parts of the host's screen, exact to the last bit, as PROTOCOL.md
 * section 9 has them. What comes from the host is checked here, byte by byte.
 */

import { BadMessage } from "../protocol/check.ts";
import type { Size } from "../input/mapping.ts";

/** The largest message, in bytes. */
const MAX_BYTES = 16 * 1024;
/** The most pixels in a message. */
const MAX_PIXELS = 1 << 18;
const HEAD = 9;
const KIND = 1;
/** Up to so many pixels are counted in six bits, and more in two more bytes. All six set say so. */
const SIX_BITS = 63;
const OPAQUE = 0xff000000;

/** What a message says before its rectangles. */
export interface Head {
  /** The lower half of the screen's number. */
  screen: number;
  /** The RTP timestamp of the frame that holds the same. */
  stamp: number;
}

/** What a part of the screen looks like. */
export interface Tile {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Four bytes a pixel, row by row: red, green, blue, and 255. */
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Reads the head of a message; undefined when it is of a kind that this page does not know. */
export function readHead(data: ArrayBuffer): Head | undefined {
  if (data.byteLength > MAX_BYTES) {
    throw new BadMessage("message_too_large", `a tile has at most ${MAX_BYTES} bytes`);
  }
  const view = new DataView(data);
  if (data.byteLength > 0 && view.getUint8(0) !== KIND) return undefined;
  if (data.byteLength <= HEAD) throw malformed("without a head");
  return { screen: view.getUint32(1), stamp: view.getUint32(5) };
}

/** Reads the rectangles of a message about a screen of that size. */
export function readTiles(data: ArrayBuffer, screen: Size): Tile[] {
  const reader = new Reader(new DataView(data, HEAD));
  const tiles: Tile[] = [];
  for (let left = MAX_PIXELS; !reader.isDone;) {
    const tile = reader.tile(screen, left);
    left -= tile.width * tile.height;
    tiles.push(tile);
  }
  return tiles;
}

function malformed(what: string): BadMessage {
  return new BadMessage("bad_message", `a tile ${what}`);
}

class Reader {
  readonly #view: DataView;
  #at = 0;
  // The colours that have a number; none: colours come as they are.
  #palette = new Uint32Array(0);

  constructor(view: DataView) {
    this.#view = view;
  }

  get isDone(): boolean {
    return this.#at === this.#view.byteLength;
  }

  tile(screen: Size, most: number): Tile {
    const [x, y, width, height] = [this.#short(), this.#short(), this.#short(), this.#short()];
    const count = width * height;
    if (count === 0 || x + width > screen.width || y + height > screen.height) {
      throw malformed("beside the screen");
    }
    if (count > most) throw malformed("of too many pixels");
    this.#palette = this.#colours();
    const pixels = new Uint32Array(count);
    for (let at = 0; at < count;) at = this.#instruction(pixels, at, width);
    return { x, y, width, height, rgba: new Uint8ClampedArray(pixels.buffer) };
  }

  #colours(): Uint32Array<ArrayBuffer> {
    const palette = new Uint32Array(this.#byte());
    for (let n = 0; n < palette.length; n++) palette[n] = this.#rgb();
    return palette;
  }

  /** Follows one instruction, for the pixels from `at` on. Gives where it ends. */
  #instruction(pixels: Uint32Array, at: number, width: number): number {
    const op = this.#byte();
    let end = at + (op & SIX_BITS) + 1;
    if ((op & SIX_BITS) === SIX_BITS) end += this.#short();
    if (end > pixels.length) throw malformed("with more pixels than it has");
    switch (op >> 6) {
      case 0:
        for (let n = at; n < end; n++) pixels[n] = this.#colour();
        return end;
      case 1:
        pixels.fill(this.#colour(), at, end);
        return end;
      case 2:
        if (at < width) throw malformed("with a row above the first");
        for (let n = at; n < end; n++) pixels[n] = pixels[n - width]!;
        return end;
      default:
        throw malformed("with an unknown instruction");
    }
  }

  #colour(): number {
    if (this.#palette.length === 0) return this.#rgb();
    const colour = this.#palette[this.#byte()];
    if (colour === undefined) throw malformed("with a colour that has no number");
    return colour;
  }

  /** A pixel as it lies in memory: every machine that runs a browser puts the lowest byte first. */
  #rgb(): number {
    const [red, green, blue] = [this.#byte(), this.#byte(), this.#byte()];
    return (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;
  }

  #byte(): number {
    if (this.#at >= this.#view.byteLength) throw malformed("that ends early");
    return this.#view.getUint8(this.#at++);
  }

  #short(): number {
    return (this.#byte() << 8) | this.#byte();
  }
}
