/** Files from the host: kept in memory that the browser puts aside, checked, and offered to be saved. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { BadMessage } from "../protocol/check.ts";
import type {
  FileDrop,
  FileKept,
  FileMessage,
  FileOffer,
  FileReason,
} from "../protocol/message.ts";
import type { Stand, Transfers } from "./transfer.ts";

/** The largest file that a browser is trusted to hold, in bytes. */
export const MAX_HELD_FILE = 2 * 1024 ** 3;
/** How much is collected before the browser may put it on its disk, in bytes. */
const GATHERED = 1024 * 1024;

export interface IncomingConfig {
  transfers: Transfers;
  send: (m: FileMessage) => void;
  /** Asks for the connection that carries bytes, and says whether it is there. */
  needWay: () => boolean;
  stand: () => Stand;
}

interface Receiving {
  key: string;
  offer: FileOffer;
  /** It was taken on this connection: what is taken twice would come twice. */
  isTaken: boolean;
  hash: ReturnType<typeof sha256.create>;
  parts: Blob[];
  loose: Uint8Array<ArrayBuffer>[];
  looseBytes: number;
  got: number;
  /** The hash that it must have, once the host has said so. */
  expected?: string;
}

export class Incoming {
  // Set at construction.
  readonly #config: IncomingConfig;
  // What is going on.
  #current: Receiving | undefined;
  #last = 0;
  /** What was last said of a file that is over: the connection may have broken before it arrived. */
  #answer: FileKept | FileDrop | undefined;

  constructor(config: IncomingConfig) {
    this.#config = config;
  }

  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** The host offers a file, for the first time or again. Throws BadMessage. */
  offered(m: FileOffer): void {
    const c = this.#current;
    if (c?.offer.id === m.id) this.#again(c, m);
    else if (m.id === this.#last && this.#answer) this.#config.send(this.#answer);
    else if (m.id <= this.#last) throw new BadMessage("bad_message", "a file out of turn");
    else {
      this.stop("cancelled"); // the host's word of it was lost with a connection
      this.#begin(m);
    }
  }

  /** The connection for bytes is there, for the first time or again. */
  wayOpen(): void {
    if (this.#current) this.#take(this.#current);
  }

  /** It is gone. What is under way goes on when there is another. */
  wayClosed(): void {
    if (!this.#current) return;
    this.#current.isTaken = false;
    this.#config.transfers.set(this.#current.key, { state: "waiting" });
  }

  /** Bytes of a file; those of one that is over are late. */
  piece(id: number, bytes: Uint8Array<ArrayBuffer>): void {
    const c = this.#current;
    if (c?.offer.id !== id || !c.isTaken) return;
    if (c.got + bytes.length > c.offer.size) return this.#drop(c, "damaged");
    c.hash.update(bytes);
    c.loose.push(bytes);
    c.looseBytes += bytes.length;
    c.got += bytes.length;
    if (c.looseBytes >= GATHERED) gather(c);
    this.#config.transfers.set(c.key, { state: "moving", done: c.got });
    return this.#finish(c);
  }

  /** The host has sent all of it, and says its hash. Throws BadMessage. */
  whole(id: number, hash: string): void {
    const c = this.#find(id);
    if (!c) return;
    c.expected = hash;
    this.#finish(c);
  }

  /** The host does not give it after all. Throws BadMessage. */
  dropped(id: number, reason: FileReason): void {
    const c = this.#find(id);
    if (!c) return;
    this.#config.transfers.set(c.key, { state: "dropped", reason });
    this.#current = undefined;
  }

  /** The technician does not want it. */
  cancel(key: string): void {
    if (this.#current?.key === key) this.#drop(this.#current, "cancelled");
  }

  /** The person has taken back that files are given. */
  look(): void {
    if (this.#config.stand() === "end") this.stop("not_permitted");
  }

  /** Drops what is under way; the host knows why. */
  stop(reason: FileReason): void {
    if (!this.#current) return;
    this.#config.transfers.set(this.#current.key, { state: "dropped", reason });
    this.#current = undefined;
  }

  #begin(m: FileOffer): void {
    this.#last = m.id;
    this.#answer = undefined;
    const { name, size } = m;
    const key = this.#config.transfers.add({ to: "technician", name, size });
    const hash = sha256.create();
    const nothing = { parts: [], loose: [], looseBytes: 0, got: 0 };
    const c: Receiving = { key, offer: m, isTaken: false, hash, ...nothing };
    this.#current = c;
    if (this.#config.stand() === "end") this.#drop(c, "not_permitted");
    else if (m.size > MAX_HELD_FILE) this.#drop(c, "too_large");
    else if (this.#config.needWay()) this.#take(c);
  }

  #again(c: Receiving, m: FileOffer): void {
    if (c.offer.size !== m.size) throw new BadMessage("bad_message", "a file of another size");
    delete c.expected;
    if (this.#config.needWay()) this.#take(c);
  }

  #take(c: Receiving): void {
    if (c.isTaken) return;
    c.isTaken = true;
    this.#config.send({ type: "take", id: c.offer.id, from: c.got });
    this.#config.transfers.set(c.key, { state: "moving" });
  }

  #finish(c: Receiving): void {
    if (c.expected === undefined || c.got < c.offer.size) return;
    if (bytesToHex(c.hash.digest()) !== c.expected) {
      this.#drop(c, "damaged");
      return;
    }
    gather(c);
    const { id, name } = c.offer;
    this.#answer = { type: "kept", id, name };
    this.#config.send(this.#answer);
    // Of no kind that a browser would show.
    const content = new Blob(c.parts, { type: "application/octet-stream" });
    this.#config.transfers.set(c.key, { state: "kept", done: c.got, content });
    this.#current = undefined;
  }

  #drop(c: Receiving, reason: FileReason): void {
    this.#answer = { type: "drop", to: "technician", id: c.offer.id, reason };
    this.#config.send(this.#answer);
    this.#config.transfers.set(c.key, { state: "dropped", reason });
    this.#current = undefined;
  }

  /** What is under way by that number; undefined for one that is over. */
  #find(id: number): Receiving | undefined {
    if (id > this.#last) throw new BadMessage("bad_message", "a file that was not offered");
    return this.#current?.offer.id === id ? this.#current : undefined;
  }
}

/** Hands what was collected to the browser: a Blob need not stay in memory. */
function gather(c: Receiving): void {
  if (c.looseBytes === 0) return;
  c.parts.push(new Blob(c.loose));
  c.loose = [];
  c.looseBytes = 0;
}
