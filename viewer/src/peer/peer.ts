/** The WebRTC connection to the host. The only place that knows RTCPeerConnection. */

import { BadMessage } from "../protocol/check.ts";
import { decodeControl, decodeCursor, decodeInput } from "../protocol/decode.ts";
import { encode } from "../protocol/encode.ts";
import type {
  Candidate,
  Cursor,
  FromControlToSession,
  HostFigures,
  IceServer,
  Shape,
  ToControl,
} from "../protocol/message.ts";
import type { Identity } from "./certificate.ts";
import { openChannels } from "./channels.ts";
import type { Channels } from "./channels.ts";
import { merge } from "./merge.ts";
import type { AllFigures } from "./merge.ts";
import { Pace } from "./pace.ts";
import { allowedPart, allowsCandidate, transportOf } from "./path.ts";
import type { Policy } from "./path.ts";
import { readFigures } from "./stats.ts";
import type { Counted } from "./stats.ts";
import { Tiles } from "./tiles.ts";

/** What a Peer tells its owner. */
export interface PeerListener {
  /** A description for the host, to be sent with the newest grant. */
  offer(sdp: string): void;
  /** A candidate for the host; null when there are no more. */
  candidate(c: RTCIceCandidateInit | null): void;
  /** The host can be reached, for the first time or again. */
  connected(): void;
  /** The host cannot be reached; the Peer is trying to reach it again. */
  lost(): void;
  /** The picture. */
  stream(s: MediaStream): void;
  /** The control channel is open. */
  controlOpen(): void;
  /** What the host says on the control channel about the session. */
  control(m: FromControlToSession): void;
  /** What the host says of its pointer. */
  cursor(m: Shape | Cursor): void;
  /** The host has applied every event up to this number. */
  ack(last: number): void;
  /** Fresh figures, about once a second while connected. */
  figures(f: AllFigures): void;
  /** The host broke the protocol, or the browser could not do its part. */
  broken(why: string): void;
}

export interface PeerConfig {
  identity: Identity;
  iceServers: IceServer[];
  policy: Policy;
  listener: PeerListener;
}

/** How long a connection may be silent before it is restarted. */
const DISCONNECTED_MS = 1000;
/** How long a restart may take before another one is tried. */
const RESTART_MS = 5000;
/**
 * How long an offer may wait for its answer before another one is made: the host may be
 * looking for the relay, which keeps the offer for it. Answers do not say which offer
 * they are for, so there should be one at a time, and until then the same one is sent
 * again: an answer may be lost with the host's line, and a host whose path has come back
 * by itself gives none.
 */
const ANSWER_MS = 20_000;
const FIGURES_MS = 1000;
/** How long the host's figures count, which come once a second. */
const FRESH_MS = 2500;
/**
 * How long nothing at all may come from the host. Each side checks the path every two
 * to three seconds; browsers take twice as long to call it disconnected.
 */
const SILENCE_MS = 3500;
/** Candidates that may come before the answer they belong to. */
const MAX_EARLY = 128;

export class Peer {
  // Set at construction.
  /** Draws small changes before their frames; undefined where the browser cannot. */
  readonly tiles: Tiles | undefined;
  readonly #listener: PeerListener;
  readonly #policy: Policy;
  readonly #pc: RTCPeerConnection;
  readonly #channels: Channels;
  readonly #pace = new Pace();
  // What is going on.
  #isClosed = false;
  #isConnected = false;
  #isOffering = false;
  #offeredAt = 0;
  #wasConnected = false;
  #counted: Counted | undefined;
  #figures: AllFigures = {};
  // What the host told of its own, and when.
  #host: { figures: HostFigures; at: number } | undefined;
  #heard = { count: 0, at: 0 };
  #early: RTCIceCandidateInit[] = [];
  // Candidates that were found before their offer was sent.
  #found: (RTCIceCandidateInit | null)[] = [];
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #figuresTimer: ReturnType<typeof setInterval> | undefined;

  constructor(config: PeerConfig) {
    this.#listener = config.listener;
    this.#policy = config.policy;
    this.#pc = new RTCPeerConnection({
      certificates: [config.identity.certificate],
      bundlePolicy: "max-bundle",
      ...transportOf(config.policy, config.iceServers),
    });
    this.#channels = openChannels(this.#pc);
    this.tiles = Tiles.open(this.#channels.tile, (why) => this.#listener.broken(why));
    this.#listen();
  }

  /** The channel for keys, buttons and wheel. */
  get input(): RTCDataChannel {
    return this.#channels.input;
  }

  /** The channel for places of the pointer. */
  get pointer(): RTCDataChannel {
    return this.#channels.pointer;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Offers the connection to the host. */
  start(): Promise<void> {
    const { receiver } = this.#pc.addTransceiver("video", { direction: "recvonly" });
    // Zero: show a picture when it is there. Chromium keeps some tens of milliseconds
    // otherwise.
    if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
    return this.#offer(false);
  }

  /** Uses new TURN credentials from the next restart on. */
  renew(iceServers: IceServer[]): void {
    if (this.#isClosed) return;
    this.#pc.setConfiguration({
      ...this.#pc.getConfiguration(),
      ...transportOf(this.#policy, iceServers),
    });
  }

  /**
   * Offers the connection again, with new ICE credentials, or as before while that offer may
   * still be answered: an answer does not say which one it is for.
   */
  async restart(): Promise<void> {
    if (this.#isClosed) return;
    this.#retryAfter(RESTART_MS);
    if (this.#isAwaited && !this.#isOffering) this.#sendOffer();
    else await this.#offer(true);
  }

  /** Takes the host's answer. One that comes too late is not for the newest offer. */
  async answer(sdp: string): Promise<void> {
    if (this.#pc.signalingState !== "have-local-offer") return;
    const isFirst = !this.#pc.remoteDescription;
    try {
      await this.#pc.setRemoteDescription({
        type: "answer",
        sdp: allowedPart(this.#policy, sdp),
      });
    } catch (e) {
      // One that answers an offer before the newest is of no use, and no offence.
      if (!this.#isClosed && isFirst) this.#listener.broken(`answer: ${String(e)}`);
      return;
    }
    const early = this.#early;
    this.#early = [];
    for (const c of early) await this.#add(c);
  }

  /** Takes a candidate of the host. */
  async candidate(m: Candidate): Promise<void> {
    if (!allowsCandidate(this.#policy, m.candidate)) return;
    const init: RTCIceCandidateInit = { candidate: m.candidate };
    if (m.sdpMid !== undefined) init.sdpMid = m.sdpMid;
    if (m.sdpMLineIndex !== undefined) init.sdpMLineIndex = m.sdpMLineIndex;
    if (m.usernameFragment !== undefined) init.usernameFragment = m.usernameFragment;
    // The host says once that there are no more, for whichever section it likes.
    if (m.candidate === "" && m.sdpMid === undefined) init.sdpMid = "0";
    if (this.#pc.remoteDescription && this.#pc.signalingState === "stable") await this.#add(init);
    else if (this.#early.length < MAX_EARLY) this.#early.push(init);
  }

  /** Sends a message on the control channel; false when it is not open. */
  sendControl(m: ToControl): boolean {
    if (this.#channels.control.readyState !== "open") return false;
    this.#channels.control.send(encode(m));
    return true;
  }

  /** Ends the connection, at once and for good. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isConnected = false;
    clearTimeout(this.#restartTimer);
    clearInterval(this.#figuresTimer);
    this.#pc.close();
    this.tiles?.close();
  }

  #listen(): void {
    const { control, input, cursor } = this.#channels;
    this.#pc.onicecandidate = (e) => this.#foundCandidate(e.candidate);
    this.#pc.onconnectionstatechange = () => this.#changed();
    this.#pc.ontrack = (e) => this.#listener.stream(e.streams[0] ?? new MediaStream([e.track]));
    control.onclose = () => this.#lose();
    control.onopen = () => this.#listener.controlOpen();
    control.onmessage = (e) => this.#read(() => this.#hearControl(text(e)));
    input.onmessage = (e) => this.#read(() => this.#listener.ack(decodeInput(text(e)).last));
    cursor.onmessage = (e) => this.#read(() => this.#listener.cursor(decodeCursor(text(e))));
  }

  #hearControl(data: string): void {
    this.#pace.count();
    const m = decodeControl(data);
    if (m.type === "shape") this.#listener.cursor(m);
    else if (m.type === "figures") this.#host = { figures: m, at: performance.now() };
    else this.#listener.control(m);
  }

  #read(take: () => void): void {
    if (this.#isClosed) return;
    try {
      take();
    } catch (e) {
      if (!(e instanceof BadMessage)) throw e;
      this.sendControl({ type: "error", code: e.code, message: e.message.slice(0, 300) });
      this.#listener.broken(e.message);
    }
  }

  async #offer(isRestart: boolean): Promise<void> {
    if (this.#isOffering || this.#isClosed) return;
    this.#isOffering = true;
    this.#offeredAt = performance.now();
    try {
      await this.#pc.setLocalDescription(await this.#pc.createOffer({ iceRestart: isRestart }));
      if (this.#isClosed) return;
      this.#sendOffer();
    } catch (e) {
      // A restart that crosses with an answer fails; the next one is due soon.
      if (!this.#isClosed && !isRestart) this.#listener.broken(`offer: ${String(e)}`);
    } finally {
      this.#isOffering = false;
      const found = this.#found;
      this.#found = [];
      for (const c of found) this.#foundCandidate(c);
    }
  }

  /** Sends the open offer, with the candidates that were found by now. */
  #sendOffer(): void {
    this.#listener.offer(allowedPart(this.#policy, this.#pc.localDescription?.sdp ?? ""));
  }

  #foundCandidate(c: RTCIceCandidateInit | null): void {
    if (this.#isClosed) return;
    if (this.#isOffering) {
      this.#found.push(c);
      return;
    }
    // An empty candidate ends one section; null, which follows, ends them all.
    if (c === null) this.#listener.candidate(null);
    else if (c.candidate && allowsCandidate(this.#policy, c.candidate)) {
      this.#listener.candidate(c instanceof RTCIceCandidate ? c.toJSON() : c);
    }
  }

  async #add(c: RTCIceCandidateInit): Promise<void> {
    try {
      await this.#pc.addIceCandidate(c);
    } catch {
      // It belongs to an offer that a restart has replaced.
    }
  }

  #changed(): void {
    if (this.#isClosed) return;
    switch (this.#pc.connectionState) {
      case "connected":
        this.#reached();
        break;
      case "disconnected":
        this.#retryAfter(DISCONNECTED_MS);
        break;
      case "failed":
        // It may have had one pair of candidates only, and the next one is on its way: to
        // begin anew at once would throw that away, again and again.
        this.#retryAfter(DISCONNECTED_MS);
        break;
      case "connecting":
        // A restart that has taken the path away. Browsers take a quarter of a minute to call
        // one failed that finds no other.
        if (this.#wasConnected) this.#retryAfter(RESTART_MS);
        break;
    }
  }

  #reached(): void {
    clearTimeout(this.#restartTimer);
    this.#isConnected = this.#wasConnected = true;
    this.#heard.at = performance.now();
    this.#listener.connected();
    void this.#measure();
    clearInterval(this.#figuresTimer);
    this.#figuresTimer = setInterval(() => void this.#measure(), FIGURES_MS);
  }

  #lose(): void {
    if (!this.#isConnected || this.#isClosed) return;
    this.#isConnected = false;
    this.#listener.lost();
  }

  #retryAfter(pause: number): void {
    clearTimeout(this.#restartTimer);
    this.#restartTimer = setTimeout(() => {
      if (this.#pc.connectionState === "connected") return;
      this.#lose();
      void this.restart();
    }, pause);
  }

  get #isAwaited(): boolean {
    const isOpen = this.#pc.signalingState === "have-local-offer";
    return isOpen && performance.now() - this.#offeredAt < ANSWER_MS;
  }

  async #measure(): Promise<void> {
    const report = await this.#pc.getStats();
    if (this.#isClosed) return;
    const { figures, counted, heard } = readFigures(
      report as unknown as ReadonlyMap<string, Record<string, unknown>>,
      this.#counted,
    );
    this.#counted = counted;
    this.#hear(heard);
    this.#figures = merge(figures, this.#fromHost(), this.#figures);
    this.#listener.figures(this.#figures);
  }

  #fromHost(): HostFigures | undefined {
    const isFresh = this.#host && performance.now() - this.#host.at < FRESH_MS;
    return isFresh ? this.#host?.figures : undefined;
  }

  /** Notices silence before the browser does, and the end of it. */
  #hear(count: number): void {
    const now = performance.now();
    if (count === this.#heard.count) {
      if (now - this.#heard.at > SILENCE_MS) this.#lose();
      return;
    }
    this.#heard = { count, at: now };
    const isWhole =
      this.#pc.connectionState === "connected" && this.#channels.control.readyState !== "closed";
    if (!this.#isConnected && isWhole) this.#reached();
  }
}

function text(e: MessageEvent): string {
  if (typeof e.data !== "string") throw new BadMessage("bad_message", "not text");
  return e.data;
}
