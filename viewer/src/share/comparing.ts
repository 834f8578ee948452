/** How the person at this side comes to compare their words with the technician's. */

import type { Comparison } from "../protocol/message.ts";
import type { Bound } from "../words/derive.ts";
import { HostExchange } from "./words.ts";
import type { ToTechnician } from "./message.ts";

/** What the page shows of it. */
export interface HostWords {
  /** Undefined while they are made. */
  words?: string[];
  /** The technician's side has made none in time. */
  isMissing: boolean;
  /** The organisation wants them compared. */
  isRequired: boolean;
  mine?: Comparison;
  theirs?: Comparison;
}

export interface HostComparingConfig {
  tell: (m: ToTechnician) => void;
  /** Has the relay note what the person says. */
  note: (result: Comparison) => void;
  changed: (w: HostWords) => void;
  /** Whether the technician can be reached at this moment. */
  isReached: () => boolean;
  /** The two may not be connected with each other: the session must end. */
  mistrust: (why: string) => void;
}

/** How long the technician's side may take with its half, in milliseconds. */
const WITHIN_MS = 15_000;

export class HostComparing {
  readonly #config: HostComparingConfig;
  #exchange: HostExchange | undefined;
  #shown: HostWords = { isMissing: false, isRequired: false };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(config: HostComparingConfig) {
    this.#config = config;
  }

  /** Whether nothing but looking is allowed until the person has said that they are the same. */
  get isWanted(): boolean {
    return this.#shown.isRequired && this.#shown.mine !== "same";
  }

  /** Wants the words compared, for the rest of the session. */
  require(): void {
    this.#show({ isRequired: true });
    if (this.#shown.isMissing) this.#config.mistrust("no words to compare");
  }

  /** Begins on a new connection; the commitment, which its first permissions carry. */
  begin(bound: Bound): Promise<string> {
    const { mine, isRequired } = this.#shown;
    // What the person has said of these two certificates still holds.
    this.#shown = { isMissing: false, isRequired, ...(mine === "same" ? { mine } : {}) };
    this.#exchange = new HostExchange(bound);
    this.#await();
    this.#config.changed(this.#shown);
    return this.#exchange.commitment();
  }

  /** Takes the technician's nonce. Throws Mistrust. */
  async hear(nonce: string): Promise<void> {
    if (this.#shown.isMissing) return; // too late
    const exchange = this.#exchange;
    if (!exchange) {
      this.#config.mistrust("a nonce out of place");
      return;
    }
    const { reveal, words } = await exchange.hear(nonce);
    clearTimeout(this.#timer);
    this.#config.tell({ type: "reveal", nonce: reveal });
    if (this.#shown.mine === "same") this.#config.tell({ type: "compared", result: "same" });
    this.#show({ words });
  }

  /** Takes what the technician says. It opens nothing: a yes from there may be anybody's. */
  heard(theirs: Comparison): void {
    if (theirs === "different") this.#config.mistrust("the technician sees other words");
    else if (this.#shown.words && !this.#shown.theirs) this.#show({ theirs });
  }

  /** Takes what the person says. */
  answer(mine: Comparison): void {
    if (!this.#shown.words || this.#shown.mine === "same") return;
    this.#config.note(mine);
    this.#config.tell({ type: "compared", result: mine });
    if (mine === "different") this.#config.mistrust("the person sees other words");
    else this.#show({ mine });
  }

  /** Forgets the connection. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #await(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#config.isReached()) this.#await();
      else if (this.isWanted) this.#config.mistrust("no words in time");
      else this.#show({ isMissing: true });
    }, WITHIN_MS);
  }

  #show(change: Partial<HostWords>): void {
    this.#shown = { ...this.#shown, ...change };
    this.#config.changed(this.#shown);
  }
}
