/**
 * The files of one session, both ways (PROTOCOL.md, message `file`): what is under way, what may be,
 * and the connection that their bytes take.
 */

import type { BytesListener, Way } from "../peer/bytes.ts";
import { BadMessage } from "../protocol/check.ts";
import type {
  FileDrop,
  FileOffer,
  FileSide,
  FromFiles,
  Offer,
  ToFiles,
} from "../protocol/message.ts";
import { Bucket } from "../session/bucket.ts";
import { Incoming } from "./incoming.ts";
import { Outgoing } from "./outgoing.ts";
import type { Source } from "./outgoing.ts";
import { Road } from "./road.ts";
import { Speed } from "./speed.ts";
import { Transfers } from "./transfer.ts";
import type { FilesState, Stand, Wanted } from "./transfer.ts";

/** How soon the page may ask for a file again, in milliseconds. */
const WANT_MS = 10_000;
/** How often progress is told, in milliseconds. */
const TOLD_MS = 200;
/** How many files the host may offer at once, and a second after that; the network adds some. */
const MOST_OFFERS = 30;
const OFFERS_A_SECOND = 1.1;
/** The number before the bytes of a file. */
const HEAD = 4;

export interface FilesConfig {
  /** Says something on the files' channel; false when that is not open. */
  send: (m: Exclude<ToFiles, Offer> | Omit<Offer, "grant">) => boolean;
  /** Makes a connection for bytes. */
  connect: (listener: BytesListener) => Way;
  /** What may go to a side at this moment. */
  stand: (to: FileSide) => Stand;
  changed: (s: FilesState) => void;
  /** The host broke the protocol; or is somebody else. */
  broken: (why: string) => void;
  mistrust: (why: string) => void;
  /** A clock in milliseconds. */
  now: () => number;
}

export class Files {
  // Set at construction.
  readonly #config: FilesConfig;
  readonly #road: Road;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #transfers: Transfers;
  readonly #speed = new Speed();
  readonly #offers: Bucket;
  // What is going on.
  #wanted: Wanted = "no";
  #wantedAt = -WANT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(config: FilesConfig) {
    this.#config = config;
    this.#offers = new Bucket(MOST_OFFERS, OFFERS_A_SECOND, config.now());
    this.#transfers = new Transfers(() => this.#changed());
    this.#road = new Road({
      connect: config.connect,
      say: (m) => void config.send(m),
      open: () => this.#opened(),
      closed: () => this.#closed(),
      message: (data) => this.#piece(data),
      mistrust: config.mistrust,
      isBusy: () => this.#isBusy,
    });
    const shared = {
      transfers: this.#transfers,
      send: (m: ToFiles) => void config.send(m),
      needWay: () => this.#road.need(),
    };
    this.#outgoing = new Outgoing({
      ...shared,
      piece: (id, bytes) => this.#send(id, bytes),
      stand: () => config.stand("host"),
      now: config.now,
    });
    this.#incoming = new Incoming({ ...shared, stand: () => config.stand("technician") });
  }

  /** Sends files to the host, one after the other. */
  give(files: Iterable<Source>): void {
    for (const file of files) this.#outgoing.add(file);
  }

  /** Asks the person for a file. */
  want(): void {
    if (this.#wanted === "asked" || this.#config.stand("technician") !== "go") return;
    const isEarly = this.#config.now() - this.#wantedAt < WANT_MS;
    if (isEarly) this.#set("too_fast");
    else if (this.#config.send({ type: "want" })) {
      this.#wantedAt = this.#config.now();
      this.#set("asked");
    }
  }

  /** Ends a transfer. */
  cancel(key: string): void {
    this.#outgoing.cancel(key);
    this.#incoming.cancel(key);
    this.#road.rest();
  }

  /** Takes one that is over out of the list, and what was received with it. */
  forget(key: string): void {
    this.#transfers.forget(key);
  }

  /** Takes what the host says of files. Throws BadMessage. */
  hear(m: FromFiles): void {
    switch (m.type) {
      case "answer":
        return this.#road.answer(m.sdp);
      case "candidate":
        return this.#road.candidate(m);
      case "file":
        return this.#offered(m);
      case "take":
        return this.#outgoing.take(m.id, m.from);
      case "whole":
        this.#incoming.whole(m.id, m.sha256);
        return this.#road.rest();
      case "kept":
        this.#outgoing.kept(m.id, m.name);
        return this.#road.rest();
      case "drop":
        return this.#dropped(m);
    }
  }

  /** What may go has changed. */
  look(): void {
    this.#outgoing.look();
    this.#incoming.look();
    if (this.#wanted === "asked" && this.#config.stand("technician") === "end") this.#set("no");
  }

  /** The desktop's connection had to be made again, and so has that for bytes. */
  again(): void {
    this.#road.again();
  }

  /** Takes a reading of the desktop's round trip, in milliseconds. */
  measured(roundTrip: number): void {
    this.#speed.measured(roundTrip, this.#config.now());
  }

  /** The session is over. What was received stays in the list. */
  stop(): void {
    this.#isOver = true;
    this.#outgoing.stop("failed");
    this.#incoming.stop("failed");
    this.#road.close();
    this.#wanted = "no";
    this.#tell();
  }

  get #isBusy(): boolean {
    return this.#outgoing.isBusy || this.#incoming.isBusy;
  }

  #opened(): void {
    this.#outgoing.wayOpen();
    this.#incoming.wayOpen();
    this.#road.rest();
  }

  #closed(): void {
    this.#outgoing.wayClosed();
    this.#incoming.wayClosed();
  }

  #offered(m: FileOffer): void {
    if (!this.#offers.take(this.#config.now())) throw new BadMessage("too_fast", "too many files");
    if (this.#wanted !== "no") this.#set("no");
    this.#incoming.offered(m);
  }

  #dropped({ to, id, reason }: FileDrop): void {
    if (id === 0) {
      if (this.#wanted === "asked") this.#set(reason);
      return;
    }
    if (to === "host") this.#outgoing.dropped(id, reason);
    else this.#incoming.dropped(id, reason);
    this.#road.rest();
  }

  /** Sends bytes of a file when the pace allows it, and the connection has room. */
  async #send(id: number, bytes: Uint8Array): Promise<void> {
    const wait = this.#speed.take(bytes.length, this.#config.now());
    if (wait > 0) await new Promise((go) => setTimeout(go, wait));
    const message = new Uint8Array(HEAD + bytes.length);
    new DataView(message.buffer).setUint32(0, id);
    message.set(bytes, HEAD);
    await this.#road.send(message);
  }

  #piece(data: Uint8Array<ArrayBuffer>): void {
    if (data.length <= HEAD) return this.#config.broken("a piece of no file");
    this.#incoming.piece(new DataView(data.buffer).getUint32(0), data.subarray(HEAD));
    return undefined;
  }

  #set(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#tell();
  }

  /** Tells of a change, and of the next ones together. */
  #changed(): void {
    if (this.#isOver) return this.#tell();
    this.#timer ??= setTimeout(() => this.#tell(), TOLD_MS);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#config.changed({ transfers: this.#transfers.all, wanted: this.#wanted });
  }
}
