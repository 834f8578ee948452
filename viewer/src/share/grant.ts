/** The relay's word that a technician may ask, which this side checks (PROTOCOL.md section 8). */

import { ALL_SCOPES } from "../protocol/message.ts";
import type { Scope } from "../protocol/message.ts";
import { Invalid, importKey, verify } from "./jwt.ts";
import type { Claims } from "./jwt.ts";
import type { GrantKey } from "./message.ts";

const TYPE = "lendhand-grant+jwt";
const AUDIENCE = "lendhand-host";
const ROLE = "technician";
/** The longest life of a grant, and how far the clocks may differ, in seconds. */
const LIFE = 15 * 60;
const LEEWAY = 60;

/** A grant that was verified. */
export interface Grant {
  scopes: Scope[];
  /** When it runs out at the latest: seconds since 1970, with the leeway. */
  until: number;
}

/** Whom and what a grant must be for. */
export interface Expected {
  sessionId: string;
  /** The technician's account. */
  subject: string;
  /** The certificate that DTLS has proved, or that the offer names. */
  fingerprint: string;
}

/** Checks the grants of one issuer. */
export class Verifier {
  readonly #issuer: string;
  readonly #now: () => number;
  #keys: Promise<ReadonlyMap<string, CryptoKey>>;

  /** `now` is a clock in seconds since 1970. */
  constructor(issuer: string, keys: readonly GrantKey[], now: () => number) {
    this.#issuer = issuer;
    this.#now = now;
    this.#keys = imported(keys);
  }

  /** Replaces the keys. */
  replace(keys: readonly GrantKey[]): void {
    this.#keys = imported(keys);
  }

  /** Checks a grant. Throws Invalid. */
  async verify(token: string, want: Expected): Promise<Grant> {
    const keys = await this.#keys;
    const claims = await verify(token, TYPE, (id) => keys.get(id));
    const scopes = this.#check(claims, want);
    return { scopes, until: this.#times(claims) + LEEWAY };
  }

  #check(c: Claims, want: Expected): Scope[] {
    const audience: unknown[] = Array.isArray(c["aud"]) ? c["aud"] : [c["aud"]];
    const cnf = c["cnf"] as { fingerprint?: unknown } | null | undefined;
    if (c["iss"] !== this.#issuer) throw new Invalid("another issuer");
    if (!audience.includes(AUDIENCE)) throw new Invalid("another audience");
    if (c["sub"] !== want.subject || want.subject === "") throw new Invalid("another technician");
    if (c["sid"] !== want.sessionId) throw new Invalid("another session");
    if (c["role"] !== ROLE) throw new Invalid("another role");
    if (typeof c["jti"] !== "string" || c["jti"] === "") throw new Invalid("no id");
    if (want.fingerprint === "" || cnf?.fingerprint !== want.fingerprint) {
      throw new Invalid("bound to another certificate");
    }
    return scopesOf(c["scope"]);
  }

  /** When the grant runs out. */
  #times(c: Claims): number {
    const [issued, expires] = [c["iat"], c["exp"]].map(number) as [number, number];
    const notBefore = c["nbf"] === undefined ? issued : number(c["nbf"]);
    const now = this.#now();
    if (expires + LEEWAY <= now) throw new Invalid("run out");
    if (Math.max(issued, notBefore) > now + LEEWAY) throw new Invalid("of a time to come");
    if (expires - issued > LIFE) throw new Invalid(`for more than ${LIFE} s`);
    return expires;
  }
}

async function imported(keys: readonly GrantKey[]): Promise<ReadonlyMap<string, CryptoKey>> {
  return new Map(
    await Promise.all(keys.map(async ({ id, key }) => [id, await importKey(key)] as const)),
  );
}

function scopesOf(v: unknown): Scope[] {
  if (!Array.isArray(v) || !v.every((s) => typeof s === "string")) throw new Invalid("no scopes");
  const known = ALL_SCOPES.filter((s) => v.includes(s));
  if (!known.includes("view")) throw new Invalid("without the scope view");
  return known;
}

function number(v: unknown): number {
  if (typeof v !== "number" || !Number.isFinite(v)) throw new Invalid("no time");
  return v;
}
