/** How far the wheel was turned and the host has not been told yet. */

import type { WheelEvent } from "../protocol/message.ts";
import type { Target } from "./mapping.ts";

/** The most notches in one event: what a host turns in one go. */
const MOST_AT_ONCE = 50;
/** Notches that may wait. Nobody wants more to come true later. */
const MOST_WAITING = 1000;
/** The wire has thousandths. What is less stays here until it is one. */
const STEP = 1000;

export class Turn {
  #dx = 0;
  #dy = 0;
  #at: Target = { x: 0, y: 0 };

  /**
   * Adds a turn, in notches; all that waits is for the newest place. What was for another
   * screen is forgotten.
   */
  add(dx: number, dy: number, at: Target): void {
    if (at.screen !== this.#at.screen) this.clear();
    this.#dx = bound(this.#dx + dx, MOST_WAITING);
    this.#dy = bound(this.#dy + dy, MOST_WAITING);
    this.#at = at;
  }

  /** Takes as much as one event holds; undefined when nothing waits. */
  take(): WheelEvent | undefined {
    const [dx, dy] = [piece(this.#dx), piece(this.#dy)];
    if (dx === 0 && dy === 0) return undefined;
    this.#dx -= dx;
    this.#dy -= dy;
    const { x, y, screen } = this.#at;
    return { kind: "wheel", dx, dy, x, y, screen };
  }

  /** Forgets what waits. */
  clear(): void {
    this.#dx = 0;
    this.#dy = 0;
  }
}

function piece(v: number): number {
  return Math.round(bound(v, MOST_AT_ONCE) * STEP) / STEP + 0;
}

function bound(v: number, most: number): number {
  return Math.max(-most, Math.min(most, v));
}
