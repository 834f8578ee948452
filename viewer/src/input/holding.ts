/** What is held down: keys by their code, buttons by the bits of MouseEvent.buttons. */

import type { Held, InputEvent } from "../protocol/message.ts";
import { MAX_HELD } from "../protocol/message.ts";

export class Holding {
  readonly #keys = new Set<string>();
  #buttons = 0;

  get value(): Held {
    return { keys: [...this.#keys], buttons: this.#buttons };
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0 && this.#buttons === 0;
  }

  /** Whether a key is down. */
  has(code: string): boolean {
    return this.#keys.has(code);
  }

  /** Whether one more key would be more than a message may name. */
  get isFull(): boolean {
    return this.#keys.size >= MAX_HELD;
  }

  /** Notes what an event does to what is held. */
  apply(e: InputEvent): void {
    if (e.kind === "key") {
      if (e.down) this.#keys.add(e.code);
      else this.#keys.delete(e.code);
    } else if (e.kind === "button") {
      if (e.down) this.#buttons |= buttonBit(e.button);
      else this.#buttons &= ~buttonBit(e.button);
    }
  }

  copy(): Holding {
    const c = new Holding();
    for (const key of this.#keys) c.#keys.add(key);
    c.#buttons = this.#buttons;
    return c;
  }
}

/** The bit of a MouseEvent.button; MouseEvent.buttons has right before middle. */
export function buttonBit(button: number): number {
  return [1, 4, 2, 8, 16][button] ?? 0;
}
