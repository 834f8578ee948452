/** Parts of a recording that no host of ours makes, and that open all the same. */

import { createHash } from "node:crypto";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";

const NEWLINE = 10;

/** What is in a part: its header, its events, its video. */
export interface Opened {
  header: Record<string, unknown>;
  events: object[];
  video: Buffer;
}

/** A part, as the relay gives it, with something else in it: sealed to the same key, with its new size and hash. */
export async function forge(
  piece: Buffer,
  identity: string,
  change: (part: Opened) => void,
): Promise<Buffer> {
  const line = piece.indexOf(NEWLINE);
  const envelope = JSON.parse(piece.subarray(0, line).toString()) as Record<string, unknown>;
  const end = line + 1 + Number(envelope["size"]);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const part = openedOf(Buffer.from(await decrypter.decrypt(piece.subarray(line + 1, end))));
  change(part);
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const sealed = await encrypter.encrypt(bytesOf(part));
  envelope["size"] = sealed.length;
  envelope["hash"] = createHash("sha256").update(sealed).digest("base64url");
  return Buffer.concat([Buffer.from(`${JSON.stringify(envelope)}\n`), sealed, piece.subarray(end)]);
}

function openedOf(plain: Buffer): Opened {
  let at = plain.indexOf(NEWLINE) + 1;
  const header = JSON.parse(plain.subarray(0, at).toString()) as Record<string, unknown>;
  const events: object[] = [];
  for (let n = Number(header["events"] ?? 0); n > 0; n--) {
    const end = plain.indexOf(NEWLINE, at) + 1;
    events.push(JSON.parse(plain.subarray(at, end).toString()) as object);
    at = end;
  }
  return { header, events, video: plain.subarray(at) };
}

function bytesOf({ header, events, video }: Opened): Buffer {
  const lines = [{ ...header, events: events.length }, ...events];
  const text = lines.map((one) => `${JSON.stringify(one)}\n`).join("");
  return Buffer.concat([Buffer.from(text), video]);
}
