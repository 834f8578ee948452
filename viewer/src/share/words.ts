/**
 * The host's half of making the words on one connection: the commitment, then once the
 * technician's nonce. Whoever could have another try could choose among the words.
 */

import { commitmentTo, fromBase64, newNonce, toBase64, wordsOf } from "../words/derive.ts";
import type { Bound } from "../words/derive.ts";
import { Mistrust } from "../words/exchange.ts";

export class HostExchange {
  readonly #bound: Bound;
  readonly #nonce: Uint8Array;
  #isBound = false;
  #isOver = false;

  constructor(bound: Bound, nonce = newNonce()) {
    this.#bound = bound;
    this.#nonce = nonce;
  }

  /** What the technician must have before they tell their nonce. */
  commitment(): Promise<string> {
    this.#isBound = true;
    return commitmentTo(this.#bound, this.#nonce);
  }

  /** Takes the technician's nonce: the own one, which may be told now, and the words. Throws Mistrust. */
  async hear(nonce: string): Promise<{ reveal: string; words: string[] }> {
    if (!this.#isBound || this.#isOver) {
      this.#isOver = true;
      throw new Mistrust("a nonce out of place");
    }
    this.#isOver = true;
    const words = await wordsOf(this.#bound, this.#nonce, fromBase64(nonce));
    return { reveal: toBase64(this.#nonce), words };
  }
}
