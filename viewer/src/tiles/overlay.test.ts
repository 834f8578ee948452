import { beforeEach, describe, expect, it } from "vitest";
import { BadMessage } from "../protocol/check.ts";
import type { Size } from "../input/mapping.ts";
import { Overlay } from "./overlay.ts";
import type { Surface } from "./overlay.ts";
import type { Tile } from "./tile.ts";

/** A surface of letters, one a pixel: the red part of each tile, and a dot where there is none. */
class Page implements Surface {
  rows: string[][] = [];
  puts = 0;
  resize({ width, height }: Size): void {
    this.rows = Array.from({ length: height }, () => Array<string>(width).fill("."));
  }
  put(tile: Tile): void {
    this.puts++;
    this.#each(tile, (at) => String.fromCharCode(tile.rgba[4 * at]!));
  }
  clear(tile: Tile): void {
    this.#each(tile, () => ".");
  }
  #each({ x, y, width, height }: Tile, what: (at: number) => string): void {
    for (let at = 0; at < width * height; at++) {
      this.rows[y + Math.floor(at / width)]![x + (at % width)] = what(at);
    }
  }
  toString(): string {
    return this.rows.map((row) => row.join("")).join(" ");
  }
}

/** A message with one rectangle, all of it in one colour, whose red part is a letter. */
function tile(
  stamp: number,
  letter: string,
  { screen = 1, x = 0, y = 0, width = 1, height = 1 } = {},
): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint8(0, 1);
  view.setUint32(1, screen);
  view.setUint32(5, stamp);
  [x, y, width, height].forEach((v, at) => view.setUint16(9 + 2 * at, v));
  view.setUint8(17, 1);
  view.setUint8(18, letter.charCodeAt(0));
  view.setUint8(21, 0x40 | (width * height - 1));
  return view.buffer.slice(0, 23);
}

let page: Page;
let overlay: Overlay;
let now: number;

beforeEach(() => {
  page = new Page();
  now = 0;
  overlay = new Overlay(page, () => now);
  overlay.screen({ number: 1, width: 4, height: 1 });
  overlay.shown(100);
});

describe("Overlay", () => {
  it("shows a tile until its frame is on the page", () => {
    overlay.take(tile(200, "a", { x: 1, width: 2 }));
    expect(`${page}`).toBe(".aa.");
    overlay.shown(199);
    expect(`${page}`).toBe(".aa.");
    overlay.shown(200);
    expect(`${page}`).toBe("....");
  });

  it("takes a tile away with a later frame than its own, which may be lost", () => {
    overlay.take(tile(200, "a"));
    overlay.shown(300);
    expect(`${page}`).toBe("....");
  });

  it("drops a tile that comes after its frame", () => {
    overlay.shown(200);
    overlay.take(tile(200, "a"));
    overlay.take(tile(150, "b"));
    expect(`${page}`).toBe("....");
  });

  it("drops tiles before the first frame", () => {
    overlay = new Overlay(page);
    overlay.screen({ number: 1, width: 4, height: 1 });
    overlay.take(tile(200, "a"));
    expect(`${page}`).toBe("....");
  });

  it("knows what is later when timestamps wrap around", () => {
    overlay.shown(2 ** 32 - 10);
    overlay.take(tile(2 ** 32 - 5, "a"));
    overlay.take(tile(5, "b", { x: 1 }));
    overlay.take(tile(2 ** 32 - 20, "c", { x: 2 }));
    expect(`${page}`).toBe("ab..");
    overlay.shown(2 ** 32 - 1);
    expect(`${page}`).toBe(".b..");
    overlay.shown(7);
    expect(`${page}`).toBe("....");
  });

  it("keeps what is newer over what is older, in whatever order they come", () => {
    overlay.take(tile(300, "b", { x: 1 }));
    overlay.take(tile(200, "a", { width: 3 }));
    expect(`${page}`).toBe("aba.");
    overlay.shown(200);
    expect(`${page}`).toBe(".b..");
    overlay.take(tile(400, "c", { width: 2 }));
    overlay.shown(300);
    expect(`${page}`).toBe("cc..");
  });

  it("forgets all tiles when another screen is to be seen", () => {
    overlay.take(tile(200, "a"));
    overlay.screen({ number: 2, width: 2, height: 2 });
    expect(`${page}`).toBe(".. ..");
    overlay.take(tile(300, "b"));
    overlay.take(tile(300, "c", { screen: 2 }));
    expect(`${page}`).toBe("c. ..");
    overlay.shown(250);
    expect(`${page}`).toBe("c. ..");
  });

  it("compares the lower half of the screen's number", () => {
    overlay.screen({ number: 2 ** 32 + 3, width: 1, height: 1 });
    overlay.take(tile(200, "a", { screen: 3 }));
    expect(`${page}`).toBe("a");
  });

  it("refuses what is not on the screen, and ignores what is of another", () => {
    expect(() => overlay.take(tile(200, "a", { x: 4 }))).toThrow(BadMessage);
    overlay.take(tile(200, "a", { x: 4, screen: 9 }));
    expect(`${page}`).toBe("....");
  });

  it("does not read more than there is time for", () => {
    for (let n = 0; n < 10_000; n++) overlay.take(tile(200 + n, "a"));
    expect(page.puts).toBeLessThan(2_100);
    now += 1000;
    const before = page.puts;
    overlay.take(tile(20_000, "b"));
    expect(page.puts).toBe(before + 1);
  });

  it("has nothing to draw on, and draws nothing, where the screen is too large", () => {
    const sizes: Size[] = [];
    page.resize = ({ width, height }) => sizes.push({ width, height });
    page.put = () => page.puts++;
    overlay.screen({ number: 2, width: 15_360, height: 2160 });
    overlay.take(tile(200, "a", { screen: 2 }));
    expect(page.puts).toBe(1);
    overlay.screen({ number: 3, width: 8192, height: 4097 });
    overlay.take(tile(200, "a", { screen: 3 }));
    overlay.take(tile(200, "a", { screen: 2 }));
    expect(page.puts).toBe(1);
    expect(sizes).toEqual([
      { width: 15_360, height: 2160 },
      { width: 0, height: 0 },
    ]);
  });

  it("holds no more pixels than a screen or two have", () => {
    overlay.screen({ number: 1, width: 512, height: 512 });
    page.put = () => page.puts++;
    for (let n = 0; n < 100; n++) {
      now += 1000;
      overlay.take(large(200 + n));
    }
    expect(page.puts).toBe(8);
    overlay.shown(207);
    now += 1000;
    overlay.take(large(400));
    expect(page.puts).toBe(9);
  });
});

/** A message with 512 × 512 pixels. */
function large(stamp: number): ArrayBuffer {
  const head = new Uint8Array(tile(stamp, "a")).subarray(0, 21);
  const longest = [0x7f, 0xff, 0xff, 0]; // a run of 65,599
  const runs = [...longest, ...longest, ...longest, 0x7f, 0xff, 0x03, 0];
  const message = new Uint8Array([...head, ...runs]);
  new DataView(message.buffer).setUint16(13, 512);
  new DataView(message.buffer).setUint16(15, 512);
  return message.buffer;
}
