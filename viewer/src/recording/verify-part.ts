/** A part as it stands in the file: envelope, sealed bytes, receipt. */

import { CutShort } from "./verify-bytes.ts";
import type { Bytes } from "./verify-bytes.ts";
import { MAX_LINE } from "./limits.ts";
import { envelopeOf, named, receiptOf } from "./lines.ts";
import type { Envelope, Receipt } from "./lines.ts";

export interface Part {
  envelope: Envelope;
  sealed: Uint8Array;
  receipt: Receipt;
  /** The lines of envelope and receipt, as they stand there. */
  lines: [Uint8Array, Uint8Array];
}

/** The next part; undefined at the end. Throws BadLine, CutShort. */
export async function partFrom(bytes: Bytes): Promise<Part | undefined> {
  const line = await bytes.line(MAX_LINE);
  if (!line) return undefined;
  const envelope = named("envelope", () => envelopeOf(line));
  const sealed = await bytes.exactly(envelope.size);
  const receiptLine = await bytes.line(MAX_LINE);
  if (!receiptLine) throw new CutShort();
  const receipt = receiptOf(receiptLine, envelope.part);
  return { envelope, sealed, receipt, lines: [line, receiptLine] };
}
