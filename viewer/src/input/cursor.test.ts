import { describe, expect, it } from "vitest";
import type { Cursor, Shape } from "../protocol/message.ts";
import { SHAPES_KEPT } from "../protocol/message.ts";
import { HostCursor, cursorStyle, drawn, placed, shapeScale } from "./cursor.ts";
import type { Known } from "./cursor.ts";

function shape(id: number, change: Partial<Shape> = {}): Shape {
  const size = { width: 16, height: 24, hotX: 3, hotY: 5 };
  return { type: "shape", id, ...size, png: `PNG${id}`, ...change };
}

function cursor(sequence: number, change: Partial<Cursor> = {}): Cursor {
  const place = { x: sequence, y: 0 };
  return { type: "cursor", sequence, shape: 1, yours: false, place, ...change };
}

function take(...messages: (Shape | Cursor)[]): Known {
  const c = new HostCursor();
  for (const m of messages) c.take(m);
  return c.known;
}

describe("HostCursor", () => {
  it("knows nothing before the host has said where the pointer is", () => {
    expect(take(shape(1)).shape).toBeUndefined();
  });

  it("shows the shape that is named, at its place", () => {
    expect(take(shape(1), shape(2), cursor(1, { shape: 2 }))).toEqual({
      shape: shape(2),
      place: { x: 1, y: 0 },
      isYours: false,
    });
  });

  it("drops what is older than the newest", () => {
    expect(take(shape(1), cursor(5), cursor(4), cursor(5)).place).toEqual({ x: 5, y: 0 });
  });

  it("stays with the shape before until the next has come", () => {
    expect(take(shape(1), cursor(1), cursor(2, { shape: 2 })).shape).toEqual(shape(1));
    expect(take(shape(1), cursor(1), cursor(2, { shape: 2 }), shape(2)).shape).toEqual(shape(2));
    expect(take(cursor(1)).shape).toBeUndefined();
    expect(take(cursor(1), shape(1)).shape).toEqual(shape(1));
  });

  it("knows that the pointer is hidden, and that it is beside the screen", () => {
    expect(take(shape(1), cursor(1, { shape: 0 })).shape).toBeNull();
    const { type, sequence, yours } = cursor(2);
    expect(take(shape(1), { type, sequence, shape: 1, yours }).place).toBeUndefined();
  });

  it("keeps as many shapes as the host counts on, and no more", () => {
    const c = new HostCursor();
    for (let id = 1; id <= SHAPES_KEPT + 1; id++) c.take(shape(id));
    c.take(cursor(1, { shape: 2 }));
    expect(c.known.shape).toEqual(shape(2));
    c.take(cursor(2, { shape: 1 }));
    expect(c.known.shape).toEqual(shape(2));
  });

  it("forgets everything, and tells of every change", () => {
    const c = new HostCursor();
    let told = 0;
    c.listen(() => told++);
    c.take(shape(1));
    c.take(cursor(9));
    expect(told).toBe(1);
    c.forget();
    expect(told).toBe(2);
    expect(c.known.shape).toBeUndefined();
    c.take(cursor(1));
    expect(c.known.shape).toBeUndefined();
  });
});

describe("drawn", () => {
  const arrow = shape(1);
  const place = { x: 7, y: 8 };
  const finger = { x: 1, y: 2 };
  const mouse = undefined;
  const theirs = { shape: arrow, place, isYours: false };
  const mine = { shape: arrow, place, isYours: true };
  const at = (where: object, what: unknown = arrow) => ({ other: { shape: what, at: where } });

  it.each([
    [
      "nothing is known",
      { shape: undefined, place, isYours: false },
      true,
      mouse,
      { own: "usual" },
    ],
    ["they watch", theirs, false, mouse, { own: "usual", ...at(place) }],
    ["they watch by touch", theirs, false, finger, { own: "usual", ...at(place) }],
    ["they watch a hidden one", { ...theirs, shape: null }, false, mouse, { own: "usual" }],
    [
      "they watch one beside the screen",
      { ...theirs, place: undefined },
      false,
      mouse,
      { own: "usual" },
    ],
    ["it is theirs", mine, true, mouse, { own: arrow }],
    ["it is theirs and hidden", { ...mine, shape: null }, true, mouse, { own: "dot" }],
    ["a person moves it", theirs, true, mouse, { own: "dot", ...at(place) }],
    ["a person moves a hidden one", { ...theirs, shape: null }, true, mouse, { own: "dot" }],
    ["a person moves it away", { ...theirs, place: undefined }, true, mouse, { own: "dot" }],
    ["it is where their finger is", mine, true, finger, { own: "dot", ...at(finger) }],
    [
      "their finger has a hidden one",
      { ...mine, shape: null },
      true,
      finger,
      { own: "dot", ...at(finger, "dot") },
    ],
    ["a person moves it from their finger", theirs, true, finger, { own: "dot", ...at(place) }],
  ])("when %s", (_, known, isControlled, touch, want) => {
    expect(drawn(known, { isControlled, touch })).toEqual(want);
  });
});

describe("the size of a shape", () => {
  it.each([
    ["as the screen", 24, 1, 1],
    ["as a screen that is shown small", 24, 0.8, 0.8],
    ["no smaller than can be found", 24, 0.2, 16 / 24],
    ["small ones not larger than they are", 8, 0.2, 1],
    ["no larger than Chromium shows at an edge", 96, 1, 32 / 96],
    ["nor when the screen is shown large", 24, 2, 32 / 24],
  ])("is %s", (_, longest, screen, want) => {
    expect(shapeScale({ width: 1, height: longest }, screen)).toBeCloseTo(want);
  });
});

describe("cursorStyle", () => {
  it("is the picture with its density and its hot spot", () => {
    expect(cursorStyle(shape(1), 1)).toBe(
      'image-set(url("data:image/png;base64,PNG1") 1x) 3 5, default',
    );
    expect(cursorStyle(shape(1, { width: 48, height: 48, hotX: 24, hotY: 12 }), 0.5)).toBe(
      'image-set(url("data:image/png;base64,PNG1") 2x) 12 6, default',
    );
  });

  it("is a dot, or the browser's own", () => {
    expect(cursorStyle("dot", 1)).toMatch(/^url\("data:image\/svg\+xml,[^"]*"\) 4 4, crosshair$/);
    expect(cursorStyle("usual", 1)).toBe("");
  });
});

describe("placed", () => {
  const stage = { left: 10, top: 20, width: 800, height: 600 };
  const at = { x: 100, y: 50 };

  it("has the hot spot in the middle of the pixel", () => {
    const picture = { left: 110, top: 120, width: 640, height: 360 };
    const p = placed({ shape: shape(1), at }, picture, { width: 640, height: 360 }, stage);
    expect(p).toEqual({ left: 200 - 3, top: 150 - 5, width: 16, height: 24 });
  });

  it("follows a screen that is shown small in a box of another shape", () => {
    const picture = { left: 10, top: 20, width: 400, height: 400 };
    const p = placed({ shape: "dot", at }, picture, { width: 800, height: 400 }, stage);
    expect(p).toEqual({ left: 50.25 - 4.5, top: 100 + 25.25 - 4.5, width: 9, height: 9 });
  });
});
