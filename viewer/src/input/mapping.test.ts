import { describe, expect, it } from "vitest";
import { drawnSize, toPicture } from "./mapping.ts";

const hd = { width: 1920, height: 1080 };

describe("toPicture", () => {
  it.each([
    ["the first pixel", { x: 0, y: 0 }, { x: 0, y: 0, isInside: true }],
    ["the last pixel", { x: 1919.9, y: 1079.9 }, { x: 1919, y: 1079, isInside: true }],
    ["right of the picture", { x: 1920, y: 5 }, { x: 1919, y: 5, isInside: false }],
    ["above the picture", { x: 5, y: -3 }, { x: 5, y: 0, isInside: false }],
  ])("1:1, %s", (_, at, want) => {
    expect(toPicture(at, { left: 0, top: 0, ...hd }, hd)).toEqual(want);
  });

  it("finds every pixel of a picture at any scale and place", () => {
    for (const scale of [0.31, 0.5, 2 / 3, 1, 1.25, 1.7, 3]) {
      const box = { left: 13.4, top: 41.6, width: 1920 * scale, height: 1080 * scale };
      for (let x = 0; x < 1920; x += 7) {
        const at = { x: box.left + (x + 0.5) * scale, y: box.top + (x % 1080) * scale };
        expect(toPicture(at, box, hd)).toEqual({ x, y: x % 1080, isInside: true });
      }
    }
  });

  it.each([1, 1.25, 1.5, 1.75, 2])(
    "is exact to a pixel and a half on a display of density %d, in windows of any size",
    (ratio) => {
      for (const zoom of [0.5, 0.8, 1, 1.1, 1.5, 2]) {
        const pixelRatio = ratio * zoom;
        for (const scale of ["fit", "pixels"] as const) {
          const room = { width: 811 / zoom, height: 463 / zoom };
          const drawn = drawnSize(hd, room, scale, pixelRatio);
          const box = { left: 17 / pixelRatio, top: 45 / pixelRatio, ...drawn };
          const step = drawn.width / hd.width;
          for (let x = 0; x < 1920; x += 97) {
            const y = (x * 7) % 1080;
            // A mouse stops at whole pixels of the display.
            const whole = (v: number) => Math.round(v * pixelRatio) / pixelRatio;
            const at = {
              x: whole(box.left + (x + 0.5) * step),
              y: whole(box.top + (y + 0.5) * step),
            };
            const spot = toPicture(at, box, hd);
            const reach = Math.max(1, 0.5 / pixelRatio / step + 0.5);
            expect(Math.abs(spot.x - x)).toBeLessThanOrEqual(reach);
            expect(Math.abs(spot.y - y)).toBeLessThanOrEqual(reach);
            expect(reach).toBeLessThan(2);
          }
        }
      }
    },
  );

  it("leaves the bars at the sides out", () => {
    const box = { left: 10, top: 20, width: 1000, height: 540 };
    expect(toPicture({ x: 10 + 20, y: 20 }, box, hd)).toEqual({ x: 0, y: 0, isInside: true });
    expect(toPicture({ x: 10 + 19, y: 20 }, box, hd)).toEqual({ x: 0, y: 0, isInside: false });
    const tall = { left: 0, top: 0, width: 960, height: 600 };
    expect(toPicture({ x: 480, y: 30 }, tall, hd)).toEqual({ x: 960, y: 0, isInside: true });
    expect(toPicture({ x: 480, y: 571 }, tall, hd)).toMatchObject({ y: 1079, isInside: false });
  });

  it("is nowhere in a box without a size", () => {
    const none = { left: 0, top: 0, width: 0, height: 0 };
    expect(toPicture({ x: 1, y: 1 }, none, hd).isInside).toBe(false);
  });
});

describe("drawnSize", () => {
  it.each([
    ["fits the width", { width: 960, height: 900 }, "fit", 1, { width: 960, height: 540 }],
    ["fits the height", { width: 4000, height: 540 }, "fit", 1, { width: 960, height: 540 }],
    ["grows", { width: 3840, height: 2160 }, "fit", 1, { width: 3840, height: 2160 }],
    ["is exact when nearly so", { width: 1940, height: 1095 }, "fit", 1, hd],
    ["is pixel for pixel", { width: 300, height: 200 }, "pixels", 1, hd],
    ["on a dense display", { width: 300, height: 200 }, "pixels", 2, { width: 960, height: 540 }],
  ] as const)("%s", (_, room, scale, ratio, want) => {
    expect(drawnSize(hd, room, scale, ratio)).toEqual(want);
  });
});
