/** The wheel in notches, whatever the browser counts in. */

import { MAX_NOTCHES } from "../protocol/message.ts";

/** The part of a WheelEvent that counts. */
export interface WheelLike {
  deltaX: number;
  deltaY: number;
  /** 0 pixels, 1 lines, 2 pages. */
  deltaMode: number;
}

const LINES_A_NOTCH = 3;

/** The turn in notches, right and down positive, to a thousandth. */
export function notches(e: WheelLike): { dx: number; dy: number } {
  return { dx: one(e.deltaX, e.deltaMode), dy: one(e.deltaY, e.deltaMode) };
}

function one(delta: number, mode: number): number {
  const turned = delta / unit(delta, mode);
  const bounded = Math.max(-MAX_NOTCHES, Math.min(MAX_NOTCHES, turned));
  // Adding zero turns -0, which JSON cannot keep, into 0.
  return Math.round(bounded * 1000) / 1000 + 0;
}

// One notch of a wheel is 120 pixels in some browsers and systems and 100 in others;
// a trackpad sends any number.
function unit(delta: number, mode: number): number {
  if (mode === 1) return LINES_A_NOTCH;
  if (mode === 2) return 1 / 8;
  return delta % 120 === 0 ? 120 : 100;
}
