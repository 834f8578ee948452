/**
 * The tiles that are over the video: each from when it comes until its frame, or a later
 * one, is on the page.
 */

import type { Size } from "../input/mapping.ts";
import { isReached } from "../protocol/stamp.ts";
import { readHead, readTiles } from "./tile.ts";
import type { Tile } from "./tile.ts";

/** What tiles are drawn on; nothing is to be seen of it where there is none. */
export interface Surface {
  /** Takes everything away, and is of that size from now on. */
  resize(size: Size): void;
  put(tile: Tile): void;
  clear(area: Tile): void;
}

/** The screen that is to be seen. */
export interface Shown extends Size {
  number: number;
}

/**
 * The most pixels of a screen that tiles are shown on, four monitors of 3840 by 2160 among
 * them: what they are drawn on takes four bytes for each, tile or none.
 */
const MAX_SCREEN = 1 << 25;
/** The most pixels over the video, all tiles together. What does not fit is dropped. */
const MAX_HELD = 1 << 21;
/** The most pixels that are read: at once, and a second. A message counts as so many at least. */
const MAX_AT_ONCE = 1 << 21;
const MAX_A_SECOND = 1 << 24;
const LEAST = 1 << 10;

interface Held {
  stamp: number;
  tile: Tile;
}

export class Overlay {
  // Set at construction.
  readonly #surface: Surface;
  readonly #now: () => number;
  #screen: Shown | undefined;
  // The RTP timestamp of the frame that is on the page; undefined before the first.
  #shown: number | undefined;
  // Ordered by their timestamps, so that the newest lies on top.
  #held: Held[] = [];
  #budget = { pixels: MAX_AT_ONCE, at: 0 };

  /** `now` is a clock in milliseconds. */
  constructor(surface: Surface, now: () => number = () => performance.now()) {
    this.#surface = surface;
    this.#now = now;
  }

  /** Whether there is no tile. */
  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /** Another screen is to be seen: no tile is of it yet, and none will be if it is too large. */
  screen(screen: Shown): void {
    const isTooLarge = screen.width * screen.height > MAX_SCREEN;
    this.#screen = isTooLarge ? undefined : screen;
    this.#held = [];
    this.#surface.resize(isTooLarge ? { width: 0, height: 0 } : screen);
  }

  /** A frame is on the page. */
  shown(stamp: number): void {
    this.#shown = stamp;
    const gone = this.#held.filter((h) => isReached(h.stamp, stamp));
    if (gone.length === 0) return;
    this.#held = this.#held.filter((h) => !isReached(h.stamp, stamp));
    for (const { tile } of gone) this.#surface.clear(tile);
    const cut = (h: Held) => gone.some(({ tile }) => overlap(tile, h.tile));
    this.#held.filter(cut).forEach(({ tile }) => this.#surface.put(tile));
  }

  /** Draws a message of the host, unless it comes too late; throws BadMessage. */
  take(data: ArrayBuffer): void {
    const head = readHead(data);
    const { number } = this.#screen ?? {};
    if (!head || !this.#screen || number === undefined || head.screen !== number >>> 0) return;
    if (this.#shown === undefined || isReached(head.stamp, this.#shown)) return;
    if (!this.#affords()) return;
    for (const tile of readTiles(data, this.#screen)) this.#add({ stamp: head.stamp, tile });
  }

  #add(held: Held): void {
    const pixels = held.tile.width * held.tile.height;
    this.#budget.pixels -= pixels;
    const sum = this.#held.reduce((all, { tile }) => all + tile.width * tile.height, pixels);
    if (sum > MAX_HELD) return;
    // What is newer came before, as it may: it stays on top.
    const at = this.#held.findLastIndex((h) => isReached(h.stamp, held.stamp)) + 1;
    this.#held.splice(at, 0, held);
    this.#surface.put(held.tile);
    for (const { tile } of this.#held.slice(at + 1)) {
      if (overlap(tile, held.tile)) this.#surface.put(tile);
    }
  }

  /** Whether there is time to read one more message. */
  #affords(): boolean {
    const now = this.#now();
    const { pixels, at } = this.#budget;
    const earned = ((now - at) / 1000) * MAX_A_SECOND;
    this.#budget = { pixels: Math.min(MAX_AT_ONCE, pixels + earned) - LEAST, at: now };
    return this.#budget.pixels > 0;
  }
}

function overlap(a: Tile, b: Tile): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
