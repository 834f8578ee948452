/**
 * Passkeys: asking the browser for a new one, or for proof of one (Web Authentication).
 * The relay makes the questions and judges the answers; this page carries them.
 */

import { Refused } from "./http.ts";
import type { Fields } from "./http.ts";
import { objectOf } from "./read.ts";

/** Whether this browser can do it at all. */
export function hasPasskeys(): boolean {
  return (
    typeof PublicKeyCredential === "function" &&
    "parseRequestOptionsFromJSON" in PublicKeyCredential
  );
}

/** Asks for proof of a passkey. Throws Refused with `passkey_…`. */
export async function askPasskey(options: Fields): Promise<Credential | null> {
  return asked(async () => {
    const json = inner(options) as unknown as PublicKeyCredentialRequestOptionsJSON;
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    return navigator.credentials.get({ publicKey });
  });
}

/** Makes a new passkey. Throws Refused with `passkey_…`. */
export async function makePasskey(options: Fields): Promise<Credential | null> {
  return asked(async () => {
    const json = inner(options) as unknown as PublicKeyCredentialCreationOptionsJSON;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return navigator.credentials.create({ publicKey });
  });
}

/** What the browser answered, as the relay reads it. Throws Refused. */
export function answerOf(credential: Credential | null): object {
  if (!credential) throw new Refused("passkey_none", "", "");
  return (credential as PublicKeyCredential).toJSON() as object;
}

/** The options themselves, also when they come in their usual envelope. */
function inner(options: Fields): Fields {
  return "publicKey" in options ? objectOf(options["publicKey"]) : options;
}

async function asked(ask: () => Promise<Credential | null>): Promise<Credential | null> {
  if (!hasPasskeys()) throw new Refused("passkey_unsupported", "", "");
  try {
    return await ask();
  } catch (e) {
    throw new Refused(codeOf(e), "", "");
  }
}

/** The browser says little on purpose: cancelled and timed out are the same to it. */
function codeOf(e: unknown): string {
  const name = e instanceof DOMException ? e.name : "";
  if (name === "InvalidStateError") return "passkey_known";
  if (name === "SecurityError") return "passkey_address";
  return "passkey_none";
}
