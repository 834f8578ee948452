/**
 * Keys, buttons, wheel and text on their way to the host: numbered, repeated until
 * acknowledged, with what is held down (PROTOCOL.md, `input`).
 */

import { encode, input } from "../protocol/encode.ts";
import type { Held, InputEvent } from "../protocol/message.ts";
import { MAX_EVENTS, MAX_MESSAGE } from "../protocol/message.ts";
import { Holding, buttonBit } from "./holding.ts";
import { Turn } from "./turn.ts";

/** The part of RTCDataChannel that input needs. */
export interface Pipe {
  readonly readyState: string;
  readonly bufferedAmount: number;
  send(data: string): void;
}

export interface SenderConfig {
  pipe: Pipe;
  /** Told when events have to be refused because the host acknowledges none. */
  stalled?: () => void;
}

const FIRST_REPEAT_MS = 30;
const MOST_REPEAT_MS = 250;
const HOLD_MS = 500;
/** Events that may wait for an acknowledgement. Beyond it new ones are refused. */
const MAX_QUEUE = 1024;
/** Events that each go out at once. With more under way, they go together. */
const MAX_AT_ONCE = 16;
/**
 * Turns of the wheel, and repeats of a held key, that are under way at a time. Beyond it
 * turns are added up and repeats left out: the host sets the pace, and a key that was let
 * go does not go on repeating there.
 */
const MAX_UNDER_WAY = 8;
/** A repeat is left out while so much is still in the browser's own queue, in bytes. */
const MAX_BUFFERED = 64 * 1024;

export class Sender {
  // Set at construction.
  readonly #pipe: Pipe;
  readonly #stalled: () => void;
  // What the host has not acknowledged; the first is number #first.
  #queue: InputEvent[] = [];
  #first = 1;
  // What is down before the first and after the last of them.
  #heldBefore = new Holding();
  #held = new Holding();
  readonly #turn = new Turn();
  #pause = FIRST_REPEAT_MS;
  #sentAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  #isWaiting = false;

  constructor(config: SenderConfig) {
    this.#pipe = config.pipe;
    this.#stalled = config.stalled ?? (() => {});
  }

  /** The number of the last event that was made. */
  get last(): number {
    return this.#first + this.#queue.length - 1;
  }

  /** Whether every event has been acknowledged. */
  get isSettled(): boolean {
    return this.#queue.length === 0;
  }

  /** Keys and buttons that are down. */
  get held(): Held {
    return this.#held.value;
  }

  /** Sends an event; false when too many wait already and it was refused. */
  push(e: InputEvent): boolean {
    if (this.#isClosed) return false;
    if (isDown(e) && this.#held.isFull) return false;
    if (e.kind === "key" && e.down && this.#repeatsEnough(e.code)) return true;
    this.#flushTurn(Infinity); // what was turned before comes before
    if (this.#queue.length >= MAX_QUEUE) {
      // What comes up is noted all the same: the host follows what is held.
      if (!isDown(e)) this.#held.apply(e);
      this.#stalled();
      return false;
    }
    this.#append(e);
    return true;
  }

  /** Turns the wheel by notches at a place; fractions and haste are added up. */
  turn(dx: number, dy: number, x: number, y: number, screen?: number): void {
    if (this.#isClosed) return;
    this.#turn.add(dx, dy, { x, y, screen });
    this.#flushTurn(MAX_UNDER_WAY);
    if (this.#queue.length >= MAX_QUEUE) this.#stalled();
  }

  /** Takes the host's acknowledgement of every event up to `last`. */
  ack(last: number): void {
    const done = Math.min(last, this.last) - this.#first + 1;
    if (done <= 0) return;
    for (const e of this.#queue.splice(0, done)) this.#heldBefore.apply(e);
    this.#first += done;
    this.#pause = FIRST_REPEAT_MS;
    this.#flushTurn(MAX_UNDER_WAY);
    this.#schedule();
  }

  /** Keeps back what is pushed from now on, in order, until resume: something must be there first. */
  wait(): void {
    this.#isWaiting = true;
  }

  /** Sends what was kept back. */
  resume(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    if (this.#queue.length > 0 && !this.#isClosed) this.#transmit();
    this.#schedule();
  }

  /** Lets go of everything that is down; buttons come up at the given place. */
  release(x: number, y: number, screen?: number): void {
    const { keys, buttons } = this.#held.value;
    for (const code of keys) this.push({ kind: "key", code, down: false });
    for (let button = 0; button <= 4; button++) {
      const isDown = (buttons & buttonBit(button)) !== 0;
      if (isDown) this.push({ kind: "button", button, down: false, x, y, screen });
    }
  }

  /**
   * Takes back what the host may not have seen, for the way to it is broken: an event
   * must not come true a minute after it was made. Their numbers stay taken, for a gap
   * would stop everything after it, so each becomes one that does nothing.
   */
  withdraw(): void {
    this.#turn.clear();
    this.#queue = this.#queue.map(harmless);
    this.#heldBefore = new Holding();
    this.#held = new Holding();
    this.#schedule();
  }

  /** Stops for good. The host lets go of everything when the channel closes. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #append(e: InputEvent): void {
    this.#held.apply(e);
    this.#queue.push(e);
    this.#pause = FIRST_REPEAT_MS;
    const isDue = performance.now() - this.#sentAt >= FIRST_REPEAT_MS;
    if (isDue || this.#queue.length <= MAX_AT_ONCE) this.#transmit();
    this.#schedule();
  }

  #flushTurn(most: number): void {
    let underWay = this.#queue.filter((e) => e.kind === "wheel").length;
    while (underWay++ < most && this.#queue.length < MAX_QUEUE) {
      const e = this.#turn.take();
      if (!e) return;
      this.#append(e);
    }
  }

  #repeatsEnough(code: string): boolean {
    if (!this.#held.has(code)) return false;
    const same = this.#queue.filter((e) => e.kind === "key" && e.code === code && e.down);
    return same.length > MAX_UNDER_WAY;
  }

  #transmit(): void {
    this.#sentAt = performance.now();
    if (this.#isWaiting || this.#pipe.readyState !== "open") return;
    this.#pipe.send(this.#message());
  }

  #message(): string {
    for (let count = Math.min(this.#queue.length, MAX_EVENTS); ; count = Math.ceil(count / 2)) {
      const events = this.#queue.slice(0, count);
      const text = encode(input(this.#first, events, this.#heldAfter(events)));
      if (count <= 1 || new TextEncoder().encode(text).length <= MAX_MESSAGE) return text;
    }
  }

  #heldAfter(events: readonly InputEvent[]): Held {
    if (events.length === this.#queue.length) return this.#held.value;
    const held = this.#heldBefore.copy();
    for (const e of events) held.apply(e);
    return held.value;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    if (this.#queue.length > 0) {
      // Counted from the last message: a stream of events must not put it off.
      const pause = Math.max(0, this.#sentAt + this.#pause - performance.now());
      this.#timer = setTimeout(() => this.#repeat(), pause);
    } else if (!this.#held.isEmpty) {
      this.#timer = setTimeout(() => this.#beat(), HOLD_MS);
    }
  }

  #repeat(): void {
    this.#pause = Math.min(MOST_REPEAT_MS, this.#pause * 2);
    this.#sentAt = performance.now();
    if (this.#pipe.bufferedAmount < MAX_BUFFERED) this.#transmit();
    this.#schedule();
  }

  #beat(): void {
    this.#transmit();
    this.#schedule();
  }
}

/** An event in place of this one that presses, turns and types nothing. */
function harmless(e: InputEvent): InputEvent {
  switch (e.kind) {
    case "key":
      return { kind: "key", code: e.code, down: false };
    case "button":
      return { ...e, down: false };
    case "wheel":
      return { ...e, dx: 0, dy: 0 };
    case "text":
      return { kind: "key", code: "ShiftLeft", down: false };
  }
}

function isDown(e: InputEvent): boolean {
  return (e.kind === "key" || e.kind === "button") && e.down;
}
