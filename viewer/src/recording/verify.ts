/**
 * Verifies a whole recording: that not a part of it is altered, missing, repeated, moved or
 * from elsewhere. It needs no key that opens: what is proven is about the sealed bytes. The
 * words are those of `lendhand-relay recordings verify`.
 */

import { Bytes, CutShort, TooLong } from "./verify-bytes.ts";
import { Chain, Faulty } from "./verify-chain.ts";
import type { Fault } from "./verify-chain.ts";
import { BadLine, envelopeOf, MANIFEST, MAX_LINE, receiptOf, signatureOf } from "./verify-lines.ts";
import type { Envelope } from "./verify-lines.ts";
import { Receipts } from "./verify-receipts.ts";
import type { ReceiptReport } from "./verify-receipts.ts";

/** What was found. */
export interface Verdict {
  /** The ID in the manifest; empty when there is no manifest to believe. */
  recording: string;
  /** How many parts are as the host made them, from the first on. */
  parts: number;
  /** How much of the recording that is, in milliseconds. */
  length: number;
  /** Whether the part that ends a whole recording is there. */
  isComplete: boolean;
  /** The first part that is not as the host made it; undefined when all are. */
  fault: Fault | undefined;
  receipts: ReceiptReport;
  /** The link of the newest part that is right: what the audit trail names. */
  links: ReadonlyMap<number, string>;
}

/** A part that is as the host made it. */
export interface RightPart {
  envelope: Envelope;
  /** Its line, and that of its receipt. */
  line: Uint8Array;
  receipt: Uint8Array;
  sealed: Uint8Array;
}

export interface VerifyOptions {
  /** Whether the relay's receipt follows the manifest's signature, as it does in a file. */
  hasHeadReceipt?: boolean;
  /** The recording that it must be; any when it is left out. */
  recording?: string;
  /** The relay's receipt keys, in base64url: 32 bytes each. */
  keys?: readonly string[];
  /** Parts whose links are wanted: those that the audit trail names. */
  wanted?: ReadonlySet<number>;
  /** Told of the bytes that have come. */
  progress?: (bytes: number) => void;
  /** Given each part that is right, one after the other, and waited for. */
  part?: (p: RightPart) => Promise<void>;
  /** Given the lines of the manifest and of its signature and receipt, once they are right. */
  head?: (lines: Uint8Array[]) => Promise<void>;
  signal?: AbortSignal;
}

/** Verifies a file of the recording's format, while it arrives. Throws what the stream throws. */
export async function verify(
  file: ReadableStream<Uint8Array>,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const bytes = new Bytes(file, options.progress);
  const run = new Run(bytes, options);
  try {
    return await run.all();
  } finally {
    await bytes.cancel();
  }
}

class Run {
  readonly #bytes: Bytes;
  readonly #options: VerifyOptions;
  readonly #links = new Map<number, string>();
  #chain: Chain | undefined;
  #receipts: Receipts | undefined;

  constructor(bytes: Bytes, options: VerifyOptions) {
    this.#bytes = bytes;
    this.#options = options;
  }

  async all(): Promise<Verdict> {
    try {
      await this.#head();
      while (await this.#next());
      return this.#verdict(undefined);
    } catch (e) {
      return this.#verdict(this.#faultOf(e));
    }
  }

  async #head(): Promise<void> {
    const line = await this.#need();
    const signatureLine = await this.#need();
    const receipt = (this.#options.hasHeadReceipt ?? true) ? [await this.#need()] : [];
    const chain = await Chain.begin(line, signatureOf(signatureLine), this.#options.recording);
    this.#receipts = await Receipts.with(this.#options.keys ?? []);
    for (const one of receipt) await this.#receipts.take(receiptOf(one), MANIFEST, chain.link);
    this.#chain = chain;
    this.#keep(MANIFEST, chain);
    await this.#options.head?.([line, signatureLine, ...receipt]);
  }

  /** Reads a part; gives whether there was one. */
  async #next(): Promise<boolean> {
    this.#options.signal?.throwIfAborted();
    const [chain, receipts] = [this.#chain!, this.#receipts!];
    const line = await this.#bytes.line(MAX_LINE);
    if (!line) return false;
    const e = envelopeOf(line);
    const sealed = await this.#bytes.exactly(e.size);
    const receiptLine = await this.#need();
    const receipt = receiptOf(receiptLine);
    if (e.part > chain.next && !chain.isEnded) throw await this.#absent(chain, e);
    await chain.add(e, sealed);
    await receipts.take(receipt, e.part, chain.link);
    this.#keep(e.part, chain);
    await this.#options.part?.({ envelope: e, line, receipt: receiptLine, sealed });
    return true;
  }

  /** A part that another one stands in place of: it may come later, or never. */
  async #absent(chain: Chain, instead: Envelope): Promise<Faulty> {
    for (let before = instead.part; ;) {
      const e = await this.#peek();
      if (!e) return chain.missing(instead.part);
      if (e.part === chain.next) return chain.reordered(before);
      before = e.part;
    }
  }

  /** The next envelope, whatever it is worth; undefined where there is none. */
  async #peek(): Promise<Envelope | undefined> {
    try {
      const line = await this.#bytes.line(MAX_LINE);
      if (!line) return undefined;
      const e = envelopeOf(line);
      await this.#bytes.exactly(e.size);
      await this.#bytes.line(MAX_LINE);
      return e;
    } catch (e) {
      if (isOfFile(e)) return undefined;
      throw e;
    }
  }

  async #need(): Promise<Uint8Array> {
    const line = await this.#bytes.line(MAX_LINE);
    if (!line) throw new CutShort();
    return line;
  }

  #keep(part: number, chain: Chain): void {
    if (this.#options.wanted?.has(part)) this.#links.set(part, chain.linkText);
  }

  /** What is wrong with the file; throws on what is wrong with anything else. */
  #faultOf(e: unknown): Fault {
    if (e instanceof Faulty) return e.fault;
    if (!isOfFile(e)) throw e;
    const isCut = e instanceof CutShort;
    const what = isCut ? "the file stops within it" : `cannot be read: ${(e as Error).message}`;
    return {
      part: this.#chain?.next ?? MANIFEST,
      kind: isCut ? "cut off" : "altered",
      at: this.#chain?.end ?? 0,
      what,
    };
  }

  #verdict(fault: Fault | undefined): Verdict {
    const chain = this.#chain;
    return {
      recording: chain?.recording ?? "",
      parts: chain?.next ?? 0,
      length: chain?.end ?? 0,
      isComplete: chain?.isEnded ?? false,
      fault,
      receipts: this.#receipts?.report() ?? { first: undefined, last: undefined, unknown: [] },
      links: this.#links,
    };
  }
}

function isOfFile(e: unknown): boolean {
  return e instanceof CutShort || e instanceof TooLong || e instanceof BadLine;
}
