/**
 * The WebSocket to the relay. A Link dials when it has something to say, and while
 * there is a session it comes back by itself whenever the line is lost.
 *
 * The protocol asks both sides for pings; browsers answer them and cannot send any,
 * so the relay's pings keep the line alive and the browser notices a dead one when
 * it writes. The `online` event shortens the wait after a change of network.
 */

import { BadMessage } from "../protocol/check.ts";
import { decodeRelay } from "../protocol/decode.ts";
import { encode } from "../protocol/encode.ts";
import { VERSION } from "../protocol/message.ts";
import type { FromRelay, ToRelay } from "../protocol/message.ts";
import { pauseBefore } from "./backoff.ts";
import { errorOf, isFinal } from "./close.ts";

/** The part of WebSocket that a Link needs. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((e: { data: unknown }) => void) | null;
  onclose: ((e: { code: number }) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

/** What a line carries, of which it only knows what is about the line itself. */
interface Carried {
  type: string;
  code?: string;
}

/** One side of the protocol: what it hears and says on its line. */
export interface Side<In extends Carried, Out extends Carried> {
  /** Reads a message of the relay; throws BadMessage. */
  decode(data: string): In;
  /** What resumes the session that a message opens; undefined for one that opens none. */
  ticketOf(m: In): Ticket | undefined;
  /** Whether a message would only be in the way on a later line. */
  isOfThisLine(m: Out): boolean;
}

/** A technician's side. The search for a way to the host begins anew on a new line. */
export const technicianSide: Side<FromRelay, ToRelay> = {
  decode: decodeRelay,
  ticketOf: (m) =>
    m.type === "requested" ? { sessionId: m.sessionId, token: m.token } : undefined,
  isOfThisLine: (m) => m.type === "offer" || m.type === "candidate",
};

/** What a Link tells its owner. */
export interface LinkListener<In = FromRelay> {
  /** A message of the relay, in the order they came. */
  message(m: In): void;
  /** The line is up (and, in a session, resumed) or lost for now. */
  up(isUp: boolean): void;
  /** The relay could not be reached at all: why is not for scripts to know. */
  unreachable(): void;
  /** The relay closed the line for good, or sent what cannot be understood. */
  failed(code: string): void;
}

export interface LinkConfig<In extends Carried = FromRelay, Out extends Carried = ToRelay> {
  side: Side<In, Out>;
  dial: () => Socket;
  listener: LinkListener<In>;
  random?: () => number;
}

/** What resumes a session. The token is a secret: it stays in memory. */
export interface Ticket {
  sessionId: string;
  token: string;
}

/** The most messages that wait for the line; the relay holds as many for us. */
const MAX_WAITING = 128;

export class Link<In extends Carried = FromRelay, Out extends Carried = ToRelay> {
  // Set at construction.
  readonly #side: Side<In, Out>;
  readonly #dial: () => Socket;
  readonly #listener: LinkListener<In>;
  readonly #random: () => number;
  // The line as it is now.
  #socket: Socket | undefined;
  #isOpen = false;
  #isIntroduced = false;
  #waiting: Out[] = [];
  // The session to come back to.
  #ticket: Ticket | undefined;
  // Whether the line is kept up without a session, to hear of invitations.
  #isListening = false;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastError: string | undefined;

  constructor(config: LinkConfig<In, Out>) {
    this.#side = config.side;
    this.#dial = config.dial;
    this.#listener = config.listener;
    this.#random = config.random ?? Math.random;
  }

  /** Sends a message, now or as soon as the line is up. The newest are kept, but for those of this line. */
  send(m: Out): void {
    if (this.#isOpen && this.#isIntroduced) {
      this.#socket?.send(encode(m));
      return;
    }
    if (this.#side.isOfThisLine(m)) return;
    this.#waiting.push(m);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    if (!this.#socket && this.#timer === undefined) this.#open();
    // What is asked for without a session is not kept waiting by a line that only listens.
    else if (!this.#ticket) this.hurry();
  }

  /**
   * Keeps the line up also without a session, or only as long as it is needed for one: to the
   * relay, an open line is a sign-in in use.
   */
  listen(isOn: boolean): void {
    this.#isListening = isOn;
    if (isOn && !this.#socket && this.#timer === undefined) this.#open();
    if (isOn || this.#ticket || this.#waiting.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drop();
  }

  /** Sends a message only if the line is up at this moment: for a page that leaves. */
  sendNow(m: Out): void {
    if (this.#isOpen) this.#socket?.send(encode(m));
  }

  /** Tries at once instead of at the end of a pause: the network is back. */
  hurry(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#open();
  }

  /** Forgets the session and what waits to be sent; the line stays for the next one. */
  release(): void {
    this.#ticket = undefined;
    this.#waiting = [];
    this.#attempt = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isOpen || !this.#isIntroduced) this.#drop();
    if (this.#isListening && !this.#socket) this.#comeBack();
  }

  /** Ends the line. */
  close(): void {
    this.#isListening = false;
    this.release();
    this.#drop();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#detach();
    socket?.close(1000);
  }

  #detach(): void {
    if (this.#socket) {
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    }
    this.#socket = undefined;
    this.#isOpen = false;
    this.#isIntroduced = false;
  }

  #open(): void {
    const socket = this.#dial();
    this.#socket = socket;
    this.#lastError = undefined;
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (e) => this.#received(e.data);
    socket.onclose = (e) => this.#closed(e.code);
  }

  #opened(socket: Socket): void {
    this.#isOpen = true;
    if (this.#ticket) {
      socket.send(encode({ type: "resume", version: VERSION, ...this.#ticket }));
      return;
    }
    this.#introduced();
  }

  #introduced(): void {
    this.#isIntroduced = true;
    this.#attempt = 0;
    this.#listener.up(true);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const m of waiting) this.send(m);
  }

  #received(data: unknown): void {
    const m = this.#read(data);
    if (!m) return;
    this.#ticket = this.#side.ticketOf(m) ?? this.#ticket;
    if (m.type === "error") this.#lastError = m.code;
    if (m.type === "ended") this.#over();
    if (m.type === "resumed") this.#introduced();
    this.#listener.message(m);
  }

  /** The session is over, so there is nothing to come back to; the line may live on. */
  #over(): void {
    this.#ticket = undefined;
    this.#waiting = [];
    this.#isIntroduced = true;
  }

  #read(data: unknown): In | undefined {
    try {
      if (typeof data !== "string") throw new BadMessage("bad_message", "not text");
      return this.#side.decode(data);
    } catch (e) {
      if (!(e instanceof BadMessage)) throw e;
      this.#socket?.send(encode({ type: "error", code: e.code, message: e.message.slice(0, 300) }));
      this.close();
      this.#listener.failed(e.code);
      return undefined;
    }
  }

  #closed(closeCode: number): void {
    const neverOpened = !this.#isOpen;
    const code = errorOf(closeCode) ?? this.#finalError();
    this.#detach();
    if (code !== undefined && isFinal(code)) {
      this.#isListening = false;
      this.release();
      this.#listener.failed(code);
      return;
    }
    if (neverOpened) this.#listener.unreachable();
    else this.#listener.up(false);
    if (!this.#ticket) this.#waiting = [];
    if (this.#ticket || this.#isListening) this.#comeBack();
  }

  // An error that closes the line is said twice: a proxy may swallow the close code.
  #finalError(): string | undefined {
    return this.#lastError === "session_unknown" || this.#lastError === "unsupported_version"
      ? this.#lastError
      : undefined;
  }

  #comeBack(): void {
    const pause = pauseBefore(this.#attempt++, this.#random);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#open();
    }, pause);
  }
}
