/**
 * Text between the two clipboards (PROTOCOL.md, message `clipboard`): in parts, numbered, and
 * acknowledged when it is there. Nothing is kept of it, and nothing is sent twice.
 */

import { BadMessage, checkClip } from "../protocol/check.ts";
import { MAX_CLIPBOARD, MAX_CLIPBOARD_PART } from "../protocol/message.ts";
import type { Clipboard, ClipboardMessage } from "../protocol/message.ts";
import { Bucket } from "./bucket.ts";

/** How long a paste waits for the host to have the text, in milliseconds. */
const THERE_MS = 1000;
/** What may be sent at once, and a second after that. */
const MOST_SENT = 5;
const SENT_A_SECOND = 1;
/** What may come at once, and a second after that. */
const MOST_TAKEN = 100;
const TAKEN_A_SECOND = 20;

/** What became of a text that was to be sent. */
export type Sent = "there" | "unanswered" | "too_long" | "too_fast" | "not_sent";

export interface ClipsConfig {
  send: (m: ClipboardMessage) => boolean;
  /** The person has copied a text. */
  got: (text: string) => void;
  /** A clock in milliseconds. */
  now: () => number;
}

export class Clips {
  // Set at construction.
  readonly #config: ClipsConfig;
  readonly #own: Bucket;
  readonly #theirs: Bucket;
  // What is going on.
  readonly #waiting = new Map<number, (s: Sent) => void>();
  #sent = 0;
  #last = 0;
  #parts: string[] | undefined;
  #bytes = 0;

  constructor(config: ClipsConfig) {
    this.#config = config;
    this.#own = new Bucket(MOST_SENT, SENT_A_SECOND, config.now());
    this.#theirs = new Bucket(MOST_TAKEN, TAKEN_A_SECOND, config.now());
  }

  /** Puts a text into the host's clipboard, and says what became of it. */
  put(text: string): Promise<Sent> {
    if (checkClip(text) !== undefined) return Promise.resolve("too_long");
    if (!this.#own.take(this.#config.now())) return Promise.resolve("too_fast");
    const number = ++this.#sent;
    const isSent = parts(number, text).every((part) => this.#config.send(part));
    if (!isSent) return Promise.resolve("not_sent");
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle("unanswered"), THERE_MS);
      const settle = (s: Sent) => {
        clearTimeout(timer);
        this.#waiting.delete(number);
        resolve(s);
      };
      this.#waiting.set(number, settle);
    });
  }

  /** Takes what comes. Throws BadMessage when it is not as it must be. */
  hear(m: ClipboardMessage): void {
    if (m.type === "ack") {
      this.#waiting.get(m.last)?.("there");
      return;
    }
    if (!this.#theirs.take(this.#config.now())) {
      throw new BadMessage("too_fast", "too much from the clipboard");
    }
    const text = this.#join(m);
    if (text === undefined) return;
    this.#config.send({ type: "ack", last: m.sent });
    this.#config.got(text);
  }

  #join(m: Clipboard): string | undefined {
    const goesOn = this.#parts ? m.sent === this.#last : m.sent > this.#last;
    if (!goesOn) throw new BadMessage("bad_message", "parts of different texts");
    this.#parts ??= [];
    this.#last = m.sent;
    this.#bytes += new TextEncoder().encode(m.text).length;
    if (this.#bytes > MAX_CLIPBOARD) throw new BadMessage("bad_message", "too long a text");
    this.#parts.push(m.text);
    if (m.more) return undefined;
    const text = this.#parts.join("");
    this.#parts = undefined;
    this.#bytes = 0;
    return text;
  }
}

/** The messages that carry a text. No character is cut in two. */
export function parts(sent: number, text: string): Clipboard[] {
  const all = [...text];
  const list: Clipboard[] = [];
  for (let at = 0; at < all.length; at += MAX_CLIPBOARD_PART) {
    const part = all.slice(at, at + MAX_CLIPBOARD_PART).join("");
    const more = at + MAX_CLIPBOARD_PART < all.length;
    list.push({ type: "clipboard", sent, text: part, ...(more && { more }) });
  }
  return list;
}
