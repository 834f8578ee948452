import { describe, expect, it } from "vitest";
import { panStep } from "./pan.ts";

const room = { left: 100, top: 50, width: 800, height: 600 };

describe("panStep", () => {
  it.each([
    ["in the middle", 500, 300, 0, 0],
    ["at the left edge", 100, 300, -18, 0],
    ["near the left edge", 127, 300, -2, 0],
    ["just off the left edge", 128, 300, 0, 0],
    ["at the right edge", 899, 300, 18, 0],
    ["at the top", 500, 50, 0, -18],
    ["in the last corner", 899, 649, 18, 18],
    ["outside", 99, 651, 0, 0],
  ])("%s", (_, x, y, dx, dy) => {
    const by = panStep({ x, y }, room);
    expect([by.x + 0, by.y + 0]).toEqual([dx, dy]);
  });
});
