import { beforeEach, describe, expect, it } from "vitest";
import type { Screen } from "../protocol/message.ts";
import { BLIND_MS, Screens } from "./screens.ts";

const screen = (number: number, since?: number): Screen => {
  const m: Screen = { type: "screen", width: 100 * number, height: 100, number };
  return since === undefined ? m : { ...m, since };
};

const size = { width: 100, height: 100 };

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
    expect(screens.shown(4999, size)).toBe(false);
    expect(screens.seen?.number).toBe(1);
    expect(screens.shown(5000, size)).toBe(true);
    expect(screens.seen?.number).toBe(2);
    expect(screens.shown(6000, size)).toBe(false);
  });

  it("takes a screen at once whose picture came before the word of it", () => {
    const screens = new Screens();
    screens.told(screen(1));
    screens.shown(5001, size);
    expect(screens.told(screen(2, 5000))).toBe(true);
  });

  it("leaves out a screen whose pictures were all lost", () => {
    const screens = new Screens();
    screens.told(screen(1));
    screens.told(screen(2, 5000));
    screens.told(screen(3, 6000));
    expect(screens.shown(5500, size)).toBe(true);
    expect(screens.seen?.number).toBe(2);
    screens.told(screen(4, 7000));
    expect(screens.shown(7000, size)).toBe(true);
    expect(screens.seen?.number).toBe(4);
  });

  it("follows timestamps that wrap around", () => {
    const screens = new Screens();
    screens.told(screen(1));
    screens.told(screen(2, 10));
    expect(screens.shown(2 ** 32 - 10, size)).toBe(false);
    expect(screens.shown(10, size)).toBe(true);
  });

  it("keeps so many that wait, and no more", () => {
    const screens = new Screens();
    screens.told(screen(1));
    for (let n = 2; n <= 19; n++) screens.told(screen(n, 1000 * n));
    expect(screens.shown(3500, size)).toBe(false); // the first two are forgotten
    expect(screens.shown(4000, size)).toBe(true);
    expect(screens.seen?.number).toBe(4);
  });

  it("takes the same screen again", () => {
    const screens = new Screens();
    screens.told(screen(1));
    expect(screens.told({ ...screen(1, 9), width: 640 })).toBe(true);
    expect(screens.seen?.width).toBe(640);
  });
});

describe("Screens without timestamps", () => {
  const large = { width: 200, height: 100 };
  const scaled = { width: 50, height: 50 };
  let now: number;
  let screens: Screens;
  const shown = (of: typeof size) => screens.shown(undefined, of);

  beforeEach(() => {
    now = 0;
    screens = new Screens(() => now);
    screens.told(screen(1));
    shown(size);
  });

  it("takes no picture of the screen before for one of the new", () => {
    expect(screens.isSure).toBe(true);
    expect(screens.told(screen(2, 5000))).toBe(false);
    expect(shown(size)).toBe(false);
    expect(screens.seen?.number).toBe(1);
    expect(screens.isSure).toBe(false);
    expect(shown(large)).toBe(true);
    expect(screens.seen?.number).toBe(2);
    expect(screens.isSure).toBe(true);
  });

  it("waits a second where the size is the same", () => {
    screens.told({ ...screen(2, 5000), width: 100 });
    shown(size);
    now = BLIND_MS - 1;
    expect(screens.passed()).toBe(false);
    expect(shown(size)).toBe(false);
    now = BLIND_MS;
    expect(screens.passed()).toBe(true);
    expect(screens.seen?.number).toBe(2);
    expect(screens.isSure).toBe(true);
  });

  it("waits a second where pictures are scaled", () => {
    screens.told(screen(2, 5000));
    expect(shown(scaled)).toBe(false);
    now = BLIND_MS;
    expect(shown(scaled)).toBe(true);
    expect(screens.seen?.number).toBe(2);
  });

  it("takes the old screen's picture, made as large as the new one is, for no other", () => {
    screens.told({ ...screen(3, 4000), width: 400 });
    now = BLIND_MS;
    shown(large); // scaled already
    screens.told(screen(2, 5000));
    expect(shown(large)).toBe(false);
  });

  it("waits on for a picture when none has come", () => {
    screens.told(screen(2, 5000));
    now = 10 * BLIND_MS;
    expect(screens.passed()).toBe(false);
    expect(screens.isSure).toBe(false);
    expect(shown(scaled)).toBe(true);
  });

  it("tells screens of one size apart by time alone", () => {
    screens.told(screen(2, 5000));
    now = 500;
    screens.told({ ...screen(3, 6000), width: 200 });
    expect(shown(large)).toBe(false);
    now = BLIND_MS;
    expect(screens.passed()).toBe(true);
    expect(screens.seen?.number).toBe(2);
    now = 1500;
    expect(screens.passed()).toBe(true);
    expect(screens.seen?.number).toBe(3);
  });

  it("leaves a browser that has timestamps to wait for the right one", () => {
    screens.shown(1000, size);
    screens.told(screen(2, 5000));
    screens.shown(1001, large);
    now = 10 * BLIND_MS;
    expect(screens.passed()).toBe(false);
    expect(screens.seen?.number).toBe(1);
    expect(screens.isSure).toBe(true);
  });
});
