/** One's own account: password, second factors, recovery codes, signed-in browsers. */

import { get, post, send } from "./http.ts";
import type { Fields } from "./http.ts";
import { answerOf, makePasskey } from "./passkey.ts";
import { countOf, fieldsOf, idOf, objectOf, textOf, textsOf, timeOf, truthOf } from "./read.ts";

export interface Passkey {
  id: string;
  name: string;
  created: Date | undefined;
  used: Date | undefined;
}

/** One browser that is signed in. */
export interface SignIn {
  id: string;
  /** The one that asks. */
  current: boolean;
  created: Date | undefined;
  used: Date | undefined;
  address: string;
  browser: string;
}

export interface OwnAccount {
  secondFactorRequired: boolean;
  totp: boolean;
  passkeys: Passkey[];
  /** How many recovery codes are left. */
  recoveryLeft: number;
  signIns: SignIn[];
  /** Whether there is a photo. */
  photo: boolean;
}

/** A secret for an authenticator app, not in use before a code of it was typed. */
export interface Totp {
  /** In base32, for typing. */
  secret: string;
  /** The same for a camera: otpauth://… */
  uri: string;
}

/** One's own account as it stands. Throws Refused. */
export async function ownAccount(): Promise<OwnAccount> {
  const f = await get("/api/account");
  return {
    secondFactorRequired: truthOf(f["secondFactorRequired"]),
    totp: truthOf(f["totp"]),
    passkeys: fieldsOf(f["passkeys"]).map(passkeyOf),
    recoveryLeft: countOf(f["recoveryLeft"]),
    signIns: fieldsOf(f["signIns"]).map(signInOf),
    photo: truthOf(f["photo"]),
  };
}

/** Changes the password. Throws Refused, with the relay's words on a weak one. */
export async function changePassword(before: string, after: string): Promise<void> {
  await post("/api/account/password", { old: before, new: after });
}

/** Begins with an authenticator app. Throws Refused. */
export async function beginTotp(): Promise<Totp> {
  const f = await post("/api/account/totp/begin");
  return { secret: idOf(f["secret"]), uri: textOf(f["uri"], 1000) };
}

/** Puts the app into use. Gives recovery codes when there were none. Throws Refused. */
export async function confirmTotp(code: string): Promise<string[]> {
  return codesOf(await post("/api/account/totp", { code }));
}

export async function removeTotp(): Promise<void> {
  await post("/api/account/totp/remove");
}

/** Makes a passkey in this browser. Gives recovery codes when there were none. Throws Refused. */
export async function addPasskey(name: string): Promise<string[]> {
  const { publicKey } = await post("/api/account/passkeys/begin");
  const credential = answerOf(await makePasskey(objectOf(publicKey)));
  return codesOf(await post("/api/account/passkeys", { name, credential }));
}

export async function removePasskey(id: string): Promise<void> {
  await post("/api/account/passkeys/remove", { id });
}

/** Makes new recovery codes; the ones before are worth nothing from then on. Throws Refused. */
export async function newRecoveryCodes(): Promise<string[]> {
  return codesOf(await post("/api/account/recovery"));
}

/** Ends the sign-in of one browser. Throws Refused. */
export async function endSignIn(id: string): Promise<void> {
  await post("/api/account/sign-ins/end", { id });
}

/** Ends all sign-ins but the one that asks. Throws Refused. */
export async function endOtherSignIns(): Promise<void> {
  await post("/api/account/sign-ins/end", { others: true });
}

/** Uses a picture, PNG or JPEG, as one's photo. Throws Refused. */
export async function setPhoto(picture: Blob): Promise<void> {
  await send("/api/account/photo", picture);
}

export async function removePhoto(): Promise<void> {
  await post("/api/account/photo/remove");
}

function codesOf(f: Fields): string[] {
  return textsOf(f["recoveryCodes"]).filter((code) => code !== "");
}

function passkeyOf(f: Fields): Passkey {
  return {
    id: idOf(f["id"]),
    name: textOf(f["name"], 64),
    created: timeOf(f["created"]),
    used: timeOf(f["used"]),
  };
}

function signInOf(f: Fields): SignIn {
  return {
    id: idOf(f["id"]),
    current: truthOf(f["current"]),
    created: timeOf(f["created"]),
    used: timeOf(f["used"]),
    address: textOf(f["address"], 64),
    browser: textOf(f["browser"], 128),
  };
}
