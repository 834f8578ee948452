/**
 * Signed statements: JWTs in compact form (RFC 7515, RFC 7519), EdDSA over Ed25519 (RFC 8037)
 * and nothing else.
 */

import { toBase64 } from "../words/derive.ts";

/** A statement that must not be believed; the message says why, for the console. */
export class Invalid extends Error {}

/** The claims of a statement, or its header. */
export type Claims = Readonly<Record<string, unknown>>;

const ALGORITHM = "Ed25519";
/** The longest statement that is looked at, in bytes. */
const MAX_TOKEN = 4096;

const utf8 = new TextEncoder();

/** A key pair that lives as long as a session. The private half cannot leave the browser. */
export interface SessionKey {
  /** Base64url without padding. */
  publicKey: string;
  /** Signs claims as a statement of the given type. */
  sign(typ: string, claims: Claims): Promise<string>;
}

/** Makes a session's key. Throws where the browser has no Ed25519. */
export async function newSessionKey(): Promise<SessionKey> {
  const made = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  if (!("privateKey" in made)) throw new Error("no key pair");
  const raw = await crypto.subtle.exportKey("raw", made.publicKey);
  return {
    publicKey: toBase64(new Uint8Array(raw)),
    sign: (typ, claims) => sign(made.privateKey, typ, claims),
  };
}

async function sign(key: CryptoKey, typ: string, claims: Claims): Promise<string> {
  const parts = [{ alg: "EdDSA", typ }, claims].map((p) =>
    toBase64(utf8.encode(JSON.stringify(p))),
  );
  const signed = parts.join(".");
  const signature = await crypto.subtle.sign(ALGORITHM, key, utf8.encode(signed));
  return `${signed}.${toBase64(new Uint8Array(signature))}`;
}

/** Reads a public key of 32 bytes in base64url. */
export function importKey(key: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytesOf(key), ALGORITHM, false, ["verify"]);
}

/**
 * The claims of a statement of the given type that one of the keys has signed. The name of the key
 * in the header is only ever looked up. Throws Invalid.
 */
export async function verify(
  token: string,
  typ: string,
  keyOf: (id: string) => CryptoKey | undefined,
): Promise<Claims> {
  const parts = token.split(".");
  const [header = "", claims = "", signature = ""] = parts;
  if (token.length > MAX_TOKEN || parts.length !== 3) throw new Invalid("not a statement");
  const head = objectOf(header);
  if (head["alg"] !== "EdDSA") throw new Invalid("another algorithm");
  if (head["typ"] !== typ) throw new Invalid("another type");
  if (head["crit"] !== undefined) throw new Invalid("a header that is not known here");
  const key = typeof head["kid"] === "string" ? keyOf(head["kid"]) : undefined;
  if (!key) throw new Invalid("an unknown key");
  const signed = utf8.encode(`${header}.${claims}`);
  if (!(await crypto.subtle.verify(ALGORITHM, key, bytesOf(signature), signed))) {
    throw new Invalid("another signature");
  }
  return objectOf(claims);
}

function objectOf(part: string): Claims {
  const v = parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(part)));
  if (typeof v !== "object" || v === null || Array.isArray(v)) throw new Invalid("no object");
  return v as Claims;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Invalid("no JSON");
  }
}

/** The bytes of base64url without padding, which has one way to be written. */
function bytesOf(part: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(part) || part.length % 4 === 1) throw new Invalid("no base64url");
  const plain = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(plain, (c) => c.charCodeAt(0));
  if (toBase64(bytes) !== part) throw new Invalid("base64url with bits to spare");
  return bytes;
}
