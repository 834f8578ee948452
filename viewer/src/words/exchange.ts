/**
 * The technician's half of making the words on one connection: the host's commitment, then
 * once what it reveals. Whoever could have another try could choose among the words.
 */

import { commitmentTo, fromBase64, newNonce, toBase64, wordsOf } from "./derive.ts";
import type { Bound } from "./derive.ts";

/** The two do not have the words of one connection. */
export class Mistrust extends Error {}

export class Exchange {
  readonly #bound: Bound;
  readonly #nonce = newNonce();
  #commitment: string | undefined;
  #isOver = false;

  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /** Takes the host's commitment; the nonce that it may know now. Throws Mistrust. */
  bind(commitment: string): string {
    if (this.#commitment !== undefined || this.#isOver) this.#fail("a second commitment");
    this.#commitment = commitment;
    return toBase64(this.#nonce);
  }

  /** Takes what the host reveals; the words. Throws Mistrust. */
  async open(reveal: string): Promise<string[]> {
    const commitment = this.#commitment;
    if (commitment === undefined || this.#isOver) return this.#fail("a reveal out of place");
    this.#isOver = true;
    const nonce = fromBase64(reveal);
    if ((await commitmentTo(this.#bound, nonce)) !== commitment) {
      this.#fail("the host reveals another nonce than it was bound to");
    }
    return wordsOf(this.#bound, nonce, this.#nonce);
  }

  #fail(why: string): never {
    this.#isOver = true;
    throw new Mistrust(why);
  }
}
