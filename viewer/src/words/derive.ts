/**
 * The four words that host and technician compare, as signaling/PROTOCOL.md section 10
 * makes them of both certificates and both nonces.
 */

import text from "../../../signaling/verifywords/words.txt?raw";

/** What the words are bound to: the session, and the certificates as DTLS has proved them. */
export interface Bound {
  sessionId: string;
  /** Fingerprints as the protocol writes them: `sha-256 4A:AD:…`. */
  host: string;
  technician: string;
}

/** How many words there are to compare. */
const COUNT = 4;
/** The length of a nonce, a commitment and a fingerprint, in bytes. */
const SIZE = 32;

const COMMITMENT_DOMAIN = "lendhand/verify-words/1/commitment";
const WORDS_DOMAIN = "lendhand/verify-words/1/words";
const COMMITTER = "host";

/** The list that both ends have. */
export const list: readonly string[] = text.trim().split("\n");

const utf8 = new TextEncoder();

/** The host's commitment to a nonce, in base64url. */
export async function commitmentTo(bound: Bound, nonce: Uint8Array): Promise<string> {
  const parts = [utf8.encode(COMMITMENT_DOMAIN), utf8.encode(COMMITTER), ...fields(bound), nonce];
  return toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts))));
}

/** The words of both nonces. */
export async function wordsOf(
  bound: Bound,
  host: Uint8Array,
  technician: Uint8Array,
): Promise<string[]> {
  const secret = new Uint8Array([...host, ...technician]);
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const picks = await crypto.subtle.deriveBits(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: utf8.encode(WORDS_DOMAIN),
      info: joined(fields(bound)),
    },
    key,
    COUNT * 8,
  );
  return [...new Uint8Array(picks)].map((n) => list[n] ?? "");
}

/** 32 random bytes. */
export function newNonce(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(SIZE));
}

/** The fingerprint of a certificate in DER, as the protocol writes it. */
export async function fingerprintOfDER(der: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  const pairs = [...hash].map((b) => b.toString(16).padStart(2, "0").toUpperCase());
  return `sha-256 ${pairs.join(":")}`;
}

/** Writes bytes in base64url without padding. */
export function toBase64(bytes: Uint8Array): string {
  const plain = btoa(String.fromCharCode(...bytes));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads 32 bytes in base64url, whose form was checked. */
export function fromBase64(s: string): Uint8Array {
  const plain = atob(s.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function fields({ sessionId, host, technician }: Bound): Uint8Array[] {
  return [utf8.encode(sessionId), hashOf(host), hashOf(technician)];
}

/** The bytes of a fingerprint; throws when it is not one. */
function hashOf(fingerprint: string): Uint8Array {
  const pairs = /^sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/.exec(fingerprint)?.[1];
  if (!pairs) throw new Error("not a fingerprint");
  return Uint8Array.from(pairs.split(":"), (pair) => parseInt(pair, 16));
}

/** Puts parts together, each behind its length in two bytes, so that no two lists look the same. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((p) => [p.length >> 8, p.length & 0xff, ...p]));
}
