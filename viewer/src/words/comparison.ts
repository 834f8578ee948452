/** How the two people come to compare their words: one Comparing per connection. */

import type { Comparison, Permissions, Reveal, ToControl } from "../protocol/message.ts";
import type { Bound } from "./derive.ts";
import { Exchange, Mistrust } from "./exchange.ts";

/** What a page shows of it. */
export type Compared =
  /** The host's side has made no words in time, or knows none. */
  { kind: "missing" } | { kind: "words"; words: string[]; mine?: Comparison; theirs?: Comparison };

export interface ComparingConfig {
  /** The connection as DTLS has proved it; undefined when the browser cannot tell. */
  bound: () => Promise<Bound | undefined>;
  send: (m: ToControl) => void;
  changed: (c: Compared) => void;
  /** The two may not be connected with each other: the session must end. */
  mistrust: (why: string) => void;
}

/** How long the host may take with its half. */
const WITHIN_MS = 15_000;

export class Comparing {
  readonly #config: ComparingConfig;
  #exchange: Promise<Exchange> | undefined;
  #shown: Compared | undefined;
  #isFirst = true;
  #isOver = false;
  #early: Comparison | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(config: ComparingConfig) {
    this.#config = config;
  }

  /** Takes what the host allows: the first one of a connection begins the exchange. */
  permissions(m: Permissions): void {
    const { commitment } = m;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (isFirst && commitment !== undefined) this.#begin(commitment);
    else if (commitment !== undefined) this.#mistrust("a second commitment");
    else if (m.verifyWords && !this.#exchange) this.#mistrust("words without a commitment");
    else if (isFirst) this.#show({ kind: "missing" });
  }

  /** Takes the host's nonce. */
  reveal(m: Reveal): void {
    const exchange = this.#exchange;
    if (!exchange || this.#isOver) this.#mistrust("a reveal out of place");
    else if (this.#shown?.kind !== "missing") this.#try(async () => this.#open(await exchange, m));
  }

  /** Takes what the person at the host says. */
  heard(theirs: Comparison): void {
    if (theirs === "different") this.#mistrust("the person at the host sees other words");
    else if (this.#shown?.kind === "words") this.#show({ ...this.#shown, theirs });
    else this.#early = theirs; // it came while the words were being made
  }

  /** Says what the technician has found out. */
  answer(mine: Comparison): void {
    if (this.#isOver || this.#shown?.kind !== "words") return;
    if (mine === "different") {
      this.#mistrust("the technician sees other words");
      return;
    }
    this.#config.send({ type: "compared", result: mine });
    this.#show({ ...this.#shown, mine });
  }

  /** Forgets the connection. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #begin(commitment: string): void {
    this.#timer = setTimeout(() => {
      if (!this.#shown) this.#show({ kind: "missing" });
    }, WITHIN_MS);
    const exchange = this.#make();
    this.#exchange = exchange;
    this.#try(async () => {
      const nonce = (await exchange).bind(commitment);
      if (!this.#isOver) this.#config.send({ type: "nonce", nonce });
    });
  }

  async #make(): Promise<Exchange> {
    const bound = await this.#config.bound();
    if (!bound) throw new Mistrust("the connection has no certificates to compare");
    return new Exchange(bound);
  }

  async #open(exchange: Exchange, m: Reveal): Promise<void> {
    const words = await exchange.open(m.nonce);
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    const theirs = this.#early;
    this.#show(theirs ? { kind: "words", words, theirs } : { kind: "words", words });
  }

  #try(act: () => Promise<void>): void {
    act().catch((e: unknown) => this.#mistrust(e instanceof Mistrust ? e.message : String(e)));
  }

  #show(c: Compared): void {
    if (this.#isOver) return;
    this.#shown = c;
    this.#config.changed(c);
  }

  #mistrust(why: string): void {
    if (this.#isOver) return;
    this.stop();
    this.#config.send({ type: "compared", result: "different" });
    this.#config.mistrust(why);
  }
}
