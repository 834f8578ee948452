/**
 * Fingers on the picture. A tap clicks where it is; holding still makes a right click,
 * or, when the finger then moves, a drag; so does a second tap that moves. One finger
 * that slides moves the view where it is larger than its room, and the pointer otherwise.
 * Two fingers that slide are the wheel; spread or pinched, they zoom the view.
 */

import type { Point } from "./mapping.ts";

/** What fingers can do; places are in CSS pixels of the window. */
export interface TouchActs {
  press(button: number, at: Point): void;
  release(button: number, at: Point): void;
  move(at: Point): void;
  /** Turns the wheel by notches, right and down positive. */
  wheel(dx: number, dy: number, at: Point): void;
  /** Makes the view larger by a factor, around a place. */
  zoom(factor: number, at: Point): void;
  /** Moves the view with the finger; false when all of it is to be seen anyway. */
  pan(dx: number, dy: number): boolean;
}

/** How far a finger trembles that is meant to be still, in CSS pixels. */
const SLOP = 10;
/** How long a finger rests until it means something else than a tap. */
const HOLD_MS = 500;
/** How soon, and how near to the first, a second tap makes a double click. */
const DOUBLE_MS = 350;
const DOUBLE_REACH = 28;
/** How far two fingers come apart before it is a pinch. */
const PINCH = 16;
/** How far two fingers slide for one notch of the wheel. */
const NOTCH = 40;

const LEFT = 0;
const RIGHT = 2;

type Doing =
  | "nothing" // no finger, or the rest of those that have done their part
  | "touching" // one finger, still
  | "holding" // one finger, still for long
  | "sliding"
  | "dragging"
  | "two" // two fingers, still
  | "scrolling"
  | "pinching";

interface Tap {
  at: Point;
  time: number;
}

export class Touch {
  // Set at construction.
  readonly #acts: TouchActs;
  // The fingers, by pointer.
  readonly #fingers = new Map<number, Point>();
  #doing: Doing = "nothing";
  // Where the first finger came down, or where two were when they were looked at last.
  #start: Point = { x: 0, y: 0 };
  #spread = 0;
  #hold: ReturnType<typeof setTimeout> | undefined;
  #isSecondTap = false;
  #lastTap: Tap | undefined;

  constructor(acts: TouchActs) {
    this.#acts = acts;
  }

  /** A finger came down. */
  down(id: number, at: Point, time: number): void {
    this.#fingers.set(id, at);
    clearTimeout(this.#hold);
    if (this.#fingers.size === 1) this.#begin(at, time);
    else if (this.#fingers.size === 2 && this.#doing !== "dragging") this.#beginTwo();
  }

  /** A finger moved. */
  move(id: number, at: Point): void {
    const before = this.#fingers.get(id);
    if (!before) return;
    this.#fingers.set(id, at);
    if (this.#doing === "touching" || this.#doing === "holding") this.#leaveStill(at);
    else if (this.#doing === "sliding") this.#slide(before, at);
    else if (this.#doing === "dragging") this.#acts.move(at);
    else if (this.#fingers.size === 2) this.#moveTwo();
  }

  /** A finger came up. */
  up(id: number, at: Point, time: number): void {
    if (!this.#fingers.delete(id)) return;
    clearTimeout(this.#hold);
    const doing = this.#doing;
    this.#doing = "nothing";
    if (doing === "touching") this.#tap(time);
    else if (doing === "holding") this.#click(RIGHT, this.#start);
    else if (doing === "dragging") this.#acts.release(LEFT, at);
  }

  /** The browser took the fingers away, or the hands leave. */
  cancel(): void {
    clearTimeout(this.#hold);
    const [at] = this.#fingers.values();
    if (this.#doing === "dragging") this.#acts.release(LEFT, at ?? this.#start);
    this.#fingers.clear();
    this.#doing = "nothing";
    this.#lastTap = undefined;
  }

  #begin(at: Point, time: number): void {
    const last = this.#lastTap;
    this.#isSecondTap =
      last !== undefined && time - last.time < DOUBLE_MS && distance(last.at, at) < DOUBLE_REACH;
    this.#start = at;
    this.#doing = "touching";
    this.#hold = setTimeout(() => (this.#doing = "holding"), HOLD_MS);
  }

  #leaveStill(at: Point): void {
    if (distance(this.#start, at) < SLOP) return;
    clearTimeout(this.#hold);
    if (this.#doing === "holding" || this.#isSecondTap) {
      this.#doing = "dragging";
      this.#acts.press(LEFT, this.#start);
      this.#acts.move(at);
    } else {
      this.#doing = "sliding";
      this.#slide(this.#start, at);
    }
  }

  #slide(from: Point, to: Point): void {
    if (!this.#acts.pan(to.x - from.x, to.y - from.y)) this.#acts.move(to);
  }

  #tap(time: number): void {
    // A double click is two clicks in one place, which no finger hits twice.
    const at = this.#isSecondTap && this.#lastTap ? this.#lastTap.at : this.#start;
    this.#lastTap = this.#isSecondTap ? undefined : { at, time };
    this.#click(LEFT, at);
  }

  #click(button: number, at: Point): void {
    this.#acts.press(button, at);
    this.#acts.release(button, at);
  }

  #beginTwo(): void {
    this.#doing = "two";
    this.#lastTap = undefined;
    [this.#start, this.#spread] = this.#pair();
  }

  #moveTwo(): void {
    const [middle, spread] = this.#pair();
    if (this.#doing === "two") this.#decide(middle, spread);
    if (this.#doing === "scrolling") {
      const [dx, dy] = [this.#start.x - middle.x, this.#start.y - middle.y];
      this.#acts.wheel(dx / NOTCH, dy / NOTCH, middle);
    } else if (this.#doing === "pinching") {
      this.#acts.pan(middle.x - this.#start.x, middle.y - this.#start.y);
      this.#acts.zoom(spread / this.#spread, middle);
    } else return;
    [this.#start, this.#spread] = [middle, spread];
  }

  #decide(middle: Point, spread: number): void {
    if (Math.abs(spread - this.#spread) > PINCH) this.#doing = "pinching";
    else if (distance(this.#start, middle) > SLOP) this.#doing = "scrolling";
  }

  /** The middle between two fingers, and how far they are apart: 1 at least. */
  #pair(): [middle: Point, spread: number] {
    const [a, b] = [...this.#fingers.values()] as [Point, Point];
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    return [middle, Math.max(1, distance(a, b))];
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
