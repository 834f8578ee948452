import { describe, expect, it } from "vitest";
import type { Monitor } from "../protocol/message.ts";
import { mapOf } from "./monitors.tsx";

const monitor = (id: number, x: number, y: number, width: number, height: number): Monitor => ({
  id,
  name: `DP-${id}`,
  x,
  y,
  width,
  height,
  primary: id === 0,
});

describe("mapOf", () => {
  it("numbers from the left and keeps the places", () => {
    const { width, height, places } = mapOf([
      monitor(0, 0, 0, 1920, 1080),
      monitor(1, -1280, 56, 1280, 1024),
    ]);
    expect(places.map((p) => p.monitor.id)).toEqual([1, 0]);
    expect([width, height]).toEqual([107, 36]);
    expect(places[0]?.style).toEqual({ left: "0px", top: "2px", width: "43px", height: "34px" });
    expect(places[1]?.style).toMatchObject({ left: "43px", top: "0px", width: "64px" });
  });

  it("is never wider than its room", () => {
    const row = Array.from({ length: 16 }, (_, n) => monitor(n, n * 3840, 0, 3840, 2160));
    expect(mapOf(row).width).toBe(150);
  });
});
