/**
 * What the two people say to each other (PROTOCOL.md, message `chat`): numbered, acknowledged,
 * and said again on another connection until it is.
 */

import { BadMessage } from "../protocol/check.ts";
import { MAX_UNHEARD } from "../protocol/message.ts";
import type { Chat, ChatMessage } from "../protocol/message.ts";
import { Bucket } from "./bucket.ts";

/** Something that was said. */
export interface Line {
  /** It was said on this side. */
  isMine: boolean;
  text: string;
  /** The other side has it. */
  isHeard: boolean;
}

/** What may be said in a second, when as much as may be said at once was. */
const A_SECOND = 1;
/** What may come at once, and a second after that. */
const MOST_HEARD = 80;
const HEARD_A_SECOND = 2;
/** The lines that are kept to be read again. */
const MAX_LINES = 500;

export interface TalkConfig {
  send: (m: ChatMessage) => boolean;
  changed: (lines: readonly Line[]) => void;
  /** A clock in milliseconds. */
  now: () => number;
}

export class Talk {
  readonly #config: TalkConfig;
  readonly #said: Bucket;
  readonly #heard: Bucket;
  #lines: readonly Line[] = [];
  #waiting: Chat[] = [];
  #sent = 0;
  #last = 0;

  constructor(config: TalkConfig) {
    this.#config = config;
    this.#said = new Bucket(MAX_UNHEARD, A_SECOND, config.now());
    this.#heard = new Bucket(MOST_HEARD, HEARD_A_SECOND, config.now());
  }

  /** Says something; false when that is too much at once, and nothing of it is kept. */
  say(text: string): boolean {
    if (this.#waiting.length >= MAX_UNHEARD || !this.#said.take(this.#config.now())) return false;
    const m: Chat = { type: "chat", sent: ++this.#sent, text };
    this.#waiting.push(m);
    this.#config.send(m);
    this.#add({ isMine: true, text, isHeard: false });
    return true;
  }

  /** Takes what comes. Throws BadMessage when it is too much. */
  hear(m: ChatMessage): void {
    if (m.type === "ack") {
      this.#delivered(m.last);
      return;
    }
    if (!this.#heard.take(this.#config.now())) throw new BadMessage("too_fast", "too much chat");
    if (m.sent > this.#last + 1) return; // what is missing comes first
    const isNew = m.sent === this.#last + 1;
    if (isNew) this.#last = m.sent;
    this.#config.send({ type: "ack", last: this.#last });
    if (isNew) this.#add({ isMine: false, text: m.text, isHeard: true });
  }

  /** Says again what the other side may have missed: the channel is a new one. */
  again(): void {
    for (const m of this.#waiting) this.#config.send(m);
  }

  #delivered(last: number): void {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((w) => w.sent > last);
    if (this.#waiting.length === before) return;
    let open = this.#waiting.length;
    // The newest of this side's lines are those that wait.
    this.#lines = this.#lines
      .toReversed()
      .map((line) => (line.isMine ? { ...line, isHeard: open-- <= 0 } : line))
      .toReversed();
    this.#config.changed(this.#lines);
  }

  #add(line: Line): void {
    this.#lines = [...this.#lines, line].slice(-MAX_LINES);
    this.#config.changed(this.#lines);
  }
}
