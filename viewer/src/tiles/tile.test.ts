import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BadMessage } from "../protocol/check.ts";
import { readHead, readTiles } from "./tile.ts";

interface Vectors {
  width: number;
  height: number;
  accepted: {
    name: string;
    message: string;
    screen: number;
    stamp: number;
    tiles: { x: number; y: number; width: number; height: number; rgb: string }[];
  }[];
  refused: { name: string; message: string }[];
}

const file = new URL("../../../signaling/testdata/tiles/tiles.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;

function bytes(hex: string): ArrayBuffer {
  return new Uint8Array(hex.match(/../g)?.map((pair) => parseInt(pair, 16)) ?? []).buffer;
}

/** The colours as the vectors have them, without the fourth byte. */
function rgb(rgba: Uint8ClampedArray): string {
  const opaque = rgba.filter((_, at) => at % 4 === 3);
  expect(opaque.every((a) => a === 255)).toBe(true);
  const colours = rgba.filter((_, at) => at % 4 !== 3);
  return Array.from(colours, (v) => v.toString(16).padStart(2, "0")).join("");
}

describe("tiles", () => {
  it.each(vectors.accepted)("are read: $name", ({ message, screen, stamp, tiles }) => {
    const data = bytes(message);
    expect(readHead(data)).toEqual({ screen, stamp });
    const read = readTiles(data, vectors).map(({ rgba, ...place }) => ({
      ...place,
      rgb: rgb(rgba),
    }));
    expect(read).toEqual(tiles);
  });

  it.each(vectors.refused)("are refused: $name", ({ message }) => {
    const data = bytes(message);
    expect(() => {
      readHead(data);
      readTiles(data, vectors);
    }).toThrow(BadMessage);
  });

  it("of another kind are not for this page", () => {
    expect(readHead(bytes("02000000"))).toBeUndefined();
  });

  it("are read or refused, whatever comes", () => {
    let seed = 7;
    const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
    let read = 0;
    for (let n = 0; n < 20_000; n++) {
      const { message } = vectors.accepted[n % vectors.accepted.length]!;
      const data = new Uint8Array(bytes(message));
      for (let flips = Math.floor(random() * 4); flips >= 0; flips--) {
        data[9 + Math.floor(random() * (data.length - 9))] = Math.floor(random() * 256);
      }
      try {
        for (const { x, y, width, height, rgba } of readTiles(data.buffer, vectors)) {
          expect(rgba).toHaveLength(4 * width * height);
          expect(x + width).toBeLessThanOrEqual(vectors.width);
          expect(y + height).toBeLessThanOrEqual(vectors.height);
        }
        read++;
      } catch (e) {
        if (!(e instanceof BadMessage)) throw e;
      }
    }
    expect(read).toBeGreaterThan(1000);
  });
});
