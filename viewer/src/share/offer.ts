/** What a technician may offer, and how often (PROTOCOL.md sections 5 and 9). */

import { fingerprintInSDP } from "../peer/certificate.ts";

/** An offer that has the shape of the protocol. */
export interface Offer {
  sdp: string;
  /** That of the technician's certificate, which DTLS proves. */
  fingerprint: string;
  /** The connection that it is about: another number is another connection. */
  origin: string;
  /** The ICE credentials, which are others when ICE begins anew. */
  ice: string;
  candidates: string[];
}

/** The most addresses that a technician may name with the same ICE credentials. */
const MAX_CANDIDATES = 64;
/** The most of them with all credentials, and how many milliseconds bring one back. */
const CANDIDATES_AT_ONCE = 512;
const CANDIDATE_MS = 1000;
/** The most offers, and how many milliseconds bring one back. */
const OFFERS_AT_ONCE = 9;
const OFFER_MS = 2000;

/** Reads an offer; throws when it is not one video section to receive and one data section. */
export function readOffer(sdp: string): Offer {
  const [session = "", ...sections] = sdp.split(/^(?=m=)/m);
  const kinds = sections.map((section) => /^m=(\S+)/.exec(section)?.[1]);
  if (kinds.toSorted().join() !== "application,video") {
    throw new Error("want one video and one data section");
  }
  const video = sections[kinds.indexOf("video")] ?? "";
  if (!/^a=recvonly\r?$/m.test(video)) throw new Error("the video section is not recvonly");
  const lines = (name: string) => [...sdp.matchAll(new RegExp(`^a=${name}:(.*?)\\r?$`, "gm"))];
  return {
    sdp,
    fingerprint: fingerprintInSDP(sdp),
    origin: /^o=\S+ (\S+)/m.exec(session)?.[1] ?? "",
    ice: lines("ice-(?:ufrag|pwd)")
      .map(([, rest = ""]) => rest)
      .join(),
    candidates: lines("candidate").map(([, rest = ""]) => `candidate:${rest}`),
  };
}

/** An offer without the addresses that nothing may be sent to. */
export function withoutForbidden(sdp: string, isOwnRelay: boolean): string {
  const lines = sdp.split(/(?<=\n)/);
  const isFine = (line: string) =>
    !line.startsWith("a=candidate:") || isReachable(line.slice(2).trimEnd(), isOwnRelay);
  return lines.filter(isFine).join("");
}

/**
 * Whether packets may go to the address of a candidate: not to what listens on this machine for
 * itself alone, nor to many machines at once, unless the relay is on this machine.
 */
export function isReachable(candidate: string, isOwnRelay: boolean): boolean {
  // RFC 8839 section 5.1: foundation component transport priority address port typ …
  const address = candidate.split(" ")[4]?.toLowerCase() ?? "";
  if (isOwnRelay || address === "") return true;
  if (address.includes(":")) return !/^(::1?$|::ffff:|ff|0*:0*:)/.test(address);
  if (/[a-z]/.test(address)) return address.endsWith(".local");
  const first = Number(address.split(".")[0]);
  return first > 0 && first !== 127 && first < 224;
}

/** Bounds what a technician may have this browser do, in all connections of a session. */
export class Allowance {
  readonly #now: () => number;
  readonly #offers = new Credit(OFFERS_AT_ONCE, OFFER_MS);
  readonly #addresses = new Credit(CANDIDATES_AT_ONCE, CANDIDATE_MS);
  #ice = "";
  #seen = new Set<string>();

  /** `now` is a clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts an offer with its candidates; false when there were too many. */
  offer(o: Offer): boolean {
    if (!this.#offers.take(this.#now())) return false;
    if (o.ice !== this.#ice) this.#seen.clear();
    this.#ice = o.ice;
    return o.candidates.every((c) => this.candidate(c));
  }

  /** Counts a candidate, unless it was named before; false when there were too many. */
  candidate(c: string): boolean {
    const f = c.split(" ");
    const key = [1, 2, 4, 5, 7].map((at) => f[at]).join(" ");
    if (c === "" || this.#seen.has(key)) return true;
    if (this.#seen.size >= MAX_CANDIDATES || !this.#addresses.take(this.#now())) return false;
    this.#seen.add(key);
    return true;
  }
}

/** How many of something may still come, by when the credit is full again. */
class Credit {
  #full = 0;

  constructor(
    readonly most: number,
    readonly eachMS: number,
  ) {}

  take(now: number): boolean {
    const full = Math.max(this.#full, now) + this.eachMS;
    if (full - now > this.most * this.eachMS) return false;
    this.#full = full;
    return true;
  }
}
