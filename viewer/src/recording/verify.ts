/**
 * Verifies a whole recording: that not a part of it is altered, missing, repeated, moved or
 * from elsewhere. It needs no key that opens: what is proven is about the sealed bytes. Steps and
 * words are those of Go's recording.Verify, and the vectors of both are the same.
 */

import { Bytes, CutShort } from "./verify-bytes.ts";
import { Chain, Faulty } from "./verify-chain.ts";
import type { Fault, FaultKind } from "./verify-chain.ts";
import { diagnosed, markOf } from "./verify-diagnose.ts";
import { MAX_LINE } from "./limits.ts";
import { isReceipted, keyOf } from "./verify-links.ts";
import { BadLine, bytesOf, MANIFEST, named, receiptOf, signatureOf } from "./lines.ts";
import type { Receipt } from "./lines.ts";
import { partFrom } from "./verify-part.ts";
import type { Part } from "./verify-part.ts";

/** What was found. */
export interface Verdict {
  /** The ID in the manifest; empty when there is no manifest to believe. */
  recording: string;
  /** How many parts are as the host made them, from the first on. */
  parts: number;
  /** When the last of them ends, in milliseconds. */
  end: number;
  /** Whether the part that ends a whole recording is among them. */
  isComplete: boolean;
  /** The first part that is not as the host made it; undefined when all are. */
  fault: Fault | undefined;
  /** When the relay had the newest of them, by its clock; undefined where no receipt was checked. */
  received: Date | undefined;
}

/** A link that was kept elsewhere than with the recording. */
export interface Known {
  /** May be MANIFEST. */
  part: number;
  /** Base64url. */
  link: string;
}

export interface VerifyOptions {
  /** The recording that it must be; any when it is left out. */
  recording?: string;
  /** The keys that the relay may have signed receipts with, in base64url; with none, receipts are not checked. */
  keys?: readonly string[];
  /** Links that it must have, and reach. */
  known?: readonly Known[];
  /** Whether it may have no last part: it still grows, or is known to have been cut off. */
  mayBeIncomplete?: boolean;
  /** Whether the relay's receipt follows the manifest's signature, as it does in a file. */
  hasHeadReceipt?: boolean;
  /** Told of the bytes that have come. */
  progress?: (bytes: number) => void;
  /** Given the lines before the parts, once they are right. */
  head?: (lines: Uint8Array[]) => Promise<void>;
  /** Given each part that is right, one after the other, and waited for. */
  part?: (p: Part) => Promise<void>;
  signal?: AbortSignal;
}

/**
 * Verifies a recording while it arrives: one part is in memory, and eight bytes for each that came.
 * Throws what the stream throws.
 */
export async function verify(
  file: ReadableStream<Uint8Array>,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const bytes = new Bytes(file, options.progress);
  const keys = await Promise.all((options.keys ?? []).map((key) => keyOf(bytesOf(key, 32))));
  try {
    return await new Verifier(bytes, keys, options).all();
  } finally {
    await bytes.cancel();
  }
}

class Verifier {
  readonly #bytes: Bytes;
  readonly #keys: readonly CryptoKey[];
  readonly #o: VerifyOptions;
  readonly #seen: bigint[] = [];
  #chain: Chain | undefined;
  #newest: number | undefined;

  constructor(bytes: Bytes, keys: readonly CryptoKey[], options: VerifyOptions) {
    this.#bytes = bytes;
    this.#keys = keys;
    this.#o = options;
  }

  async all(): Promise<Verdict> {
    try {
      const chain = await this.#head();
      for (;;) {
        this.#o.signal?.throwIfAborted();
        const part = await partFrom(this.#bytes);
        if (!part) break;
        await this.#part(chain, part);
      }
      this.#finish(chain);
      return this.#verdict(undefined);
    } catch (e) {
      return this.#verdict(this.#faultOf(e));
    }
  }

  async #head(): Promise<Chain> {
    const line = await this.#need();
    const signatureLine = await this.#need();
    const signature = named("signature", () => signatureOf(signatureLine));
    const receipts = (this.#o.hasHeadReceipt ?? true) ? [await this.#need()] : [];
    const [receipt] = receipts.map((one) => receiptOf(one, MANIFEST));
    const chain = await Chain.begin(line, signature, this.#o.recording);
    await this.#agree(chain, MANIFEST, receipt);
    this.#chain = chain;
    await this.#o.head?.([line, signatureLine, ...receipts]);
    return chain;
  }

  async #part(chain: Chain, part: Part): Promise<void> {
    const next = await chain.after(part.envelope, part.sealed).catch(async (e: unknown) => {
      throw await diagnosed(e, {
        chain,
        part,
        seen: this.#seen,
        bytes: this.#bytes,
        keys: this.#keys,
      });
    });
    await this.#agree(next, part.envelope.part, part.receipt);
    chain.take(next);
    this.#seen.push(markOf(part.envelope));
    await this.#o.part?.(part);
  }

  /** Compares a part, of which `c` has the link, with its receipt and with what was kept elsewhere. */
  async #agree(c: { link: Chain["link"]; linkText: string }, part: number, r?: Receipt) {
    if (this.#o.known?.some((k) => k.part === part && k.link !== c.linkText)) {
      throw this.#fault(part, "foreign", "is not the one that is known from elsewhere");
    }
    if (!r || this.#keys.length === 0) return;
    for (const key of this.#keys) {
      if (!(await isReceipted(key, c.link, r))) continue;
      this.#newest = r.time;
      return;
    }
    throw this.#fault(part, "altered", "has a receipt that the relay has not signed for it");
  }

  #finish(chain: Chain): void {
    const beyond = this.#o.known?.find((k) => k.part >= chain.next);
    if (beyond) {
      const what = `is not there: the recording is known to have had part ${beyond.part}`;
      throw this.#fault(chain.next, "cut off", what);
    }
    if (!chain.isEnded && !this.#o.mayBeIncomplete) {
      throw this.#fault(chain.next, "cut off", "is not there, nor the end of the recording");
    }
  }

  async #need(): Promise<Uint8Array> {
    const line = await this.#bytes.line(MAX_LINE);
    if (!line) throw new CutShort();
    return line;
  }

  #fault(part: number, kind: FaultKind, what: string): Faulty {
    return new Faulty({ part, kind, at: this.#chain?.end ?? 0, what });
  }

  /** What is wrong with the file; throws on what is wrong with anything else. */
  #faultOf(e: unknown): Fault {
    const part = this.#chain?.next ?? MANIFEST;
    if (e instanceof Faulty) return e.fault;
    if (e instanceof CutShort) {
      return this.#fault(part, "cut off", "is not whole: the file stops within it").fault;
    }
    if (e instanceof BadLine) {
      return this.#fault(part, "altered", `cannot be read: ${e.message}`).fault;
    }
    throw e;
  }

  #verdict(fault: Fault | undefined): Verdict {
    const chain = this.#chain;
    return {
      recording: chain?.recording ?? "",
      parts: chain?.next ?? 0,
      end: chain?.end ?? 0,
      isComplete: chain?.isEnded ?? false,
      fault,
      received: this.#newest === undefined ? undefined : new Date(this.#newest),
    };
  }
}
