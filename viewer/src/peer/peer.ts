/** The WebRTC connection to the host. Nothing outside this folder knows RTCPeerConnection. */

import { BadMessage } from "../protocol/check.ts";
import {
  decodeChat,
  decodeClipboard,
  decodeControl,
  decodeCursor,
  decodeInput,
} from "../protocol/decode-host.ts";
import { decodeFiles } from "../protocol/decode-files.ts";
import { encode } from "../protocol/encode.ts";
import type {
  Candidate,
  ChatMessage,
  ClipboardMessage,
  Cursor,
  FromControlToSession,
  FromFiles,
  IceServer,
  Shape,
  ToControl,
  ToFiles,
} from "../protocol/message.ts";
import { Bytes } from "./bytes.ts";
import type { BytesListener, Way } from "./bytes.ts";
import type { Identity } from "./certificate.ts";
import { openChannels } from "./channels.ts";
import type { Channels } from "./channels.ts";
import type { AllFigures } from "./merge.ts";
import { Meter } from "./meter.ts";
import { Negotiation } from "./negotiation.ts";
import type { NegotiationListener } from "./negotiation.ts";
import { Pace } from "./pace.ts";
import { transportOf } from "./path.ts";
import type { Policy } from "./path.ts";
import { Tiles } from "./tiles.ts";
import { fingerprintOfDER } from "../words/derive.ts";

/** What a Peer tells its owner. */
export interface PeerListener extends NegotiationListener {
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
  /** The channel for what people write is open. */
  chatOpen(): void;
  /** What the person writes, or has read; may throw BadMessage. */
  chat(m: ChatMessage): void;
  /** Text from the host's clipboard, or word that one of ours is there; may throw BadMessage. */
  clipboard(m: ClipboardMessage): void;
  /** The channel on which files are spoken of is open. */
  filesOpen(): void;
  /** What the host says of files; may throw BadMessage. */
  files(m: FromFiles): void;
  /** The host has applied every event up to this number. */
  ack(last: number): void;
  /** Fresh figures, about once a second while connected. */
  figures(f: AllFigures): void;
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
const FIGURES_MS = 1000;

/** The library's types lack the certificates, and not every browser has them. */
export interface Transport extends EventTarget {
  state: string;
  getRemoteCertificates?: () => ArrayBuffer[];
}

/** How long a browser may take to say that DTLS is through, in milliseconds. */
const SAY_MS = 5_000;

export class Peer {
  // Set at construction.
  /** Draws small changes before their frames; undefined where the browser cannot. */
  readonly tiles: Tiles | undefined;
  readonly #listener: PeerListener;
  readonly #identity: Identity;
  readonly #policy: Policy;
  readonly #pc: RTCPeerConnection;
  readonly #channels: Channels;
  readonly #negotiation: Negotiation;
  readonly #meter = new Meter();
  readonly #pace = new Pace();
  // What is going on.
  #iceServers: IceServer[];
  #isClosed = false;
  #isConnected = false;
  #wasConnected = false;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #figuresTimer: ReturnType<typeof setInterval> | undefined;

  constructor(config: PeerConfig) {
    this.#listener = config.listener;
    this.#identity = config.identity;
    this.#policy = config.policy;
    this.#iceServers = config.iceServers;
    this.#pc = new RTCPeerConnection({
      certificates: [config.identity.certificate],
      bundlePolicy: "max-bundle",
      ...transportOf(config.policy, config.iceServers),
    });
    this.#negotiation = new Negotiation(this.#pc, config.policy, config.listener);
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
    return this.#negotiation.begin();
  }

  /** Uses new TURN credentials from the next restart on. */
  renew(iceServers: IceServer[]): void {
    if (this.#isClosed) return;
    this.#iceServers = iceServers;
    this.#pc.setConfiguration({
      ...this.#pc.getConfiguration(),
      ...transportOf(this.#policy, iceServers),
    });
  }

  /** Offers the connection again, until the host is reached. */
  async restart(): Promise<void> {
    if (this.#isClosed) return;
    this.#retryAfter(RESTART_MS);
    await this.#negotiation.again();
  }

  /** Takes the host's answer. One that comes too late is not for the newest offer. */
  answer(sdp: string): Promise<void> {
    return this.#negotiation.answer(sdp);
  }

  /**
   * The fingerprint of the host's certificate as DTLS has proved it; undefined when it has not. What
   * came over the connection can be heard before the browser says that it is there: that is waited for.
   */
  async proved(): Promise<string | undefined> {
    const transport = this.#pc.sctp?.transport as Transport | undefined;
    if (transport) await settled(transport);
    if (transport?.state !== "connected") return undefined;
    const [der] = transport.getRemoteCertificates?.() ?? [];
    // What the description names is what the browser has held the other end to.
    return der ? fingerprintOfDER(der) : this.#negotiation.key;
  }

  /** Takes a candidate of the host. */
  candidate(m: Candidate): Promise<void> {
    return this.#negotiation.candidate(m);
  }

  /** Sends a message on the control channel; false when it is not open. */
  sendControl(m: ToControl): boolean {
    if (this.#channels.control.readyState !== "open") return false;
    this.#channels.control.send(encode(m));
    return true;
  }

  /** Sends a message on the channel for what people write; false when it is not open. */
  sendChat(m: ChatMessage): boolean {
    if (this.#channels.chat.readyState !== "open") return false;
    this.#channels.chat.send(encode(m));
    return true;
  }

  /** Sends a message on the clipboard's channel; false when it is not open. */
  sendClipboard(m: ClipboardMessage): boolean {
    if (this.#channels.clipboard.readyState !== "open") return false;
    this.#channels.clipboard.send(encode(m));
    return true;
  }

  /** Sends a message on the channel on which files are spoken of; false when it is not open. */
  sendFiles(m: ToFiles): boolean {
    if (this.#channels.files.readyState !== "open") return false;
    this.#channels.files.send(encode(m));
    return true;
  }

  /** Makes a connection for the bytes of files, which has to be started. Whoever makes it closes it. */
  bytes(listener: BytesListener): Way {
    return new Bytes({
      identity: this.#identity,
      iceServers: this.#iceServers,
      policy: this.#policy,
      key: this.#negotiation.key,
      listener,
    });
  }

  /** Ends the connection, at once and for good. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isConnected = false;
    clearTimeout(this.#restartTimer);
    clearInterval(this.#figuresTimer);
    this.#negotiation.close();
    this.#pc.close();
    this.tiles?.close();
  }

  #listen(): void {
    const { control, input, cursor, chat, clipboard, files } = this.#channels;
    this.#pc.onconnectionstatechange = () => this.#changed();
    this.#pc.ontrack = (e) => this.#listener.stream(e.streams[0] ?? new MediaStream([e.track]));
    control.onclose = () => this.#lose();
    control.onopen = () => this.#listener.controlOpen();
    control.onmessage = (e) => this.#read(() => this.#hearControl(text(e)));
    input.onmessage = (e) => this.#read(() => this.#listener.ack(decodeInput(text(e)).last));
    chat.onopen = () => this.#isClosed || this.#listener.chatOpen();
    chat.onmessage = (e) => this.#read(() => this.#listener.chat(decodeChat(text(e))));
    clipboard.onmessage = (e) =>
      this.#read(() => this.#listener.clipboard(decodeClipboard(text(e))));
    files.onopen = () => this.#isClosed || this.#listener.filesOpen();
    files.onmessage = (e) => this.#read(() => this.#listener.files(decodeFiles(text(e))));
    cursor.onmessage = (e) => this.#read(() => this.#listener.cursor(decodeCursor(text(e))));
  }

  #hearControl(data: string): void {
    this.#pace.count();
    const m = decodeControl(data);
    if (m.type === "shape") this.#listener.cursor(m);
    else if (m.type === "figures") this.#meter.told(m);
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

  #changed(): void {
    if (this.#isClosed) return;
    switch (this.#pc.connectionState) {
      case "connected":
        this.#reached();
        break;
      case "disconnected":
      case "failed":
        if (this.#pc.sctp?.transport.state === "failed") {
          this.#listener.mistrust("the other end did not prove its key");
          return;
        }
        // One that failed may have had one pair of candidates only, and the next one is on its
        // way: to begin anew at once would throw that away, again and again.
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
    this.#meter.reached();
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

  async #measure(): Promise<void> {
    const report = await this.#pc.getStats();
    if (this.#isClosed) return;
    const { figures, isHeard, isSilent } = this.#meter.read(report);
    // Silence is noticed before the browser does, and the end of it.
    if (isSilent) this.#lose();
    else if (isHeard && !this.#isConnected && this.#isWhole) this.#reached();
    this.#listener.figures(figures);
  }

  get #isWhole(): boolean {
    return (
      this.#pc.connectionState === "connected" && this.#channels.control.readyState !== "closed"
    );
  }
}

function text(e: MessageEvent): string {
  if (typeof e.data !== "string") throw new BadMessage("bad_message", "not text");
  return e.data;
}

/** Waits until it is known what became of DTLS, or for {@link SAY_MS}. */
export async function settled(transport: Transport): Promise<void> {
  const isOpen = () => transport.state === "new" || transport.state === "connecting";
  if (!isOpen()) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, SAY_MS);
    const look = () => {
      if (isOpen()) return;
      clearTimeout(timer);
      transport.removeEventListener("statechange", look);
      resolve();
    };
    transport.addEventListener("statechange", look);
  });
}
