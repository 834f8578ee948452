/**
 * One person's session as a host, from the first word to the relay to the end: who asks, what the
 * person answers, and what follows from it. One Host is one session.
 */

import type { Identity } from "../peer/certificate.ts";
import { VERSION } from "../protocol/message.ts";
import type { Comparison, IceServer, Limits, Resumed } from "../protocol/message.ts";
import { Timers } from "../session/timers.ts";
import type { LinkListener } from "../signal/link.ts";
import { CONSENT_LIFE, signConsent } from "./consent.ts";
import { Verifier } from "./grant.ts";
import type { SessionKey } from "./jwt.ts";
import { Meeting } from "./meeting.ts";
import type { Awaited, FromRelay, Registered, Request, ToRelay } from "./message.ts";
import type { HostPeerLike, HostPeerListener } from "./peer.ts";
import { NotShown } from "./picture.ts";
import type { Picture } from "./picture.ts";
import type { Asked, Detail, Live, State } from "./state.ts";

/** The part of Link that a host needs. */
export interface HostLink {
  send(m: ToRelay): void;
  sendNow(m: ToRelay): void;
  hurry(): void;
  close(): void;
}

export interface HostConfig {
  link: (listener: LinkListener<FromRelay>) => HostLink;
  peer: (identity: Identity, iceServers: IceServer[], listener: HostPeerListener) => HostPeerLike;
  identity: () => Promise<Identity>;
  key: () => Promise<SessionKey>;
  /** Has the person choose what to show. Throws NotShown. */
  choose: () => Promise<Picture>;
  changed: (s: State) => void;
  /** The accounts that the person has reported: they are not let in again. */
  reported: Set<string>;
  /** How many cores the computer has. */
  cores: number;
  /** Clocks: milliseconds of the page, and seconds since 1970. */
  now: () => number;
  clock: () => number;
}

/** How this computer is called there. */
export interface Called {
  name: string;
  os: string;
}

/** A question's buttons do nothing before it has been shown for so long, in milliseconds. */
export const SETTLE_MS = 1500;
/** The most time for an answer, in milliseconds; silence means no. */
const ANSWER_MS = 60_000;
/** How long the relay may take to say what became of the first message. */
const REGISTER_MS = 15_000;
/** How long the relay may take to confirm the technician's own word that they have ended it. */
const CONFIRM_MS = 2000;
/** How long the line is kept for the relay's last word. */
const PART_MS = 10_000;

export class Host {
  // Set at construction.
  readonly #config: HostConfig;
  readonly #link: HostLink;
  // What is going on.
  #state: State = { phase: "opening" };
  #identity: Identity | undefined;
  #key: SessionKey | undefined;
  #registered: Registered | undefined;
  #verifier: Verifier | undefined;
  #awaited: Awaited | undefined;
  #request: Request | undefined;
  #iceServers: IceServer[] = [];
  #picture: Picture | undefined;
  #meeting: Meeting | undefined;
  // The answer to the newest request that has one; it may be lost on its way.
  #answered: { id: string; reply: ToRelay } | undefined;
  // Whether the relay has the first consent.
  #isKnown = false;
  // Whether the relay will not come back.
  #isAlone = false;
  #hasPaused = false;
  // When the technician could look first.
  #seenSince: number | undefined;
  // What the relay has taken away, for the whole session.
  #limits: { longest?: number; endsAt?: number; words: boolean } = { words: false };
  readonly #timers = new Timers();

  constructor(config: HostConfig) {
    this.#config = config;
    this.#link = config.link({
      message: (m) => this.#hear(m),
      up: (isUp) => this.#linkIs(isUp),
      unreachable: () => this.#unreachable(),
      failed: (code) => this.#failed(code),
    });
  }

  get state(): State {
    return this.#state;
  }

  /** Opens the session; `invitation` is the number that the person was sent, or empty. */
  async open(called: Called, invitation: string): Promise<void> {
    this.#config.changed(this.#state);
    try {
      this.#key = await this.#config.key();
    } catch {
      return this.#problem("no_signatures");
    }
    try {
      this.#identity = await this.#config.identity();
    } catch {
      return this.#problem("no_connections");
    }
    if (this.#state.phase !== "opening") return;
    this.#link.send({
      type: "register",
      version: VERSION,
      ...called,
      sessionKey: this.#key.publicKey,
      fingerprint: this.#identity.fingerprint,
      ...(invitation === "" ? {} : { invitation }),
    });
    this.#timers.after("register", REGISTER_MS, () => this.#problem("relay_unreachable"));
  }

  /** The person lets them look, and now chooses what. Called from their own click. */
  yes(): void {
    const s = this.#state;
    if (s.phase !== "asked" || s.isChoosing || !this.#isSettled(s)) return;
    const chosen = this.#config.choose();
    this.#set({ ...s, isChoosing: true });
    chosen.then(
      (picture) =>
        this.#chosen(s.requestId, picture).catch((e: unknown) => {
          picture.stop(); // nobody else would
          this.#notChosen(s.requestId, e);
        }),
      (e: unknown) => this.#notChosen(s.requestId, e),
    );
  }

  /** The person says no. */
  no(): void {
    const s = this.#state;
    if (s.phase === "asked" && this.#isSettled(s)) this.#refuse("declined");
  }

  /** The person says that they called nobody. */
  report(): void {
    const s = this.#state;
    if (s.phase === "asked" && !this.#isSettled(s)) return;
    if (s.phase !== "asked" && s.phase !== "live") return;
    this.#config.reported.add(s.technician.id);
    this.#link.send({ type: "report" });
    this.#finish("reported");
  }

  /** Ends the session, or the wait for somebody. */
  stop(detail?: Detail): void {
    this.#end("host_stopped", detail);
  }

  /** Shows nothing until the person goes on, or goes on. */
  pause(isOn: boolean): void {
    const s = this.#state;
    if (s.phase !== "live" || s.isPaused === isOn) return;
    this.#hasPaused = true;
    this.#meeting?.pause(isOn);
    this.#send({ type: "paused", on: isOn });
  }

  compared(result: Comparison): void {
    this.#meeting?.compared(result);
  }

  /** Says something to the technician; false when that is too much at once. */
  say(text: string): boolean {
    return this.#meeting?.say(text) ?? false;
  }

  /** The person has read that the technician wants more. */
  seen(): void {
    if (this.#state.phase === "live") this.#change({ hasAskedForMore: false });
  }

  /** The network is back. */
  hurry(): void {
    this.#link.hurry();
  }

  /** The page goes: ends what runs without waiting for anything. */
  leave(): void {
    if (!["start", "ended"].includes(this.#state.phase)) {
      this.#link.sendNow({ type: "end", reason: "host_quit" });
      this.#finish("host_quit");
    }
    this.#link.close();
  }

  #hear(m: FromRelay): void {
    if (m.type === "ended") return this.#over(m.reason);
    if (this.#state.phase === "ended" || this.#state.phase === "start") return;
    switch (m.type) {
      case "registered":
        return this.#hearRegistered(m);
      case "code":
        return this.#hearCode(m.code, m.expiresIn);
      case "request":
        return this.#hearRequest(m);
      case "withdrawn":
        return this.#withdrawn(m.requestId);
      case "connect":
        this.#isKnown = true;
        this.#iceServers = m.iceServers;
        return this.#meeting?.servers(m.iceServers);
      case "offer":
        return this.#meeting?.offer(m);
      case "candidate":
        return this.#meeting?.candidate(m);
      case "limits":
        return this.#limit(m);
      case "keys":
        this.#verifier?.replace(m.keys);
        return this.#send({ type: "known", ids: m.keys.map((k) => k.id) });
      case "resumed":
        return this.#resumed(m);
      case "error":
        return this.#hearError(m.code, m.hint);
    }
  }

  #hearRegistered(m: Registered): void {
    this.#timers.cancel("register");
    this.#registered = m;
    this.#verifier = new Verifier(m.issuer, m.keys, this.#config.clock);
    this.#awaited = m.invitation;
    if (m.invitation && this.#config.reported.has(m.invitation.technician.id)) {
      return this.#end("host_stopped");
    }
    this.#set(this.#waiting());
  }

  #waiting(): State {
    const a = this.#awaited;
    const awaited = a && {
      technician: a.technician,
      ...(a.ticket ? { ticket: a.ticket } : {}),
    };
    return { phase: "waiting", isLinkUp: true, ...(awaited ? { awaited } : {}) };
  }

  #hearCode(digits: string, expiresIn: number): void {
    if (this.#state.phase !== "waiting") return;
    this.#awaited = undefined; // an invitation that was taken back
    const until = this.#config.now() + expiresIn * 1000;
    this.#set({ phase: "waiting", isLinkUp: true, code: { digits, until } });
  }

  #hearRequest(m: Request): void {
    const s = this.#state;
    if (this.#answered?.id === m.requestId) return this.#send(this.#answered.reply);
    if (s.phase === "asked" && s.requestId === m.requestId) return;
    if (m.limits) this.#limit(m.limits);
    if (this.#config.reported.has(m.technician.id)) return this.#refuseUnasked(m);
    if (s.phase === "live") return this.#hearFurther(m, s);
    if (s.phase !== "waiting" || m.recording?.required) return this.#refuseUnasked(m);
    this.#request = m;
    this.#ask(m);
  }

  #ask(m: Request): void {
    const now = this.#config.now();
    const within = Math.min(m.expiresIn * 1000, ANSWER_MS);
    const asked: Asked = {
      phase: "asked",
      requestId: m.requestId,
      technician: m.technician,
      ask: m.ask,
      since: now,
      until: now + within,
      isChoosing: false,
      isLinkUp: true,
    };
    if (m.ticket) asked.ticket = m.ticket;
    if (m.photo) asked.photo = m.photo;
    this.#set(asked);
    this.#timers.after("answer", within, () => this.#refuse("no_answer"));
  }

  /** This page has nothing more to give: whatever else is asked for, the answer is no. */
  #hearFurther(m: Request, s: Live): void {
    this.#refuseUnasked(m);
    if (m.technician.id === s.technician.id) this.#change({ hasAskedForMore: true });
  }

  #refuseUnasked(m: Request): void {
    this.#reply(m.requestId, { type: "refuse", requestId: m.requestId, reason: "declined" });
  }

  /** Says no. It is the relay that ends a session for it. */
  #refuse(reason: "declined" | "no_answer", detail?: Detail): void {
    const s = this.#state;
    if (s.phase !== "asked") return;
    this.#reply(s.requestId, { type: "refuse", requestId: s.requestId, reason });
    this.#finish(reason, detail);
  }

  #reply(id: string, reply: ToRelay): void {
    this.#answered = { id, reply };
    this.#send(reply);
  }

  #withdrawn(requestId: string): void {
    if (this.#state.phase !== "asked" || this.#state.requestId !== requestId) return;
    this.#timers.cancel("answer");
    this.#set(this.#waiting());
  }

  /** Whether the person has had time to see what they are asked. */
  #isSettled(s: Asked): boolean {
    return this.#config.now() - s.since >= SETTLE_MS;
  }

  async #chosen(requestId: string, picture: Picture): Promise<void> {
    const m = this.#request;
    const isOpen = () => this.#state.phase === "asked" && this.#state.requestId === requestId;
    if (!isOpen() || !m || !this.#key || !this.#registered) return picture.stop();
    const { issuer, sessionId } = this.#registered;
    const { technician } = m;
    const now = this.#config.clock();
    const said = { audience: issuer, technician, sessionId, requestId, now };
    const statement = await signConsent(this.#key, said);
    if (!isOpen()) return picture.stop();
    this.#timers.cancel("answer");
    this.#reply(requestId, { type: "consent", statement });
    this.#begin(m, picture);
  }

  #notChosen(requestId: string, e: unknown): void {
    if (this.#state.phase !== "asked" || this.#state.requestId !== requestId) return;
    this.#refuse("declined", e instanceof NotShown ? e.why : "not_possible");
  }

  /** What follows the yes. */
  #begin(m: Request, picture: Picture): void {
    if (!this.#identity || !this.#registered || !this.#verifier) return;
    this.#picture = picture;
    const since = this.#config.now();
    this.#set({
      phase: "live",
      stage: "connecting",
      technician: m.technician,
      ...(m.ticket ? { ticket: m.ticket } : {}),
      ...(picture.surface ? { surface: picture.surface } : {}),
      since,
      isPaused: false,
      isLinkUp: true,
      hasAskedForMore: false,
      lines: [],
    });
    this.#meeting = this.#meet(m, picture);
    picture.listen({
      resized: () => this.#meeting?.resized(),
      ended: () => this.stop("surface_ended"),
    });
    if (this.#limits.words) this.#meeting.requireWords();
    this.#timers.after("consent", CONSENT_LIFE * 1000, () => this.#end("grant_expired"));
    if (this.#limits.longest !== undefined) this.#endAt(since + this.#limits.longest);
  }

  #meet(m: Request, picture: Picture): Meeting {
    const { peer, cores, now, clock } = this.#config;
    return new Meeting({
      identity: this.#identity!,
      sessionId: this.#registered!.sessionId,
      technician: m.technician,
      verifier: this.#verifier!,
      picture,
      iceServers: this.#iceServers,
      peer,
      cores,
      send: (message) => this.#send(message),
      changed: (change) => this.#change(change),
      end: (reason) => this.#end(reason),
      technicianStopped: () => this.#technicianStopped(),
      now,
      clock,
    });
  }

  /** Takes away what the relay says; nothing gives it back. */
  #limit(m: Limits): void {
    if (m.verifyWords && !this.#limits.words) {
      this.#limits.words = true;
      this.#meeting?.requireWords();
    }
    if (!m.endsIn) return;
    const left = m.endsIn * 1000;
    if (this.#state.phase === "live") this.#endAt(this.#config.now() + left);
    else this.#limits.longest = Math.min(left, this.#limits.longest ?? left);
  }

  #endAt(at: number): void {
    if (this.#limits.endsAt !== undefined && this.#limits.endsAt <= at) return;
    this.#limits.endsAt = at;
    this.#change({ endsAt: at });
    this.#timers.after("limit", at - this.#config.now(), () => this.#end("time_limit"));
  }

  /** Brings the relay up to date with what happened while it was away. */
  #resumed(m: Resumed): void {
    const s = this.#state;
    if (s.phase !== "live") return;
    if (this.#hasPaused) this.#send({ type: "paused", on: s.isPaused });
    const { isReached = false, path } = this.#meeting ?? {};
    if (isReached && path && m.state !== "active") this.#send({ type: "connected", path });
    else if (!isReached && m.state === "active") this.#send({ type: "disconnected" });
  }

  #hearError(code: string, hint: string | undefined): void {
    console.info(`The relay reports: ${code}`);
    if (this.#state.phase === "opening") this.#problem(code, hint);
    else if (code === "consent_invalid" && !this.#isKnown) this.#end("error");
  }

  #linkIs(isUp: boolean): void {
    const s = this.#state;
    if (s.phase === "waiting" || s.phase === "asked" || s.phase === "live") {
      this.#set({ ...s, isLinkUp: isUp });
    } else if (!isUp && s.phase === "opening") this.#problem("relay_unreachable");
  }

  #unreachable(): void {
    if (this.#state.phase === "opening") this.#problem("relay_unreachable");
    else this.#linkIs(false);
  }

  /** The relay will not have this line back. A session that needs it no more goes on. */
  #failed(code: string): void {
    this.#isAlone = true;
    if (this.#state.phase === "opening") this.#problem(code);
    else if (!this.#meeting?.isReached) this.#finish("host_lost");
    else this.#change({ isLinkUp: false });
  }

  #problem(code: string, hint?: string): void {
    this.#timers.stop();
    this.#link.close();
    const problem = { code, ...(hint === undefined ? {} : { hint }) };
    this.#set({ phase: "start", problem });
  }

  /** Ends the session at this side's word. */
  #end(reason: string, detail?: Detail): void {
    const { phase } = this.#state;
    if (phase === "ended" || phase === "start") return;
    this.#send({ type: "end", reason });
    this.#finish(reason, detail);
  }

  /** The relay has it from the technician too; a host does not speak for them. */
  #technicianStopped(): void {
    if (this.#state.phase === "ended") return;
    this.#finish("technician_stopped");
    this.#timers.after("confirm", CONFIRM_MS, () =>
      this.#send({ type: "end", reason: "technician_lost" }),
    );
  }

  /** The relay says that it is over. */
  #over(reason: string): void {
    this.#finish(reason);
    this.#timers.stop();
    this.#link.close();
  }

  /** Ends the session here, once: first nothing is shown any more, then the technician is told. */
  #finish(reason: string, detail?: Detail): void {
    const s = this.#state;
    if (s.phase === "ended" || s.phase === "start") return;
    this.#timers.stop();
    this.#picture?.stop();
    this.#meeting?.close(reason);
    this.#meeting = undefined;
    const hasTechnician = s.phase === "asked" || s.phase === "live";
    this.#set({
      phase: "ended",
      reason,
      ...(detail ? { detail } : {}),
      ...(hasTechnician ? { technician: s.technician } : {}),
      ...(this.#seenSince === undefined ? {} : { lasted: this.#config.now() - this.#seenSince }),
    });
    this.#timers.after("part", PART_MS, () => this.#link.close());
  }

  #send(m: ToRelay): void {
    if (!this.#isAlone) this.#link.send(m);
  }

  #change(change: Partial<Live>): void {
    if (this.#state.phase !== "live") return;
    if (change.stage === "active") this.#seenSince ??= this.#config.now();
    this.#set({ ...this.#state, ...change });
  }

  #set(s: State): void {
    this.#state = s;
    this.#config.changed(s);
  }
}
