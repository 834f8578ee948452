/**
 * Checks of single fields. Each returns the value in its type or throws a
 * BadMessage: nothing that arrives is trusted before it passed through here.
 */

import { ALL_SCOPES, MAX_CLIPBOARD } from "./message.ts";
import type { Scope } from "./message.ts";

/** What arrived is not a message of this protocol. */
export class BadMessage extends Error {
  constructor(
    readonly code: "bad_message" | "unknown_message" | "message_too_large" | "too_fast",
    message: string,
  ) {
    super(message);
    this.name = "BadMessage";
  }
}

/** The fields of a decoded JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

// Control characters, and those that turn the direction of text around (Unicode
// Bidi_Control): they could make one name look like another.
const forbidden = /[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFD]/u;
const printable = /^[ -~]*$/;

function bad(field: string, want: string): never {
  throw new BadMessage("bad_message", `${field}: want ${want}`);
}

/** An object, not null and not an array. */
export function object(field: string, v: unknown): Fields {
  if (typeof v !== "object" || v === null || Array.isArray(v)) bad(field, "an object");
  return v as Fields;
}

/** Text that people read, of least to most characters. */
export function text(field: string, v: unknown, least: number, most: number): string {
  if (typeof v !== "string") bad(field, "text");
  const length = [...v].length;
  if (length < least || length > most) bad(field, `${least} to ${most} characters`);
  if (forbidden.test(v)) bad(field, "text without control characters");
  return v;
}

/** Makes what a person typed or pasted fit for `text`: of at most `most` characters. */
export function clean(typed: string, most: number): string {
  const fit = [...typed].filter((character) => !forbidden.test(character)).join("");
  return [...fit.trim()].slice(0, most).join("").trimEnd();
}

/** A value that only programs read: least to most bytes of printable ASCII. */
export function opaque(field: string, v: unknown, least: number, most: number): string {
  if (typeof v !== "string" || v.length < least || v.length > most || !printable.test(v)) {
    bad(field, `${least} to ${most} bytes of printable ASCII`);
  }
  return v;
}

/** What is wrong with a text for a clipboard; undefined for nothing. */
export function checkClip(v: string): string | undefined {
  if (v === "" || new TextEncoder().encode(v).length > MAX_CLIPBOARD) {
    return `text of at most ${MAX_CLIPBOARD} bytes`;
  }
  return /\0|\p{Surrogate}/u.test(v) ? "text without NUL" : undefined;
}

/** 32 bytes in base64url without padding. */
export function bytes32(field: string, v: unknown): string {
  if (typeof v !== "string" || !/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(v)) {
    bad(field, "32 bytes in base64url");
  }
  return v;
}

/** Nine digits. */
export function digits(field: string, v: unknown): string {
  if (typeof v !== "string" || !/^[0-9]{9}$/.test(v)) bad(field, "nine digits");
  return v;
}

/** A whole number from least to most. */
export function whole(field: string, v: unknown, least: number, most: number): number {
  if (typeof v !== "number" || !Number.isSafeInteger(v) || v < least || v > most) {
    bad(field, `a whole number from ${least} to ${most}`);
  }
  return v;
}

/** A number from 0 to most. */
export function amount(field: string, v: unknown, most: number): number {
  if (typeof v !== "number" || !(v >= 0 && v <= most)) bad(field, `a number from 0 to ${most}`);
  return v;
}

/** Yes or no. */
export function truth(field: string, v: unknown): boolean {
  if (typeof v !== "boolean") bad(field, "true or false");
  return v;
}

// The signature, the length and the name of the first chunk (PNG, section 5.2).
const startOfPNG = [137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82];

/**
 * A PNG file in base64, of at most `most` bytes, that says of itself to have this size:
 * nobody decodes a larger picture than they were told.
 */
export function png(field: string, v: unknown, most: number, width: number, height: number) {
  const file = sizeOfPNG(field, v, most);
  if (file.width !== width || file.height !== height) {
    bad(field, `a PNG file of ${width} by ${height} pixels`);
  }
  return file.png;
}

/** A PNG file in base64, of at most `most` bytes, and the size that it says it has. */
export function sizeOfPNG(field: string, v: unknown, most: number) {
  const isText = typeof v === "string" && v.length <= Math.ceil(most / 3) * 4;
  if (!isText || v.length % 4 !== 0 || !/^[A-Za-z0-9+/]{32,}={0,2}$/.test(v)) {
    bad(field, `a file of at most ${most} bytes in base64`);
  }
  const head = Uint8Array.from(atob(v.slice(0, 32)), (c) => c.charCodeAt(0));
  const size = new DataView(head.buffer, startOfPNG.length);
  if (!startOfPNG.every((byte, at) => head[at] === byte)) bad(field, "a PNG file");
  return { png: v, width: size.getUint32(0), height: size.getUint32(4) };
}

/** A session description of at most 48 KiB. */
export function description(field: string, v: unknown): string {
  if (typeof v !== "string" || !v.startsWith("v=0") || v.length > 48 * 1024) {
    bad(field, "a session description");
  }
  return v;
}

/** One of a short list. */
export function oneOf<T extends string>(field: string, v: unknown, all: readonly T[]): T {
  const found = all.find((one) => one === v);
  return found ?? bad(field, `one of ${all.join(", ")}`);
}

/** A list of at most `most` items, each checked by `item`. */
export function list<T>(field: string, v: unknown, most: number, item: (v: unknown) => T): T[] {
  if (!Array.isArray(v) || v.length > most) bad(field, `a list of at most ${most}`);
  return v.map(item);
}

/**
 * Scopes. One that this page does not know is left out: a newer host may name
 * scopes that an older page cannot use.
 */
export function scopes(field: string, v: unknown): Scope[] {
  const names = list(field, v, 16, (s) => opaque(field, s, 1, 32));
  const known = ALL_SCOPES.filter((s) => names.includes(s));
  if (!known.includes("view")) bad(field, "the scope view");
  return known;
}
