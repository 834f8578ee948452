import { expect, test } from "vitest";
import { Motion, REST } from "./motion.ts";

/** Shows frames so many milliseconds apart; gives the time of the last. */
function play(motion: Motion, frames: number, gap: number, from = 0): number {
  for (let n = 0; n < frames; n++) motion.frame(from + n * gap);
  return from + (frames - 1) * gap;
}

test("frames without a pause are motion, and a pause ends it", () => {
  const motion = new Motion();
  const last = play(motion, 12, 33);
  expect(motion.goesOn(last)).toBe(true);
  expect(motion.goesOn(last + REST)).toBe(false);
});

test("a few frames are no motion: a key makes a few", () => {
  const motion = new Motion();
  expect(motion.goesOn(play(motion, 5, 17))).toBe(false);
});

test("what sharpens a picture at rest is no motion", () => {
  const motion = new Motion();
  expect(motion.goesOn(play(motion, 24, 150))).toBe(false);
});

test("a tile ends it, until there were as many frames again", () => {
  const motion = new Motion();
  let last = play(motion, 12, 33);
  motion.tile();
  expect(motion.goesOn(last)).toBe(false);
  last = play(motion, 12, 33, last + 33);
  expect(motion.goesOn(last)).toBe(true);
});
