/**
 * The connection that carries the bytes of files. It is another one than the desktop's, so that no
 * key waits behind a file, with the same certificates on both sides, and it is made over the first.
 */

import type { Candidate, IceServer, Offer } from "../protocol/message.ts";
import { candidate } from "../protocol/encode.ts";
import type { Identity } from "./certificate.ts";
import { Negotiation } from "./negotiation.ts";
import { transportOf } from "./path.ts";
import type { Policy } from "./path.ts";

/** How much may wait in the browser, in bytes, and how little there is when more may come. */
const MOST_WAITING = 256 * 1024;
const FEW_WAITING = 64 * 1024;
/** How long a connection may be silent before it is given up, in milliseconds. */
const DISCONNECTED_MS = 2000;

/** What a connection for bytes tells its owner. */
export interface BytesListener {
  /** Something for the host that makes the connection. */
  say(m: Omit<Offer, "grant"> | Candidate): void;
  open(): void;
  /** What has come from the host. */
  message(data: Uint8Array<ArrayBuffer>): void;
  /** It has ended by itself. */
  closed(): void;
  /** Whoever is at the other end has another key than the desktop's connection. */
  mistrust(why: string): void;
}

/** The part of Bytes that files need. */
export interface Way {
  readonly isOpen: boolean;
  start(): Promise<void>;
  answer(sdp: string): Promise<void>;
  candidate(m: Candidate): Promise<void>;
  /** Sends when there is room for it; nothing when the connection has ended. */
  send(data: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): void;
}

export interface BytesConfig {
  identity: Identity;
  iceServers: IceServer[];
  policy: Policy;
  /** The fingerprint of the host's certificate on the desktop's connection. */
  key: string | undefined;
  listener: BytesListener;
}

export class Bytes implements Way {
  // Set at construction.
  readonly #listener: BytesListener;
  readonly #pc: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #negotiation: Negotiation;
  // What is going on.
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | undefined;

  constructor({ identity, iceServers, policy, key, listener }: BytesConfig) {
    this.#listener = listener;
    this.#pc = new RTCPeerConnection({
      certificates: [identity.certificate],
      bundlePolicy: "max-bundle",
      ...transportOf(policy, iceServers),
    });
    const says = {
      offer: (sdp: string) => listener.say({ type: "offer", sdp }),
      candidate: (c: RTCIceCandidateInit | null) => listener.say(candidate(c)),
      mistrust: (why: string) => listener.mistrust(why),
      broken: () => this.#end(),
    };
    this.#negotiation = new Negotiation(this.#pc, policy, says, key);
    this.#channel = this.#pc.createDataChannel("bytes", { negotiated: true, id: 0 });
    this.#listen();
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#channel.readyState === "open";
  }

  /** Offers the connection to the host. */
  start(): Promise<void> {
    return this.#negotiation.begin();
  }

  answer(sdp: string): Promise<void> {
    return this.#negotiation.answer(sdp);
  }

  candidate(m: Candidate): Promise<void> {
    return this.#negotiation.candidate(m);
  }

  async send(data: Uint8Array<ArrayBuffer>): Promise<void> {
    while (this.isOpen && this.#channel.bufferedAmount > MOST_WAITING) {
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    if (this.isOpen) this.#channel.send(data);
  }

  /** Ends the connection, at once and for good. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#negotiation.close();
    this.#pc.close();
    this.#wake?.();
  }

  #listen(): void {
    const channel = this.#channel;
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = FEW_WAITING;
    channel.onbufferedamountlow = () => this.#wake?.();
    channel.onopen = () => this.#isClosed || this.#listener.open();
    channel.onclose = () => this.#end();
    channel.onmessage = (e) => {
      if (this.#isClosed) return;
      // Text has no number of a file: an empty message is one that is not understood.
      const data = e.data instanceof ArrayBuffer ? e.data : new ArrayBuffer();
      this.#listener.message(new Uint8Array(data));
    };
    this.#pc.onconnectionstatechange = () => this.#changed();
  }

  #changed(): void {
    clearTimeout(this.#timer);
    const { connectionState } = this.#pc;
    if (connectionState === "failed" || connectionState === "closed") this.#end();
    if (connectionState !== "disconnected") return;
    this.#timer = setTimeout(() => this.#end(), DISCONNECTED_MS);
  }

  #end(): void {
    if (this.#isClosed) return;
    this.close();
    this.#listener.closed();
  }
}
