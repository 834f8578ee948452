/** Checks one part after the other, without a key that opens. */

import { isSigned, keyOf, manifestLink, partLink, sha256 } from "./verify-links.ts";
import type { Link } from "./verify-links.ts";
import { BadLine, MANIFEST, manifestOf, textOf } from "./lines.ts";
import type { Envelope, Manifest } from "./lines.ts";

/** What happened to a part. */
export type FaultKind = "altered" | "missing" | "repeated" | "reordered" | "foreign" | "cut off";

/** The first part that is not as the host made it. */
export interface Fault {
  /** Its number; MANIFEST for the manifest. */
  part: number;
  kind: FaultKind;
  /** When in the recording it begins, in milliseconds: up to there, all is as the host made it. */
  at: number;
  /** What happened, as the end of a sentence that begins with the part. */
  what: string;
}

/** A fault that was found. */
export class Faulty extends Error {
  constructor(readonly fault: Fault) {
    super(faultWords(fault));
    this.name = "Faulty";
  }
}

/** The fault as a sentence, as the command line prints it. */
export function faultWords(f: Fault): string {
  if (f.part === MANIFEST) return `the manifest ${f.what}`;
  return `part ${f.part} (at ${timeWords(f.at)}) ${f.what}`;
}

/** A moment of a recording, such as 1:04:09.250. */
export function timeWords(ms: number): string {
  const two = (n: number, size = 2) => String(n).padStart(size, "0");
  const [h, m] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${h}:${two(m)}:${two(Math.floor(ms / 1000) % 60)}.${two(ms % 1000, 3)}`;
}

/** What a chain is after one more part. */
export interface Step {
  link: Link;
  /** The same in base64url. */
  linkText: string;
  end: number;
  isEnded: boolean;
}

export class Chain {
  /** The number of the next part. */
  next = 0;
  /** When the newest part's stretch is over, in milliseconds. */
  end = 0;
  /** Whether the last part has come. */
  isEnded = false;

  private constructor(
    readonly recording: string,
    readonly key: CryptoKey,
    /** That of the newest part; the manifest's before the first. */
    public link: Link,
  ) {}

  /** Begins with the manifest's line and its signature. Throws Faulty. */
  static async begin(
    line: Uint8Array,
    signature: Uint8Array<ArrayBuffer>,
    wanted: string | undefined,
  ): Promise<Chain> {
    const m = manifest(line);
    const link = await manifestLink(line);
    const key = await keyOf(m.sessionKey);
    if (!(await isSigned(key, link, signature))) {
      throw ofManifest("altered", "is not what the host has signed");
    }
    if (wanted !== undefined && m.recording !== wanted) {
      throw ofManifest("foreign", `is that of another recording, ${m.recording}`);
    }
    return new Chain(m.recording, key, link);
  }

  get linkText(): string {
    return textOf(this.link);
  }

  /** What the chain is after the next part, which `take` makes it. Throws Faulty. */
  async after(e: Envelope, sealed: Uint8Array): Promise<Step> {
    this.#order(e);
    if (!isSame(await sha256(sealed), e.hash)) {
      throw this.#fault("altered", "does not hold what the host has sealed");
    }
    const link = await partLink(e, this.link);
    if (!(await isSigned(this.key, link, e.signature))) {
      const what = "is not of this recording, or what is written on it was changed";
      throw this.#fault("foreign", what);
    }
    if (e.start < this.end) {
      const [begins, ends] = [timeWords(e.start), timeWords(this.end)];
      throw this.#fault("altered", `begins at ${begins}, before the one before it ends at ${ends}`);
    }
    return { link, linkText: textOf(link), end: e.start + e.length, isEnded: e.isLast };
  }

  /** Goes on by a part. */
  take({ link, end, isEnded }: Step): void {
    this.next++;
    [this.link, this.end, this.isEnded] = [link, end, isEnded];
  }

  /** Whether the session key has signed the envelope as that of the next part. */
  async hasSigned(e: Envelope): Promise<boolean> {
    return isSigned(this.key, await partLink(e, this.link), e.signature);
  }

  #order(e: Envelope): void {
    if (this.isEnded) {
      const what = "stands after the end of the recording";
      throw new Faulty({ part: e.part, kind: "foreign", at: this.end, what });
    }
    if (e.part < this.next) {
      const what = `stands again after part ${this.next - 1}`;
      throw new Faulty({ part: e.part, kind: "repeated", at: this.end, what });
    }
    if (e.part > this.next) {
      throw this.#fault("missing", `is missing: part ${e.part} stands in its place`);
    }
  }

  #fault(kind: FaultKind, what: string): Faulty {
    return new Faulty({ part: this.next, kind, at: this.end, what });
  }
}

function manifest(line: Uint8Array): Manifest {
  try {
    return manifestOf(line);
  } catch (e) {
    throw e instanceof BadLine ? ofManifest("altered", `manifest: ${e.message}`) : e;
  }
}

function ofManifest(kind: FaultKind, what: string): Faulty {
  return new Faulty({ part: MANIFEST, kind, at: 0, what });
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n]);
}
