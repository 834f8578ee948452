/** Signing in and out: the relay's HTTP interface for accounts. */

import { get, post, Refused } from "./http.ts";
import type { Fields } from "./http.ts";
import { answerOf, askPasskey } from "./passkey.ts";
import { idOf, objectOf, textOf, textsOf, truthOf } from "./read.ts";

export { Refused } from "./http.ts";

/** Who is signed in. */
export interface Account {
  id: string;
  /** What other people read. */
  name: string;
  /** What is typed to sign in. */
  signInName: string;
  roles: string[];
  organisation: string;
  /** Policy asks for a second factor and the account has none: nothing else is open. */
  mustEnrol: boolean;
  /** Whether the sessions of this account are recorded; optional: when it asks for that. */
  recording: "off" | "optional" | "required";
}

/** A way to prove who one is, beside the password. */
export type Factor = "totp" | "passkey" | "recovery";

/** The password was right, and one of these is asked for as well. */
export interface SecondStep {
  factors: Factor[];
  /** What the browser is asked when the factor is a passkey. */
  passkey: Fields | undefined;
}

/** What else than a password a relay takes. */
export interface Ways {
  passkey: boolean;
  /** The name of the OpenID provider; empty when there is none. */
  openid: string;
}

/** How a second step is answered. */
export type Answer = { totp: string } | { recovery: string };

/** Where a browser goes to sign in at the OpenID provider. */
export const OPENID = "/api/sign-in/openid";

/** Whether an account may connect to desktops. */
export function isTechnician(a: Account): boolean {
  return a.roles.includes("technician");
}

/** Whether an account manages people, policy and sessions. */
export function isAdmin(a: Account): boolean {
  return a.roles.includes("admin");
}

/** Whether an account reviews what others did. */
export function isAuditor(a: Account): boolean {
  return a.roles.includes("auditor");
}

/** Who is signed in; undefined when nobody is. Throws Refused. */
export async function whoAmI(): Promise<Account | undefined> {
  try {
    return accountOf(await get("/api/me"));
  } catch (e) {
    if (e instanceof Refused && e.code === "unauthenticated") return undefined;
    throw e;
  }
}

/** What the sign-in page offers beside the password. Throws Refused. */
export async function ways(): Promise<Ways> {
  const f = await get("/api/sign-in/ways");
  return { passkey: truthOf(f["passkey"]), openid: textOf(f["openid"], 64) };
}

/** Signs in. Throws Refused with `sign_in_failed`, `too_many_tries`, `relay_unreachable`, … */
export async function signIn(name: string, password: string): Promise<Account | SecondStep> {
  return stepOf(await post("/api/sign-in", { name, password }));
}

/** The second step of a sign-in that began elsewhere: at an OpenID provider. Throws Refused. */
export async function pendingStep(): Promise<SecondStep | undefined> {
  const step = stepOf(await get("/api/sign-in/next"));
  return isStep(step) ? step : undefined;
}

/** Answers the second step with what was typed. Throws Refused. */
export async function signInSecond(answer: Answer): Promise<Account> {
  return accountOf(await post("/api/sign-in/second", answer));
}

/** Answers the second step with a passkey. Throws Refused. */
export async function signInSecondPasskey(step: SecondStep): Promise<Account> {
  const passkey = answerOf(await askPasskey(step.passkey ?? {}));
  return accountOf(await post("/api/sign-in/second", { passkey }));
}

/** Signs in with a passkey alone. Throws Refused. */
export async function signInPasskey(): Promise<Account> {
  const { publicKey } = await post("/api/sign-in/passkey/begin");
  const credential = answerOf(await askPasskey(objectOf(publicKey)));
  return accountOf(await post("/api/sign-in/passkey", { credential }));
}

/** Signs out; the cookie is worth nothing afterwards. Throws Refused. */
export async function signOut(): Promise<void> {
  try {
    await post("/api/sign-out");
  } catch (e) {
    if (!(e instanceof Refused) || e.code !== "unauthenticated") throw e;
  }
}

/** Tells an account from a second step. */
export function isStep(a: Account | SecondStep): a is SecondStep {
  return "factors" in a;
}

/** The person or the second step in an answer. Throws Refused when it is neither. */
export function stepOf(f: Fields): Account | SecondStep {
  if (f["next"] !== "second-factor") return accountOf(f);
  const all: readonly Factor[] = ["totp", "passkey", "recovery"];
  const named = textsOf(f["factors"]);
  const { passkey } = f;
  return {
    factors: all.filter((one) => named.includes(one)),
    passkey: passkey === undefined ? undefined : objectOf(passkey),
  };
}

const recordings = ["off", "optional", "required"] as const;

/** The person in an answer. Throws Refused when there is none. */
function accountOf(f: Fields): Account {
  return {
    id: idOf(f["id"]),
    name: idOf(f["name"]),
    signInName: textOf(f["signInName"]),
    roles: textsOf(f["roles"]),
    organisation: textOf(f["organisation"]),
    mustEnrol: truthOf(f["mustEnrol"]),
    recording: recordings.find((r) => r === f["recording"]) ?? "off",
  };
}
