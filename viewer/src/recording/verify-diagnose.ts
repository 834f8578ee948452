/** Says more exactly what is wrong with a part, by what else is in the file. */

import type { Bytes } from "./verify-bytes.ts";
import { CutShort } from "./verify-bytes.ts";
import { Faulty } from "./verify-chain.ts";
import type { Chain, FaultKind } from "./verify-chain.ts";
import { isReceipted, partLink } from "./verify-links.ts";
import { BadLine } from "./lines.ts";
import type { Envelope } from "./lines.ts";
import { partFrom } from "./verify-part.ts";
import type { Part } from "./verify-part.ts";

/** Where a fault was found. */
export interface Place {
  /** As it was before the part. */
  chain: Chain;
  part: Part;
  /** Marks of the parts that are right, in their order. */
  seen: readonly bigint[];
  /** What comes behind it. */
  bytes: Bytes;
  /** The relay's receipt keys. */
  keys: readonly CryptoKey[];
}

/** The beginning of a part's hash: enough to know it again. */
export function markOf(e: Envelope): bigint {
  return new DataView(e.hash.buffer, e.hash.byteOffset).getBigUint64(0);
}

/** The fault that is found in the end; what is no fault stays as it is. */
export async function diagnosed(e: unknown, p: Place): Promise<unknown> {
  if (!(e instanceof Faulty)) return e;
  const { chain, seen } = p;
  const { envelope } = p.part;
  const isSigned = await chain.hasSigned({ ...envelope, part: chain.next });
  const fault = (part: number, kind: FaultKind, what: string) =>
    new Faulty({ part, kind, at: chain.end, what });
  if (e.fault.kind === "foreign" && !chain.isEnded && (await wasReceipted(p))) {
    const what = "has another signature than the one that the relay gave a receipt for";
    return fault(chain.next, "altered", what);
  }
  const isEarlier = envelope.part < chain.next;
  if (isEarlier && seen[envelope.part] === markOf(envelope)) {
    return fault(envelope.part, "repeated", `stands again after part ${chain.next - 1}`);
  }
  if (chain.isEnded) return e;
  if (envelope.part !== chain.next && isSigned) {
    const what = `was numbered anew: it says that it is part ${envelope.part}`;
    return fault(chain.next, "altered", what);
  }
  if (isEarlier) {
    const what = `stands again after part ${chain.next - 1}, and is another one`;
    return fault(envelope.part, "foreign", what);
  }
  return e.fault.kind === "missing" ? missing(p, e) : e;
}

/** Whether the relay has given a receipt for the part as the next one. */
async function wasReceipted({ chain, part, keys }: Place): Promise<boolean> {
  const link = await partLink(part.envelope, chain.link);
  const said = await Promise.all(keys.map((key) => isReceipted(key, link, part.receipt)));
  return said.includes(true);
}

/** Looks whether the part that is not in its place is somewhere behind it, and what stands there. */
async function missing({ chain, part, bytes }: Place, e: Faulty): Promise<Faulty> {
  const [wanted, stands] = [chain.next, part.envelope];
  let [isFound, isAgain, isOther] = [false, false, false];
  for await (const one of partsBehind(bytes)) {
    if (one.part === wanted && (await chain.hasSigned(one))) isFound = true;
    else if (one.part === stands.part && markOf(one) === markOf(stands)) isAgain = true;
    else if (one.part === stands.part) isOther = true;
  }
  const fault = (n: number, kind: FaultKind, what: string) =>
    new Faulty({ part: n, kind, at: chain.end, what });
  if (!isFound) return e;
  if (isAgain) {
    const what = `stands after part ${wanted - 1} already, and again later`;
    return fault(stands.part, "repeated", what);
  }
  if (isOther) {
    const what = `stands after part ${wanted - 1}, and is not of this recording: the right one is later`;
    return fault(stands.part, "foreign", what);
  }
  const what = `does not stand in its place, but later: part ${stands.part} stands there`;
  return fault(wanted, "reordered", what);
}

/** The envelopes behind a fault, as far as they can be read: the first fault is ahead of what cannot. */
async function* partsBehind(bytes: Bytes): AsyncGenerator<Envelope> {
  try {
    for (let part = await partFrom(bytes); part; part = await partFrom(bytes)) yield part.envelope;
  } catch (e) {
    if (!(e instanceof BadLine) && !(e instanceof CutShort)) throw e;
  }
}
