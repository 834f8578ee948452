/**
 * The technician, from the person's yes on: their offers and grants, and the connection that the
 * picture goes by. Whatever they send is checked here against what they may.
 */

import type { Identity } from "../peer/certificate.ts";
import { Pace } from "../peer/pace.ts";
import { BadMessage } from "../protocol/check.ts";
import { decodeChat } from "../protocol/decode-host.ts";
import { candidate } from "../protocol/encode.ts";
import type { Candidate, Comparison, IceServer, Offer } from "../protocol/message.ts";
import type { Path } from "../session/state.ts";
import { Talk } from "../session/talk.ts";
import { Mistrust } from "../words/exchange.ts";
import { HostComparing } from "./comparing.ts";
import { decodeControl } from "./decode.ts";
import { Verifier } from "./grant.ts";
import type { Grant } from "./grant.ts";
import { Dropped, decodeInput, decodePointer } from "./hands.ts";
import { Invalid } from "./jwt.ts";
import type { FromTechnician, Person, ToRelay, ToTechnician } from "./message.ts";
import { Allowance, readOffer } from "./offer.ts";
import type { Offer as ReadOffer } from "./offer.ts";
import type { Channel, HostPeerLike, HostPeerListener } from "./peer.ts";
import type { Picture } from "./picture.ts";
import { Sight } from "./sight.ts";
import type { Live } from "./state.ts";

export interface MeetingConfig {
  identity: Identity;
  sessionId: string;
  technician: Person;
  verifier: Verifier;
  picture: Picture;
  iceServers: IceServer[];
  peer: (identity: Identity, iceServers: IceServer[], listener: HostPeerListener) => HostPeerLike;
  send: (m: ToRelay) => void;
  changed: (change: Partial<Live>) => void;
  /** The session must end, for a reason that the relay is told. */
  end: (reason: string) => void;
  /** The technician has ended it. */
  technicianStopped: () => void;
  /** How many cores the computer has. */
  cores: number;
  /** Clocks: milliseconds of the page, and seconds since 1970. */
  now: () => number;
  clock: () => number;
}

/** How long the first connection may take, and the next one, in milliseconds. */
const CONNECT_MS = 30_000;
const RETURN_MS = 60_000;
/** How long a path has to prove that it works before a restart takes it away. */
const PROVE_MS = 1500;
/** How often the technician is told that they may not do what they do. */
const REFUSAL_MS = 1000;

/** An offer to restart a connection that has a path. */
interface Restart {
  offer: ReadOffer;
  answered: number;
  candidates: Candidate[];
  isDropped: boolean;
}

export class Meeting {
  // Set at construction.
  readonly #config: MeetingConfig;
  readonly #sight: Sight;
  readonly #words: HostComparing;
  readonly #talk: Talk;
  readonly #allowance: Allowance;
  readonly #dropped = new Dropped();
  readonly #pace = new Pace();
  // What is going on. Whatever waits for the browser has its turn, one after the other.
  #turn: Promise<void> = Promise.resolve();
  #isOver = false;
  #iceServers: IceServer[];
  #peer: HostPeerLike | undefined;
  #offer: ReadOffer | undefined;
  #restart: Restart | undefined;
  // The technician's first certificate, which they must keep.
  #key: string | undefined;
  #grant: Grant | undefined;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;
  #isReached = false;
  #isPaused = false;
  #refusedAt = -Infinity;
  #path: Path | undefined;
  #commitment: string | undefined;

  constructor(config: MeetingConfig) {
    this.#config = config;
    this.#iceServers = config.iceServers;
    this.#allowance = new Allowance(config.now);
    this.#sight = new Sight({
      picture: config.picture,
      cores: config.cores,
      tell: (m) => this.#tell(m),
      report: () => this.#peer?.report(),
    });
    this.#words = new HostComparing({
      tell: (m) => this.#tell(m),
      note: (result) => config.send({ type: "compared", result }),
      changed: (words) => config.changed({ words }),
      isReached: () => this.#isReached,
      mistrust: (why) => this.#mistrust(why),
    });
    this.#talk = new Talk({
      send: (m) => this.#peer?.say(m) ?? false,
      changed: (lines) => config.changed({ lines }),
      now: config.now,
    });
    this.#within(CONNECT_MS);
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  get path(): Path | undefined {
    return this.#path;
  }

  /** Uses these servers from the next connection or restart on. */
  servers(iceServers: IceServer[]): void {
    this.#iceServers = iceServers;
    this.#peer?.renew(iceServers);
  }

  /** Takes the technician's offer with their newest grant. */
  offer(m: Offer): void {
    this.#next(() => this.#hearOffer(m));
  }

  /** Takes a candidate of the technician's. */
  candidate(m: Candidate): void {
    this.#next(() => this.#hearCandidate(m));
  }

  /** Shows nothing until the person goes on, or goes on. */
  pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#config.picture.track.enabled = !isPaused;
    this.#flow();
    this.#tellPermissions();
    this.#sight.pause(isPaused);
    this.#config.changed({ isPaused });
  }

  /** Says what the person has found out about the words. */
  compared(result: Comparison): void {
    this.#words.answer(result);
    if (this.#isOpen && !this.#isOver) this.#tellPermissions();
  }

  /** Wants the words compared. */
  requireWords(): void {
    this.#words.require();
    if (this.#isOpen) this.#tellPermissions();
  }

  /** Says something to the technician; false when that is too much at once. */
  say(text: string): boolean {
    return this.#talk.say(text);
  }

  /** The picture has another size. */
  resized(): void {
    this.#sight.resized();
  }

  /** Ends the connection, with a last word. */
  close(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#expiry);
    clearTimeout(this.#deadline);
    this.#words.stop();
    this.#sight.close();
    this.#peer?.close({ type: "ended", reason });
  }

  async #hearOffer(m: Offer): Promise<void> {
    const offer = readOffer(m.sdp);
    if (!this.#allowance.offer(offer)) throw new Error("too many offers or addresses");
    try {
      await this.#take(m.grant, offer.fingerprint);
    } catch (e) {
      if (!(e instanceof Invalid)) throw e;
      console.error(`The grant is not accepted: ${e.message}`);
      this.#config.end("grant_invalid");
      return;
    }
    this.#key ??= offer.fingerprint;
    if (this.#key !== offer.fingerprint) throw new Mistrust("another key than at first");
    if (!(await this.#hold(offer))) await this.#accept(offer);
  }

  /** Puts a grant into force, unless it is older than the one that is. Throws Invalid. */
  async #take(token: string, fingerprint: string): Promise<void> {
    const { sessionId, technician, verifier } = this.#config;
    const grant = await verifier.verify(token, { sessionId, subject: technician.id, fingerprint });
    if (this.#isOver || (this.#grant && grant.until < this.#grant.until)) return;
    this.#grant = grant;
    clearTimeout(this.#expiry);
    const left = (grant.until - this.#config.clock()) * 1000;
    this.#expiry = setTimeout(() => this.#config.end("grant_expired"), left);
  }

  /** Keeps an offer to restart a connection until it is known whether its path works. */
  async #hold(offer: ReadOffer): Promise<boolean> {
    this.#restart = undefined;
    if (!this.#peer || this.#offer?.origin !== offer.origin) return false;
    if (this.#offer.ice === offer.ice) return false;
    const answered = await this.#peer.answered();
    if (answered === undefined) return false;
    const restart: Restart = { offer, answered, candidates: [], isDropped: false };
    this.#restart = restart;
    setTimeout(() => this.#next(() => this.#decide(restart)), PROVE_MS);
    return true;
  }

  async #decide(restart: Restart): Promise<void> {
    if (this.#restart !== restart) return;
    const answered = await this.#peer?.answered();
    restart.isDropped = answered !== undefined && answered !== restart.answered;
    if (restart.isDropped) return;
    this.#restart = undefined;
    await this.#accept(restart.offer);
    for (const m of restart.candidates) await this.#peer?.candidate(m);
  }

  async #accept(offer: ReadOffer): Promise<void> {
    if (this.#isOver) return;
    if (this.#peer && this.#offer?.origin !== offer.origin) this.#replace();
    this.#peer ??= this.#connect();
    this.#offer = offer;
    const sdp = await this.#peer.accept(offer);
    if (!this.#isOver) this.#config.send({ type: "answer", sdp });
  }

  /** Ends a connection that another one must replace. */
  #replace(): void {
    this.#peer?.close();
    this.#peer = undefined;
    this.#lost();
    this.#isOpen = false;
  }

  #connect(): HostPeerLike {
    const peer: HostPeerLike = this.#config.peer(this.#config.identity, this.#iceServers, {
      candidate: (c) => this.#ifNow(peer, () => this.#config.send(candidate(c))),
      opened: () => this.#ifNow(peer, () => this.#next(() => this.#opened(peer))),
      chatOpened: () => this.#ifNow(peer, () => this.#talk.again()),
      connected: (path) => this.#ifNow(peer, () => this.#connected(path)),
      lost: () => this.#ifNow(peer, () => this.#lost()),
      message: (on, data) => this.#ifNow(peer, () => this.#next(() => this.#heard(on, data))),
      mistrust: (why) => this.#ifNow(peer, () => this.#mistrust(why)),
    });
    return peer;
  }

  #ifNow(peer: HostPeerLike, act: () => void): void {
    if (!this.#isOver && this.#peer === peer) act();
  }

  async #hearCandidate(m: Candidate): Promise<void> {
    if (!this.#peer) return;
    if (!this.#allowance.candidate(m.candidate)) throw new Error("too many addresses");
    if (!this.#restart) await this.#peer.candidate(m);
    else if (!this.#restart.isDropped) this.#restart.candidates.push(m);
  }

  /** The control channel is open: says what the technician must know first, then shows the picture. */
  async #opened(peer: HostPeerLike): Promise<void> {
    const proved = await peer.proved();
    if (this.#peer !== peer || this.#isOver) return;
    if (proved === undefined || proved !== this.#key) throw new Mistrust("a key not proved");
    const { sessionId, identity } = this.#config;
    const bound = { sessionId, host: identity.fingerprint, technician: proved };
    this.#commitment = await this.#words.begin(bound);
    if (this.#peer !== peer || this.#isOver) return;
    this.#isOpen = true;
    this.#tellPermissions();
    this.#sight.opened();
    this.#flow();
  }

  #connected(path: Path): void {
    const isNews = !this.#isReached || this.#path !== path;
    clearTimeout(this.#deadline);
    this.#isReached = true;
    this.#path = path;
    this.#flow();
    if (isNews) this.#config.send({ type: "connected", path });
    this.#config.changed({ stage: "active" });
  }

  #lost(): void {
    if (!this.#isReached) return;
    this.#isReached = false;
    this.#flow();
    this.#config.send({ type: "disconnected" });
    this.#config.changed({ stage: "reconnecting" });
    this.#within(RETURN_MS);
  }

  #within(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#config.end("connection_failed"), ms);
  }

  /** The one place that decides whether the picture leaves this browser. */
  #flow(): void {
    const may = this.#isOpen && this.#isReached && !this.#isPaused && this.#grant !== undefined;
    void this.#peer?.show(may && !this.#isOver ? this.#config.picture.track : null);
  }

  #tellPermissions(): void {
    if (!this.#isOpen) return;
    const commitment = this.#commitment;
    this.#commitment = undefined;
    this.#tell({
      type: "permissions",
      scopes: ["view"],
      grantable: ["view"],
      possible: ["view"],
      ...(commitment === undefined ? {} : { commitment }),
      ...(this.#words.isWanted ? { verifyWords: true } : {}),
      ...(this.#isPaused ? { paused: true } : {}),
    });
  }

  #tell(m: ToTechnician): void {
    this.#peer?.tell(m);
  }

  async #heard(on: Channel, data: string | undefined): Promise<void> {
    this.#pace.count();
    if (data === undefined) throw new BadMessage("bad_message", "not text, or out of place");
    switch (on) {
      case "control":
        return this.#control(decodeControl(data));
      case "chat":
        return this.#talk.hear(decodeChat(data));
      case "input": {
        const last = this.#dropped.take(decodeInput(data));
        if (last !== undefined) this.#peer?.ack({ type: "ack", last });
        return this.#refuse();
      }
      case "pointer":
        decodePointer(data);
        return this.#refuse();
    }
  }

  async #control(m: FromTechnician): Promise<void> {
    switch (m.type) {
      case "present":
        return this.#presented(m.grant);
      case "nonce":
        return this.#words.hear(m.nonce);
      case "compared":
        return this.#words.heard(m.result);
      case "watch":
        return this.#sight.watch(m.monitor);
      case "observe":
        return this.#sight.observe(m.on);
      case "end":
        return this.#config.technicianStopped();
      case "error":
        console.info(`The technician's side reports: ${m.code}`);
    }
  }

  async #presented(grant: string): Promise<void> {
    try {
      await this.#take(grant, this.#key ?? "");
    } catch (e) {
      if (!(e instanceof Invalid)) throw e;
      const message = "The host does not accept this permission.";
      this.#tell({ type: "error", code: "grant_invalid", message });
    }
  }

  /** Tells the technician that there are no hands here; it is not said too often. */
  #refuse(): void {
    const now = this.#config.now();
    if (now - this.#refusedAt < REFUSAL_MS) return;
    this.#refusedAt = now;
    const message = "This page can only show; nothing can be controlled through it.";
    this.#tell({ type: "error", code: "scope_missing", message });
  }

  /** Has something done after all that came before it; what it throws ends the session. */
  #next(act: () => Promise<void>): void {
    this.#turn = this.#turn
      .then(() => (this.#isOver ? undefined : act()))
      .catch((e: unknown) => this.#failed(e));
  }

  #failed(e: unknown): void {
    if (this.#isOver) return;
    if (e instanceof Mistrust) {
      this.#mistrust(e.message);
      return;
    }
    console.error(`The session fails: ${String(e)}`);
    if (e instanceof BadMessage) {
      this.#tell({ type: "error", code: e.code, message: e.message.slice(0, 300) });
    }
    this.#config.end("error");
  }

  #mistrust(why: string): void {
    if (this.#isOver) return;
    console.error(`The connection to the technician is not trusted: ${why}`);
    this.#config.end("words_differ");
  }
}
