/**
 * The lines of a recording, read as strictly as the host and the relay wrote them: whatever
 * could be written in another way is refused (FORMAT.md).
 */

import { MAX_LENGTH, MAX_PART, MAX_PARTS, MAX_TIME } from "./limits.ts";

/** The number of the manifest where a receipt or a fault names a part. */
export const MANIFEST = -1;

/** What everybody can read of a part. Times are in milliseconds since the recording began. */
export interface Envelope {
  part: number;
  start: number;
  length: number;
  /** Bytes of the sealed part, which have the hash. */
  size: number;
  hash: Uint8Array<ArrayBuffer>;
  isKeyFrame: boolean;
  isIndex: boolean;
  isLast: boolean;
  signature: Uint8Array<ArrayBuffer>;
}

/** The relay's word that it had a part, and all before it, at a time by its own clock. */
export interface Receipt {
  part: number;
  /** Milliseconds since 1970. */
  time: number;
  key: string;
  signature: Uint8Array<ArrayBuffer>;
}

/** What of a manifest is needed to verify the rest. */
export interface Manifest {
  recording: string;
  sessionKey: Uint8Array<ArrayBuffer>;
}

/** A line that is none. */
export class BadLine extends Error {
  constructor(what: string) {
    super(what);
    this.name = "BadLine";
  }
}

/** Reads a line, and says which one it was when it is none. */
export function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw e instanceof BadLine ? new BadLine(`${name}: ${e.message}`) : e;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads the line before a part. Throws BadLine. */
export function envelopeOf(line: Uint8Array): Envelope {
  const f = fieldsOf(line);
  const flag = (name: string) => (f[name] === true ? { [name]: true } : {});
  exact(line, {
    ...pick(f, "part", "start", "length", "size", "hash"),
    ...flag("keyFrame"),
    ...flag("index"),
    ...flag("last"),
    signature: f["signature"],
  });
  const e: Envelope = {
    part: whole("part", f["part"], 0, MAX_PARTS - 1),
    start: whole("start", f["start"], 0, MAX_TIME),
    length: whole("length", f["length"], 0, MAX_LENGTH),
    size: whole("size", f["size"], 1, MAX_PART),
    hash: bytesOf(f["hash"], 32),
    isKeyFrame: f["keyFrame"] === true,
    isIndex: f["index"] === true,
    isLast: f["last"] === true,
    signature: bytesOf(f["signature"], 64),
  };
  if (e.isIndex && (e.isKeyFrame || e.isLast || e.length !== 0)) {
    throw new BadLine("an index has no pictures and no length, and is not the last part");
  }
  return e;
}

/** Reads the line after a part, or after the manifest's signature. Throws BadLine. */
export function receiptOf(line: Uint8Array, part: number): Receipt {
  const r = named("receipt", () => anyReceiptOf(line));
  if (r.part === part) return r;
  throw new BadLine(
    part === MANIFEST
      ? `receipt of part ${r.part}, want the manifest's`
      : `receipt of part ${r.part} after part ${part}`,
  );
}

function anyReceiptOf(line: Uint8Array): Receipt {
  const f = fieldsOf(line);
  exact(line, pick(f, "part", "time", "key", "signature"));
  const { key, time } = f;
  if (typeof key !== "string" || !/^[ -~]{16}$/.test(key)) throw new BadLine("the key's ID");
  const stamp = typeof time === "string" ? Date.parse(time) : NaN;
  if (isNaN(stamp) || stamp < 0 || new Date(stamp).toISOString() !== time) {
    throw new BadLine("the time");
  }
  return {
    part: whole("part", f["part"], MANIFEST, MAX_PARTS - 1),
    time: stamp,
    key,
    signature: bytesOf(f["signature"], 64),
  };
}

/** Reads the line after the manifest. Throws BadLine. */
export function signatureOf(line: Uint8Array): Uint8Array<ArrayBuffer> {
  const f = fieldsOf(line);
  exact(line, pick(f, "signature"));
  return bytesOf(f["signature"], 64);
}

/** Reads what of the manifest is needed here. Throws BadLine. */
export function manifestOf(line: Uint8Array): Manifest {
  const f = fieldsOf(line);
  const { recording, version } = f;
  if (version !== 1) throw new BadLine(`version ${String(version)}, want 1`);
  if (typeof recording !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(recording)) {
    throw new BadLine("the recording’s ID");
  }
  const host = f["host"];
  if (typeof host !== "object" || host === null) throw new BadLine("the host");
  return { recording, sessionKey: bytesOf((host as Fields)["sessionKey"], 32) };
}

function fieldsOf(line: Uint8Array): Fields {
  let v: unknown;
  try {
    v = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line));
  } catch {
    throw new BadLine("it is not JSON");
  }
  if (typeof v !== "object" || v === null || Array.isArray(v)) throw new BadLine("it is no object");
  return v as Fields;
}

const pick = (f: Fields, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, f[name]]));

/** No two lines mean the same: written again, it has the same bytes. */
function exact(line: Uint8Array, again: object): void {
  if (new TextDecoder().decode(line) !== JSON.stringify(again)) {
    throw new BadLine("not written in the one form that is allowed");
  }
}

function whole(name: string, v: unknown, least: number, most: number): number {
  if (typeof v === "number" && Number.isInteger(v) && v >= least && v <= most) return v;
  throw new BadLine(`${name} ${String(v)}, want ${least} to ${most}`);
}

/** Bytes in base64url without padding. Throws BadLine. */
export function bytesOf(v: unknown, size: number): Uint8Array<ArrayBuffer> {
  if (typeof v !== "string" || !/^[A-Za-z0-9_-]*$/.test(v)) throw new BadLine("no base64url");
  const text = atob(v.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  // Bits behind the last byte would make two texts for the same bytes.
  if (bytes.length !== size || textOf(bytes) !== v) throw new BadLine(`want ${size} bytes`);
  return bytes;
}

/** Base64url without padding. */
export function textOf(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
