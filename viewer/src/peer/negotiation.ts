/** How the two sides agree on a connection: offers, answers and candidates. */

import type { Candidate } from "../protocol/message.ts";
import { fingerprintInSDP } from "./certificate.ts";
import { allowedPart, allowsCandidate } from "./path.ts";
import type { Policy } from "./path.ts";

/** What a Negotiation tells its owner. */
export interface NegotiationListener {
  /** A description for the host, to be sent with the newest grant. */
  offer(sdp: string): void;
  /** A candidate for the host; null when there are no more. */
  candidate(c: RTCIceCandidateInit | null): void;
  /** Whoever is at the other end has another key than at first, or has proved none. */
  mistrust(why: string): void;
  /** The host broke the protocol, or the browser could not do its part. */
  broken(why: string): void;
}

/**
 * How long an offer may wait for its answer before another one is made: the host may be
 * looking for the relay, which keeps the offer for it. Answers do not say which offer
 * they are for, so there should be one at a time, and until then the same one is sent
 * again: an answer may be lost with the host's line, and a host whose path has come back
 * by itself gives none.
 */
const ANSWER_MS = 20_000;
/** Candidates that may come before the answer they belong to. */
const MAX_EARLY = 128;

export class Negotiation {
  // Set at construction.
  readonly #pc: RTCPeerConnection;
  readonly #policy: Policy;
  readonly #listener: NegotiationListener;
  #isClosed = false;
  #isOffering = false;
  #offeredAt = 0;
  #early: RTCIceCandidateInit[] = [];
  // The fingerprint of the host's first answer, which must stay the same.
  #key: string | undefined;
  // Candidates that were found before their offer was sent.
  #found: (RTCIceCandidateInit | null)[] = [];

  /** `key` is the fingerprint that the host's answers must name, where it is known before them. */
  constructor(
    pc: RTCPeerConnection,
    policy: Policy,
    listener: NegotiationListener,
    key?: string | undefined,
  ) {
    this.#pc = pc;
    this.#key = key;
    this.#policy = policy;
    this.#listener = listener;
    pc.onicecandidate = (e) => this.#foundCandidate(e.candidate);
  }

  /** Offers the connection for the first time. */
  begin(): Promise<void> {
    return this.#offer(false);
  }

  /**
   * Offers it again, with new ICE credentials, or as before while that offer may still be
   * answered: an answer does not say which one it is for.
   */
  async again(): Promise<void> {
    if (this.#isAwaited && !this.#isOffering) this.#sendOffer();
    else await this.#offer(true);
  }

  /** The fingerprint that the host's answers name; undefined before the first. */
  get key(): string | undefined {
    return this.#key;
  }

  /** Takes the host's answer. One that comes too late is not for the newest offer. */
  async answer(sdp: string): Promise<void> {
    if (this.#pc.signalingState !== "have-local-offer") return;
    const isFirst = !this.#pc.remoteDescription;
    if (!this.#isSameKey(sdp)) {
      this.#listener.mistrust("an answer names another key");
      return;
    }
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
    const init = initOf(m);
    if (this.#pc.remoteDescription && this.#pc.signalingState === "stable") await this.#add(init);
    else if (this.#early.length < MAX_EARLY) this.#early.push(init);
  }

  /** Says nothing any more. */
  close(): void {
    this.#isClosed = true;
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

  #isSameKey(sdp: string): boolean {
    try {
      const key = fingerprintInSDP(sdp);
      this.#key ??= key;
      return this.#key === key;
    } catch {
      return false;
    }
  }

  get #isAwaited(): boolean {
    const isOpen = this.#pc.signalingState === "have-local-offer";
    return isOpen && performance.now() - this.#offeredAt < ANSWER_MS;
  }
}

function initOf(m: Candidate): RTCIceCandidateInit {
  const init: RTCIceCandidateInit = { candidate: m.candidate };
  if (m.sdpMid !== undefined) init.sdpMid = m.sdpMid;
  if (m.sdpMLineIndex !== undefined) init.sdpMLineIndex = m.sdpMLineIndex;
  if (m.usernameFragment !== undefined) init.usernameFragment = m.usernameFragment;
  // The host says once that there are no more, for whichever section it likes.
  if (m.candidate === "" && m.sdpMid === undefined) init.sdpMid = "0";
  return init;
}
