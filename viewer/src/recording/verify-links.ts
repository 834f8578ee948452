/** The chain that holds a recording together, and the signatures over it (FORMAT.md). */

import { textOf } from "./lines.ts";
import type { Envelope, Receipt } from "./lines.ts";

/** Stands for a part and all that came before it: 32 bytes. */
export type Link = Uint8Array<ArrayBuffer>;

const ascii = (text: string) => new TextEncoder().encode(text);

// What is hashed or signed begins with what it is.
const manifestContext = ascii("lendhand/recording/1/manifest\n");
const partContext = ascii("lendhand/recording/1/part\n");
const linkContext = ascii("lendhand/recording/1/link\n");
const receiptContext = ascii("lendhand/recording/1/receipt\n");
const keyContext = ascii("lendhand/recording/1/key\n");

export async function sha256(...pieces: Uint8Array[]): Promise<Link> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", together(pieces)));
}

/** The link that the first part is joined to. */
export function manifestLink(line: Uint8Array): Promise<Link> {
  return sha256(manifestContext, line);
}

/** The link of the part that comes after the one with link `before`. */
export function partLink(e: Envelope, before: Link): Promise<Link> {
  const numbers = new DataView(new ArrayBuffer(25));
  numbers.setBigUint64(0, BigInt(e.part));
  numbers.setBigUint64(8, BigInt(e.start));
  numbers.setUint32(16, e.length);
  numbers.setUint32(20, e.size);
  numbers.setUint8(24, (e.isKeyFrame ? 1 : 0) | (e.isIndex ? 2 : 0) | (e.isLast ? 4 : 0));
  return sha256(partContext, before, new Uint8Array(numbers.buffer), e.hash);
}

/** A public key of Ed25519, ready to verify with. */
export function keyOf(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
}

/** Whether the session key has signed the link. */
export function isSigned(
  key: CryptoKey,
  link: Link,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return crypto.subtle.verify("Ed25519", key, signature, together([linkContext, link]));
}

/** Whether the relay's key has signed the receipt for this link. */
export function isReceipted(key: CryptoKey, link: Link, r: Receipt): Promise<boolean> {
  const time = new DataView(new ArrayBuffer(8));
  time.setBigUint64(0, BigInt(r.time));
  const signed = together([receiptContext, link, new Uint8Array(time.buffer)]);
  return crypto.subtle.verify("Ed25519", key, r.signature, signed);
}

/** The ID of a relay's receipt key: 16 characters. */
export async function keyID(key: Uint8Array): Promise<string> {
  return textOf((await sha256(keyContext, key)).subarray(0, 12));
}

function together(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
