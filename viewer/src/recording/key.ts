/** Opening what is sealed with age. Keys stay in the memory of whoever calls. */

import { armor, Decrypter, Encrypter } from "age-encryption";
import { Damaged } from "./damage.ts";
import { KeyRefused } from "./key-problem.ts";

const identity = /^AGE-SECRET-KEY-(PQ-)?1[A-Z0-9]+$/;
const MAX_KEYS = 16;
const ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";
const BINARY = "age-encryption.org/v1\n";

/** What an identity opens. Throws Damaged when it does not. */
export async function unseal(sealed: Uint8Array, key: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const decrypter = new Decrypter();
    decrypter.addIdentity(key);
    return (await decrypter.decrypt(sealed)) as Uint8Array<ArrayBuffer>;
  } catch {
    throw new Damaged("the key does not open it, or it was altered");
  }
}

/**
 * The recording's own identity, which is sealed to the keys of its readers, of later ones in
 * files of their own: opened with a reader's key file, as age-keygen writes it or as `age -p`
 * has locked it. Throws KeyRefused.
 */
export async function recordingKey(
  sealedKeys: readonly Uint8Array[],
  file: Uint8Array,
  passphrase: string,
): Promise<string> {
  const keys = keysIn(isLocked(file) ? await unlocked(file, passphrase) : textOf(file));
  if (keys.length === 0) throw new KeyRefused("no_key");
  for (const sealedKey of sealedKeys) {
    const [own] = keysIn(await textIn(sealedKey, keys));
    if (own !== undefined) return own;
  }
  throw new KeyRefused("wrong_key");
}

/** A recording's own identity, sealed to the key of one more reader (age1…). */
export async function sealedTo(reader: string, own: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(reader);
  return encrypter.encrypt(`${own}\n`);
}

/** What one of the keys opens; empty when none does. */
async function textIn(sealed: Uint8Array, keys: readonly string[]): Promise<string> {
  try {
    const decrypter = new Decrypter();
    for (const key of keys) decrypter.addIdentity(key);
    return await decrypter.decrypt(sealed, "text");
  } catch {
    return "";
  }
}

/** The identities in a file; the other lines are remarks. */
export function keysIn(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => identity.test(line)).slice(0, MAX_KEYS);
}

const textOf = (file: Uint8Array) => new TextDecoder().decode(file);

function isLocked(file: Uint8Array): boolean {
  const text = textOf(file.subarray(0, 64)).trimStart();
  return text.startsWith(ARMOR) || text.startsWith(BINARY);
}

async function unlocked(file: Uint8Array, passphrase: string): Promise<string> {
  if (passphrase === "") throw new KeyRefused("passphrase");
  try {
    const isArmored = textOf(file.subarray(0, 64)).trimStart().startsWith(ARMOR);
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    return await decrypter.decrypt(isArmored ? armor.decode(textOf(file).trim()) : file, "text");
  } catch {
    throw new KeyRefused("wrong_passphrase");
  }
}
