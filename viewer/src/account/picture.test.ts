import { expect, it } from "vitest";
import { middle } from "./picture.ts";

it.each([
  [400, 200, { x: 100, y: 0, side: 200 }],
  [200, 401, { x: 0, y: 100, side: 200 }],
  [1, 1, { x: 0, y: 0, side: 1 }],
])("the middle of %i by %i", (width, height, square) => {
  expect(middle(width, height)).toEqual(square);
});
