import { expect, test } from "vitest";
import { ages, arrivals, births, calm, middle95most } from "./badlink.measures.ts";

// How badlink.figures.ts makes figures of what was seen and heard.
const at = (from: number) => ({ number: 0, from, drawn: from });

test("each key goes with the first arrival after it that is no other key's", () => {
  expect(arrivals([100, 200, 300], [130, 230, 330].map(at))).toEqual({
    ms: [30, 30, 30],
    lost: 0,
    added: 0,
  });
  expect(arrivals([100, 200, 300], [130, 330].map(at))).toEqual({
    ms: [30, 130],
    lost: 1,
    added: 0,
  });
  expect(arrivals([100], [50, 99, 180].map(at))).toEqual({ ms: [-1], lost: 0, added: 2 });
  expect(arrivals([100], [])).toEqual({ ms: [], lost: 1, added: 0 });
});

test("a frame that was seen is as old as it was drawn long ago, until the next one is seen", () => {
  const frames = [
    { number: 7, from: 1000, drawn: 1002 },
    { number: 8, from: 1030, drawn: 1032 },
  ];
  const seen = [
    { at: 1020, value: 7 },
    { at: 1040, value: 999 }, // of a scene before
    { at: 1060, value: 8 },
  ];
  const shown = births(seen, frames);
  expect(shown).toEqual([
    { at: 1020, drawn: 1000 },
    { at: 1060, drawn: 1030 },
  ]);
  expect(ages(shown, 1010, 1080)).toEqual([Infinity, 20, 30, 40, 50, 30, 40]);
});

test("a calm begins after the last value that is too large", () => {
  expect(calm([1, 9, 1, 1, 1], 5, 3)).toBe(2);
  expect(calm([1, 1, 1, 9], 5, 3)).toBe(0);
  expect(calm([1, 1, 9, 1, 1], 5, 3)).toBeNaN();
});

test("a cell says a dash for what is not there", () => {
  expect(middle95most([30, 10, 20])).toBe("20, 29, 30");
  expect(middle95most([])).toBe("–, –, –");
});
