/**
 * One technician's sessions, one after the other: carries events between the relay, the
 * host and the state, and does what a change of state asks for.
 */

import type {
  Candidate,
  ChatMessage,
  ClipboardMessage,
  Comparison,
  Cursor,
  FileSide,
  FromControlToSession,
  FromRelay,
  Granted,
  Scope,
  Shape,
} from "../protocol/message.ts";
import { candidate, redeem, redeemInvitation } from "../protocol/encode.ts";
import type { ToControl, ToFiles, ToRelay } from "../protocol/message.ts";
import { Files } from "../files/files.ts";
import type { FilesState, Stand } from "../files/transfer.ts";
import type { LinkListener } from "../signal/link.ts";
import type { Identity } from "../peer/certificate.ts";
import type { AllFigures } from "../peer/merge.ts";
import type { BytesListener, Way } from "../peer/bytes.ts";
import type { PeerListener } from "../peer/peer.ts";
import type { IceServer } from "../protocol/message.ts";
import { Comparing } from "../words/comparison.ts";
import type { Bound } from "../words/derive.ts";
import { Clips } from "./clips.ts";
import type { Sent } from "./clips.ts";
import { allows, idle, may, next } from "./state.ts";
import type { Cause, SessionEvent, State, Wish } from "./state.ts";
import { Talk } from "./talk.ts";
import { Timers } from "./timers.ts";

/** The part of Link that a session needs. */
export interface SessionLink {
  send(m: ToRelay): void;
  sendNow(m: ToRelay): void;
  hurry(): void;
  release(): void;
  close(): void;
}

/** The part of Peer that a session needs. */
export interface SessionPeer {
  readonly isConnected: boolean;
  start(): Promise<void>;
  restart(): Promise<void>;
  renew(iceServers: IceServer[]): void;
  answer(sdp: string): Promise<void>;
  candidate(m: Candidate): Promise<void>;
  sendControl(m: ToControl): boolean;
  sendChat(m: ChatMessage): boolean;
  sendClipboard(m: ClipboardMessage): boolean;
  sendFiles(m: ToFiles): boolean;
  bytes(listener: BytesListener): Way;
  proved(): Promise<string | undefined>;
  close(): void;
}

export interface SessionConfig<P extends SessionPeer> {
  link: (listener: LinkListener) => SessionLink;
  peer: (identity: Identity, iceServers: IceServer[], listener: PeerListener) => P;
  identity: () => Promise<Identity>;
  /** Why a line could not be opened: an error code. */
  whyUnreachable: () => Promise<string>;
  /** Told after every change. */
  changed: (s: State) => void;
  /** Told of the picture, the acknowledgements, the pointer and the figures of the running session. */
  stream: (s: MediaStream) => void;
  ack: (last: number) => void;
  cursor: (m: Shape | Cursor) => void;
  figures: (f: AllFigures) => void;
  /** Told of a text that the person has copied. */
  clipboard: (text: string) => void;
  /** Told of files that come and go. */
  files: (s: FilesState) => void;
  now: () => number;
}

/** How long the relay may take to say whether a code is right. */
const REDEEM_MS = 15_000;
/** How long a person may take to answer a further request, with time for the way. */
const ASK_MS = 65_000;
/** How long neither relay nor host may be heard of before the page gives up. */
const SILENCE_MS = 60_000;
/** How long media may be away. The relay ends such a session first when it is there. */
const MEDIA_MS = 75_000;

export class Session<P extends SessionPeer> {
  // Set at construction.
  readonly #config: SessionConfig<P>;
  readonly #link: SessionLink;
  // What is going on.
  #state: State = idle;
  #peer: P | undefined;
  #identity: Identity | undefined;
  #sessionId = "";
  #comparing: Comparing | undefined;
  #talk: Talk | undefined;
  #clips: Clips | undefined;
  #files: Files | undefined;
  #grant = "";
  // The grant that the host has not got yet.
  #unpresented: string | undefined;
  #hasResumed = false;
  // Whether the host has been asked to tell of its monitors.
  #isListing = false;
  // Whether the technician looks at figures, and whether the host has been told so.
  #isObserving = false;
  #isObserved = false;
  // Whether this page can draw tiles, the host can send them, and was asked to.
  #tiles = { drawn: false, sent: false, asked: false };
  readonly #timers = new Timers();

  constructor(config: SessionConfig<P>) {
    this.#config = config;
    this.#link = config.link({
      message: (m) => this.#relay(m),
      up: (isUp) => this.#linkIs(isUp),
      unreachable: () => void this.#unreachable(),
      failed: (code) => this.#fail({ kind: "error", code }),
    });
  }

  get state(): State {
    return this.#state;
  }

  /** The connection to the host, while there is one. */
  get peer(): P | undefined {
    return this.#peer;
  }

  /** The files of the newest session, also when it is over: what was received can be saved. */
  get files(): Files | undefined {
    return this.#files;
  }

  /** Uses a code: nine digits. */
  redeem(code: string, wish: Wish): Promise<void> {
    return this.#begin(wish, (print) =>
      redeem(code, wish.ask, wish.ticket, print, wish.isRecorded),
    );
  }

  /** Joins somebody who has opened an invitation of this technician's, by its id. */
  join(invitation: string, wish: Wish): Promise<void> {
    return this.#begin(wish, (print) =>
      redeemInvitation(invitation, wish.ask, wish.ticket, print, wish.isRecorded),
    );
  }

  async #begin(wish: Wish, message: (fingerprint: string) => ToRelay): Promise<void> {
    this.#apply({ type: "redeem", wish });
    if (this.#state.phase !== "redeeming") return;
    const begun = this.#state;
    try {
      this.#identity = await this.#config.identity();
    } catch {
      this.#fail({ kind: "error", code: "no_webrtc" });
      return;
    }
    // The technician may have left meanwhile.
    if (this.#state !== begun) return;
    this.#link.send(message(this.#identity.fingerprint));
    this.#timers.after("redeem", REDEEM_MS, () => void this.#unreachable());
  }

  /** Asks the person for more while the session runs; for a recording, too, where that is said. */
  ask(scopes: Scope[], isRecorded = false): void {
    this.#apply({ type: "ask", scopes, isRecorded });
    if (this.#state.phase !== "live" || this.#state.asking !== "asked") return;
    this.#link.send({ type: "ask", ask: scopes, ...(isRecorded ? { record: true } : {}) });
    this.#timers.after("ask", ASK_MS, () => this.#apply({ type: "askTimedOut" }));
  }

  /** Asks the host to show another of its monitors, or all of them. */
  watch(monitor: number): void {
    this.#peer?.sendControl({ type: "watch", monitor });
  }

  /** Has the host tell its figures while the technician looks at them; it tells none otherwise. */
  observe(isOn: boolean): void {
    this.#isObserving = isOn;
    this.#tellObserving();
  }

  /** This page can draw small changes before their frames: asks the host for them. */
  preview(): void {
    this.#tiles.drawn = true;
    this.#askForTiles();
  }

  /** Says what the technician has found out about the words. */
  compared(result: Comparison): void {
    this.#comparing?.answer(result);
  }

  /**
   * Writes to the person; false when it is not sent and must be kept: nobody is there yet, or it is
   * too much at once. What is sent while the host cannot be reached arrives when it can.
   */
  say(text: string): boolean {
    if (this.#state.phase !== "live" || this.#state.stage === "connecting") return false;
    return this.#talk?.say(text) ?? false;
  }

  /** Puts a text into the host's clipboard, and says what became of it. */
  async put(text: string): Promise<Sent> {
    const s = this.#state;
    if (s.phase !== "live" || !may(s, "clipboard-to-host")) return "not_sent";
    return (await this.#clips?.put(text)) ?? "not_sent";
  }

  /** Leaves the session at any stage. */
  stop(): void {
    this.#sayEnd("technician_stopped");
    if (this.#state.phase === "live") this.#apply({ type: "stop", now: this.#config.now() });
    else this.#apply({ type: "cancel" });
  }

  /** Goes from the end of a session to the next code. */
  again(): void {
    this.#apply({ type: "again" });
  }

  /** The first picture is on the screen. */
  picture(): void {
    this.#apply({ type: "picture" });
  }

  /** Something that this side noticed, and that ends nothing. */
  notice(code: string): void {
    const message = { type: "error", code, message: code } as const;
    this.#apply({ type: "host", message, now: this.#config.now() });
  }

  /** The network is back. */
  hurry(): void {
    this.#link.hurry();
  }

  /** The page leaves: ends what runs without waiting for anything. */
  leave(): void {
    if (this.#state.phase === "requested" || this.#state.phase === "live") this.stop();
    this.#link.close();
  }

  #apply(e: SessionEvent): void {
    const before = this.#state;
    this.#state = next(before, e);
    if (this.#state === before) return;
    const { phase } = this.#state;
    if (phase !== "redeeming") this.#timers.cancel("redeem");
    if (phase === "idle" || phase === "ended") this.#tearDown();
    if (phase === "idle") this.#files = undefined;
    this.#watch();
    if (phase === "live") this.#files?.look();
    this.#config.changed(this.#state);
  }

  #tearDown(): void {
    this.#timers.stop();
    this.#comparing?.stop();
    this.#comparing = undefined;
    this.#talk = undefined;
    this.#clips = undefined;
    this.#files?.stop();
    this.#peer?.close();
    this.#peer = undefined;
    this.#identity = undefined;
    this.#unpresented = undefined;
    this.#hasResumed = false;
    this.#tiles = { drawn: false, sent: false, asked: false };
    this.#grant = "";
    this.#link.release();
  }

  /** Gives up what nobody else would end: the relay is away, and so is the host. */
  #watch(): void {
    const s = this.#state;
    const isRunning = s.phase === "requested" || s.phase === "live";
    const hasMedia = s.phase === "live" && s.stage === "active";
    this.#timers.while("silence", isRunning && !s.isLinkUp && !hasMedia, SILENCE_MS, () =>
      this.#fail({ kind: "error", code: "relay_unreachable" }),
    );
    this.#timers.while("media", s.phase === "live" && !hasMedia, MEDIA_MS, () => {
      this.#sayEnd("connection_failed");
      this.#fail({ kind: "reason", reason: "connection_failed" });
    });
  }

  #relay(m: FromRelay): void {
    this.#apply({ type: "relay", message: m, now: this.#config.now() });
    if (m.type === "requested") {
      this.#sessionId = m.sessionId;
      this.#disown();
    }
    if (this.#state.phase !== "live") return;
    switch (m.type) {
      case "granted":
        this.#granted(m);
        break;
      case "answer":
        void this.#peer?.answer(m.sdp);
        break;
      case "candidate":
        void this.#peer?.candidate(m);
        break;
      case "resumed":
        this.#hasResumed = true;
        break;
    }
  }

  /** Ends a session that begins after the technician has turned away. */
  #disown(): void {
    if (this.#state.phase === "requested") return;
    this.#link.sendNow({ type: "end", reason: "technician_stopped" });
    this.#link.release();
  }

  #granted(m: Granted): void {
    const isNew = m.grant !== this.#grant;
    this.#grant = m.grant;
    if (!this.#peer) {
      this.#connect(m.iceServers);
      return;
    }
    this.#peer.renew(m.iceServers);
    if (isNew) this.#present(m.grant);
    // What was said on the lost line may be lost with it.
    if (this.#hasResumed && !this.#peer.isConnected) void this.#peer.restart();
    this.#hasResumed = false;
  }

  #present(grant: string): void {
    const isSent = this.#peer?.sendControl({ type: "present", grant }) ?? false;
    this.#unpresented = isSent ? undefined : grant;
  }

  #connect(iceServers: IceServer[]): void {
    if (!this.#identity) return;
    this.#talk = new Talk({
      send: (m) => this.#peer?.sendChat(m) ?? false,
      changed: (lines) => this.#apply({ type: "said", lines }),
      now: this.#config.now,
    });
    this.#clips = new Clips({
      send: (m) => this.#peer?.sendClipboard(m) ?? false,
      got: (text) => this.#copied(text),
      now: this.#config.now,
    });
    this.#files = this.#newFiles();
    this.#peer = this.#config.peer(this.#identity, iceServers, this.#peerListener());
    void this.#peer.start();
  }

  #newFiles(): Files {
    return new Files({
      send: (m) =>
        this.#peer?.sendFiles(m.type === "offer" ? { ...m, grant: this.#grant } : m) ?? false,
      connect: (listener) => this.#peer!.bytes(listener),
      stand: (to) => this.#standOf(to),
      changed: this.#config.files,
      broken: (why) => this.#broken(why),
      mistrust: (why) => this.#mistrust(why),
      now: this.#config.now,
    });
  }

  #standOf(to: FileSide): Stand {
    const scope = to === "host" ? "files-to-host" : "files-from-host";
    const s = this.#state;
    if (s.phase !== "live") return "end";
    if (may(s, scope)) return "go";
    // While the person is asked something nothing is allowed that is afterwards. What they took
    // back the host drops itself.
    return allows(s, scope) || s.permissions?.grantable.includes(scope) ? "hold" : "end";
  }

  #peerListener(): PeerListener {
    return {
      offer: (sdp) => this.#link.send({ type: "offer", sdp, grant: this.#grant }),
      candidate: (c) => this.#link.send(candidate(c)),
      connected: () => this.#connected(),
      lost: () => this.#apply({ type: "lost" }),
      stream: this.#config.stream,
      controlOpen: () => this.#controlOpen(),
      control: (m) => this.#control(m),
      chatOpen: () => this.#talk?.again(),
      chat: (m) => this.#talk?.hear(m),
      clipboard: (m) => this.#clips?.hear(m),
      filesOpen: () => this.#files?.again(),
      files: (m) => this.#files?.hear(m),
      ack: this.#config.ack,
      cursor: this.#config.cursor,
      figures: (f) => this.#figures(f),
      mistrust: (why) => this.#mistrust(why),
      broken: (why) => this.#broken(why),
    };
  }

  #connected(): void {
    const isAgain = this.#state.phase === "live" && this.#state.stage === "reconnecting";
    this.#apply({ type: "connected", now: this.#config.now() });
    if (isAgain) this.#files?.again();
  }

  #controlOpen(): void {
    this.#isListing = false;
    this.#isObserved = false;
    this.#tiles.asked = false;
    this.#compare();
    if (this.#unpresented !== undefined) this.#present(this.#unpresented);
  }

  /** Begins to compare, on a connection that has just opened. */
  #compare(): void {
    this.#comparing?.stop();
    this.#comparing = new Comparing({
      bound: () => this.#bound(),
      send: (m) => this.#peer?.sendControl(m),
      changed: (compared) => this.#apply({ type: "compared", compared }),
      mistrust: (why) => this.#mistrust(why),
    });
  }

  async #bound(): Promise<Bound | undefined> {
    const host = await this.#peer?.proved();
    if (host === undefined || !this.#identity) return undefined;
    return { sessionId: this.#sessionId, host, technician: this.#identity.fingerprint };
  }

  /** Ends a session in which the two may not be connected with each other. */
  #mistrust(why: string): void {
    console.error(`The connection to the host is not trusted: ${why}`);
    this.#sayEnd("words_differ");
    this.#fail({ kind: "reason", reason: "words_differ" });
  }

  #control(m: FromControlToSession): void {
    if (m.type === "permissions") this.#comparing?.permissions(m);
    if (m.type === "reveal") this.#comparing?.reveal(m);
    if (m.type === "compared") this.#comparing?.heard(m.result);
    // An older host, whose screens have no number, knows neither `watch` nor `observe`.
    if (m.type === "screen" && m.number !== undefined && !this.#isListing) {
      this.#isListing = this.#peer?.sendControl({ type: "watch" }) ?? false;
      this.#tellObserving();
    }
    if (m.type === "screen") {
      this.#tiles.sent = m.tiles ?? false;
      this.#askForTiles();
    }
    this.#apply({ type: "host", message: m, now: this.#config.now() });
    if (this.#state.phase === "live" && this.#state.asking === "no") this.#timers.cancel("ask");
  }

  /** What comes without having been allowed, or late, is dropped. */
  #copied(text: string): void {
    const s = this.#state;
    if (s.phase === "live" && may(s, "clipboard-from-host")) this.#config.clipboard(text);
  }

  #askForTiles(): void {
    const { drawn, sent, asked } = this.#tiles;
    if (!drawn || !sent || asked) return;
    this.#tiles.asked = this.#peer?.sendControl({ type: "tiles", on: true }) ?? false;
  }

  #tellObserving(): void {
    if (!this.#isListing || this.#isObserved === this.#isObserving) return;
    const isSent = this.#peer?.sendControl({ type: "observe", on: this.#isObserving }) ?? false;
    if (isSent) this.#isObserved = this.#isObserving;
  }

  #figures(f: AllFigures): void {
    if (f.path) this.#apply({ type: "path", path: f.path });
    if (f.roundTrip !== undefined) this.#files?.measured(f.roundTrip);
    this.#config.figures(f);
  }

  #broken(why: string): void {
    console.error(`The connection to the host failed: ${why}`);
    this.#sayEnd("error");
    this.#fail({ kind: "reason", reason: "error" });
  }

  /** Tells the host and the relay of an end, each on its own way. */
  #sayEnd(reason: string): void {
    if (this.#state.phase !== "requested" && this.#state.phase !== "live") return;
    this.#peer?.sendControl({ type: "end", reason });
    this.#link.sendNow({ type: "end", reason });
  }

  #linkIs(isUp: boolean): void {
    this.#apply({ type: "link", isUp });
    // The line fell before the code was answered.
    if (!isUp && this.#state.phase === "redeeming") void this.#unreachable();
  }

  async #unreachable(): Promise<void> {
    const s = this.#state;
    const code = await this.#config.whyUnreachable();
    // In a session the link goes on trying, unless nobody is signed in any more.
    const isFatal = s.phase === "redeeming" || code === "unauthenticated";
    if (isFatal && this.#state === s) this.#fail({ kind: "error", code });
  }

  #fail(cause: Cause): void {
    this.#apply({ type: "failed", cause, now: this.#config.now() });
  }
}
