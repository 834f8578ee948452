/** The person's signed word on what they allow (PROTOCOL.md section 8). */

import { toBase64 } from "../words/derive.ts";
import type { SessionKey } from "./jwt.ts";
import type { Person } from "./message.ts";

const TYPE = "lendhand-consent+jwt";
const ISSUER = "lendhand-host";
/** How long a consent holds, in seconds. */
export const CONSENT_LIFE = 8 * 3600;

export interface Said {
  /** The relay, as it calls itself. */
  audience: string;
  technician: Person;
  sessionId: string;
  /** The request that it answers. */
  requestId: string;
  /** Seconds since 1970. */
  now: number;
}

/** Says that the technician may look, and no more: this page has nothing else to give. */
export function signConsent(key: SessionKey, said: Said): Promise<string> {
  const issued = Math.floor(said.now);
  return key.sign(TYPE, {
    iss: ISSUER,
    aud: [said.audience],
    sub: said.technician.id,
    name: said.technician.name,
    organisation: said.technician.organisation ?? "",
    sid: said.sessionId,
    rid: said.requestId,
    scope: ["view"],
    recorded: false,
    iat: issued,
    exp: issued + CONSENT_LIFE,
    jti: toBase64(crypto.getRandomValues(new Uint8Array(16))),
  });
}
