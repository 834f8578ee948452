/** What the pages of accounts say when something was refused. */

import { wordsOf } from "../words.ts";
import type { Words } from "../words.ts";
import type { Refused } from "./http.ts";

/** What only this side can notice, and what it says better than the relay, which serves programs too. */
const ownWords: Readonly<Record<string, Words>> = {
  sign_in_failed: {
    what: "Name and password do not match.",
    todo: "Check both, and whether Caps Lock is on.",
  },
  unauthenticated: {
    what: "You are not signed in any more.",
    todo: "Sign in again to go on.",
  },
  step_expired: {
    what: "That took too long, or was tried too often.",
    todo: "Begin with your password again.",
  },
  old_password_wrong: {
    what: "The password that you have is another one.",
    todo: "Type the one that signs you in now, and check whether Caps Lock is on.",
  },
  passkey_none: {
    what: "No passkey was used.",
    todo: "Either it was cancelled, or the browser has none for this account. Try again, or use another way.",
  },
  passkey_known: {
    what: "That device has a passkey for this account already.",
    todo: "Use it as it is, or remove it from the list first.",
  },
  passkey_address: {
    what: "Passkeys do not work at this address.",
    todo: "Open Lendhand by its proper name, not by a number, then try again.",
  },
  passkey_unsupported: {
    what: "This browser is too old for passkeys.",
    todo: "Update it, or use another way to sign in.",
  },
  passwords_differ: {
    what: "The two passwords differ.",
    todo: "Type the same one twice.",
  },
  picture_unreadable: {
    what: "That file is no picture that this browser can read.",
    todo: "Choose a photo, as PNG or JPEG for example.",
  },
  sign_in_again: {
    what: "Nothing was changed.",
    todo: "This needs your password once more. Try again when you have it.",
  },
};

/** The words for a refusal: our own, else the relay's, else those for its code. */
export function refusalWords(r: Refused): Words {
  const own = Object.hasOwn(ownWords, r.code) ? ownWords[r.code] : undefined;
  if (own) return own;
  if (r.message !== "") return { what: r.message, todo: r.hint };
  return wordsOf({ kind: "error", code: r.code });
}
