/** The wheel in notches, whatever the browser counts in. */

import { MAX_NOTCHES } from "../protocol/message.ts";

/** The part of a WheelEvent that counts. */
export interface WheelLike {
  deltaX: number;
  deltaY: number;
  /** 0 pixels, 1 lines, 2 pages. */
  deltaMode: number;
  /** Where a browser has them: 120 for a notch of a wheel, up and left positive. */
  wheelDeltaX?: number;
  wheelDeltaY?: number;
}

const LINES_A_NOTCH = 3;
/** What browsers make of a notch that is none: three of the old units for a pixel. */
const OLD_A_PIXEL = 3;

/** The turn in notches, right and down positive, with its fraction. */
export function notches(e: WheelLike): { dx: number; dy: number } {
  // Firefox counts in lines for those who ask for the mode first, and in pixels of
  // its own choice for others.
  const mode = e.deltaMode;
  return {
    dx: one(e.deltaX, mode, e.wheelDeltaX),
    dy: one(e.deltaY, mode, e.wheelDeltaY),
  };
}

function one(delta: number, mode: number, old = 0): number {
  const turned = isWheel(delta, mode, old) ? -old / 120 : delta / unit(delta, mode);
  // Adding zero turns -0, which JSON cannot keep, into 0.
  return Math.max(-MAX_NOTCHES, Math.min(MAX_NOTCHES, turned)) + 0;
}

// A real wheel is told apart by the old units: its pixels vary with the zoom of the
// page and the density of the display, its notches do not.
function isWheel(delta: number, mode: number, old: number): boolean {
  if (mode !== 0 || old === 0 || old % 120 !== 0) return false;
  return Math.abs(Math.abs(old) - OLD_A_PIXEL * Math.abs(delta)) > 1;
}

// One notch of a wheel is 120 pixels in some browsers and systems and 100 in others;
// a trackpad sends any number.
function unit(delta: number, mode: number): number {
  if (mode === 1) return LINES_A_NOTCH;
  if (mode === 2) return 1 / 8;
  return delta % 120 === 0 ? 120 : 100;
}
