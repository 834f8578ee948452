/** Files for the host: one after the other, each from where the host has it, with its hash at the end. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { BadMessage } from "../protocol/check.ts";
import { MAX_FILE, MAX_FILE_CHUNK } from "../protocol/message.ts";
import type { FileMessage, FileReason } from "../protocol/message.ts";
import { Bucket } from "../session/bucket.ts";
import { fitName } from "./name.ts";
import { isOpen } from "./transfer.ts";
import type { Stand, Transfers } from "./transfer.ts";

/** How much of a file is read at once, in bytes. */
const READ = 256 * 1024;
/** How many files are offered at once, and a second after that: less than the host bears. */
const MOST_OFFERED = 18;
const OFFERED_A_SECOND = 0.9;
/** How soon an offer that had to wait is tried again, in milliseconds. */
const TRY_MS = 300;
/** How many files wait at most. */
export const MAX_WAITING = 100;

/** The part of a File that is needed to send it. */
export interface Source {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface OutgoingConfig {
  transfers: Transfers;
  send: (m: FileMessage) => void;
  /** Asks for the connection that carries bytes, and says whether it is there. */
  needWay: () => boolean;
  /** Sends bytes of a file when there is room for them. */
  piece: (id: number, bytes: Uint8Array) => Promise<void>;
  stand: () => Stand;
  /** A clock in milliseconds. */
  now: () => number;
}

interface Sending {
  key: string;
  id: number;
  source: Source;
  /** How many offers were not answered. */
  unanswered: number;
  /** The run that may go on; another one replaces it. */
  run: number;
}

export class Outgoing {
  // Set at construction.
  readonly #config: OutgoingConfig;
  readonly #offers: Bucket;
  // What is going on.
  readonly #waiting: { key: string; source: Source }[] = [];
  #current: Sending | undefined;
  #last = 0;
  #runs = 0;
  #wake: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(config: OutgoingConfig) {
    this.#config = config;
    this.#offers = new Bucket(MOST_OFFERED, OFFERED_A_SECOND, config.now());
  }

  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** Puts a file at the end of the row. */
  add(source: Source): void {
    const problem = this.#problemOf(source);
    const { size } = source;
    const dropped = problem ? ({ state: "dropped", reason: problem } as const) : {};
    const name = fitName(source.name);
    const key = this.#config.transfers.add({ to: "host", name, size, ...dropped });
    if (problem) return;
    this.#waiting.push({ key, source });
    this.look();
  }

  /** The person has allowed, paused or taken back something; or there is a next file. */
  look(): void {
    const stand = this.#config.stand();
    if (stand === "end") this.stop("not_permitted");
    if (stand !== "go") return;
    this.#wake?.();
    if (this.#current || this.#waiting.length === 0) return;
    const { key, source } = this.#waiting.shift()!;
    this.#current = { key, source, id: ++this.#last, unanswered: 0, run: 0 };
    this.#offer();
  }

  /** The connection for bytes is there, for the first time or again. */
  wayOpen(): void {
    this.#offer();
  }

  /** It is gone. What is under way goes on when there is another. */
  wayClosed(): void {
    if (!this.#current) return;
    this.#current.run = 0;
    this.#wake?.();
    this.#config.transfers.set(this.#current.key, { state: "waiting" });
  }

  /** The host is ready for what comes after `from` bytes. Throws BadMessage. */
  take(id: number, from: number): void {
    const c = this.#find(id);
    if (!c) return;
    if (from > c.source.size) throw new BadMessage("bad_message", "more than there is of a file");
    if (c.unanswered === 0) throw new BadMessage("bad_message", "a file that was not offered");
    if (--c.unanswered > 0) return;
    this.#config.transfers.set(c.key, { state: "moving", done: from });
    c.run = ++this.#runs;
    void this.#run(c, from, c.run);
  }

  /** The host has it. Throws BadMessage. */
  kept(id: number, name: string): void {
    const c = this.#find(id);
    if (!c) return;
    const t = this.#config.transfers.get(c.key);
    const keptAs = t && t.name !== name ? { keptAs: name } : {};
    this.#config.transfers.set(c.key, { state: "kept", done: c.source.size, ...keptAs });
    this.#over();
  }

  /** The host does not want it. Throws BadMessage. */
  dropped(id: number, reason: FileReason): void {
    const c = this.#find(id);
    if (!c) return;
    this.#config.transfers.set(c.key, { state: "dropped", reason });
    // What was taken back is taken back for those that wait, too.
    if (reason === "not_permitted") this.stop(reason);
    this.#over();
  }

  /** The technician does not want it any more. */
  cancel(key: string): void {
    if (this.#current?.key === key) return this.#drop(this.#current, "cancelled");
    const at = this.#waiting.findIndex((w) => w.key === key);
    if (at < 0) return undefined;
    this.#waiting.splice(at, 1);
    return this.#config.transfers.set(key, { state: "dropped", reason: "cancelled" });
  }

  /** Drops all; the host knows why. */
  stop(reason: FileReason): void {
    const keys = [...this.#waiting.map((w) => w.key)];
    if (this.#current) keys.push(this.#current.key);
    this.#waiting.length = 0;
    this.#current = undefined;
    clearTimeout(this.#timer);
    this.#wake?.();
    for (const key of keys) this.#config.transfers.set(key, { state: "dropped", reason });
  }

  #problemOf({ size }: Source): FileReason | undefined {
    if (size > MAX_FILE) return "too_large";
    if (this.#waiting.length >= MAX_WAITING) return "declined";
    return this.#config.stand() === "end" ? "not_permitted" : undefined;
  }

  #offer(): void {
    const c = this.#current;
    if (!c || !this.#config.needWay()) return;
    clearTimeout(this.#timer);
    if (!this.#offers.take(this.#config.now())) {
      this.#timer = setTimeout(() => this.#offer(), TRY_MS);
      return;
    }
    const t = this.#config.transfers.get(c.key);
    if (!t || !isOpen(t)) return;
    c.unanswered++;
    this.#config.send({ type: "file", id: c.id, name: t.name, size: t.size });
  }

  async #run(c: Sending, from: number, run: number): Promise<void> {
    const isStale = () => this.#current !== c || c.run !== run;
    try {
      const hash = await this.#sendFrom(c, from, isStale);
      if (hash === undefined || isStale()) return;
      this.#config.send({ type: "whole", id: c.id, sha256: hash });
    } catch {
      // The file was changed or taken away, or the browser may not read it.
      if (!isStale()) this.#drop(c, "failed");
    }
  }

  /** Reads the whole file, for its hash, and sends what comes after `from`; undefined when it is stale. */
  async #sendFrom(c: Sending, from: number, isStale: () => boolean): Promise<string | undefined> {
    const hash = sha256.create();
    for (let at = 0; at < c.source.size; at += READ) {
      const to = Math.min(at + READ, c.source.size);
      const read = new Uint8Array(await c.source.slice(at, to).arrayBuffer());
      if (read.length !== to - at) throw new Error("the file is shorter than it was");
      hash.update(read);
      for (let p = Math.max(at, Math.min(from, to)); p < to; p += MAX_FILE_CHUNK) {
        const end = Math.min(p + MAX_FILE_CHUNK, to);
        await this.#held();
        if (isStale()) return undefined;
        await this.#config.piece(c.id, read.subarray(p - at, end - at));
        if (isStale()) return undefined;
        this.#config.transfers.set(c.key, { done: end });
      }
      if (isStale()) return undefined;
    }
    return bytesToHex(hash.digest());
  }

  /** Waits for the end of a pause. */
  async #held(): Promise<void> {
    while (this.#config.stand() === "hold" && this.#current) {
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    this.#wake = undefined;
  }

  #drop(c: Sending, reason: FileReason): void {
    this.#config.send({ type: "drop", to: "host", id: c.id, reason });
    this.#config.transfers.set(c.key, { state: "dropped", reason });
    this.#over();
  }

  #over(): void {
    this.#current = undefined;
    this.#wake?.();
    this.look();
  }

  /** What is under way by that number; undefined for one that is over. */
  #find(id: number): Sending | undefined {
    if (id > this.#last) throw new BadMessage("bad_message", "a file that was not offered");
    return this.#current?.id === id ? this.#current : undefined;
  }
}
