import { describe, expect, it } from "vitest";
import type { Screen } from "../protocol/message.ts";
import { Screens } from "./screens.ts";

const screen = (number: number, since?: number): Screen => {
  const m: Screen = { type: "screen", width: 100 * number, height: 100, number };
  return since === undefined ? m : { ...m, since };
};

describe("Screens", () => {
  it("takes the first screen, and one whose picture was seen already, at once", () => {
    const screens = new Screens();
    expect(screens.told(screen(1, 5000))).toBe(true);
    expect(screens.told(screen(2))).toBe(true);
    expect(screens.seen?.number).toBe(2);
  });

  it("waits for the first picture of another screen", () => {
    const screens = new Screens();
    screens.told(screen(1));
    expect(screens.told(screen(2, 5000))).toBe(false);
    expect(screens.shown(4999)).toBe(false);
    expect(screens.seen?.number).toBe(1);
    expect(screens.shown(5000)).toBe(true);
    expect(screens.seen?.number).toBe(2);
    expect(screens.shown(6000)).toBe(false);
  });

  it("takes a screen at once whose picture came before the word of it", () => {
    const screens = new Screens();
    screens.told(screen(1));
    screens.shown(5001);
    expect(screens.told(screen(2, 5000))).toBe(true);
  });

  it("leaves out a screen whose pictures were all lost", () => {
    const screens = new Screens();
    screens.told(screen(1));
    screens.told(screen(2, 5000));
    screens.told(screen(3, 6000));
    expect(screens.shown(5500)).toBe(true);
    expect(screens.seen?.number).toBe(2);
    screens.told(screen(4, 7000));
    expect(screens.shown(7000)).toBe(true);
    expect(screens.seen?.number).toBe(4);
  });

  it("follows timestamps that wrap around", () => {
    const screens = new Screens();
    screens.told(screen(1));
    screens.told(screen(2, 10));
    expect(screens.shown(2 ** 32 - 10)).toBe(false);
    expect(screens.shown(10)).toBe(true);
  });

  it("takes any picture where the browser tells no timestamps", () => {
    const screens = new Screens();
    screens.told(screen(1));
    screens.told(screen(2, 5000));
    expect(screens.shown(undefined)).toBe(true);
    expect(screens.seen?.number).toBe(2);
  });

  it("takes the same screen again", () => {
    const screens = new Screens();
    screens.told(screen(1));
    expect(screens.told({ ...screen(1, 9), width: 640 })).toBe(true);
    expect(screens.seen?.width).toBe(640);
  });
});
