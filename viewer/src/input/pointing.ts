/** The hand on the picture: from places in the window to events at pixels of the screen. */

import type { InputEvent } from "../protocol/message.ts";
import { buttonBit } from "./holding.ts";
import { toPicture } from "./mapping.ts";
import type { Numbered, Point, Spot } from "./mapping.ts";
import type { Place } from "./place.ts";
import type { Sender } from "./sender.ts";

export interface PointingConfig {
  /** The picture: its box is what places are measured in. */
  picture: Pick<HTMLElement, "getBoundingClientRect">;
  /** The host's screen that is to be seen. */
  size: () => Numbered;
  /** Whether that is known: nothing is aimed at a picture that may be of another. */
  isSure: () => boolean;
  sender: Sender;
  place: Place;
}

export class Pointing {
  // Set at construction.
  readonly #config: PointingConfig;

  constructor(config: PointingConfig) {
    this.#config = config;
  }

  /** Where a place of the window is on the screen; beside every one that is not known. */
  spot(at: Point): Spot {
    const { picture, size, isSure } = this.#config;
    const spot = toPicture(at, picture.getBoundingClientRect(), size());
    return isSure() ? spot : { ...spot, isInside: false };
  }

  /** Whether a button is down. */
  isDown(button: number): boolean {
    return (this.#config.sender.held.buttons & buttonBit(button)) !== 0;
  }

  /** Moves the pointer; beside the picture only while a button is down. */
  move(at: Point): void {
    const { isSure, sender, place } = this.#config;
    const spot = this.spot(at);
    if (spot.isInside || (isSure() && sender.held.buttons !== 0)) place.move(spot);
  }

  /** Presses or lets go a button; none is pressed beside the picture, or let go twice. */
  button(button: number, down: boolean, at: Point): void {
    const spot = this.spot(at);
    if (button > 4 || (down && !spot.isInside) || (!down && !this.isDown(button))) return;
    this.#config.place.note(spot);
    const { x, y, screen } = spot;
    this.#push({ kind: "button", button, down, x, y, screen });
  }

  /** Presses and lets go until just these buttons are down, by MouseEvent.buttons. */
  buttons(mask: number, at: Point): void {
    for (let button = 0; button <= 4; button++) {
      const down = (mask & buttonBit(button)) !== 0;
      if (down !== this.isDown(button)) this.button(button, down, at);
    }
  }

  /** Turns the wheel by notches. */
  wheel(dx: number, dy: number, at: Point): void {
    const spot = this.spot(at);
    if (!spot.isInside || (dx === 0 && dy === 0)) return;
    this.#config.place.note(spot);
    this.#config.sender.turn(dx, dy, spot.x, spot.y, spot.screen);
  }

  #push(e: InputEvent): void {
    this.#config.sender.push(e);
  }
}
