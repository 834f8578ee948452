/** The people of a relay, as an administrator manages them. */

import { get, post } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import {
  countOf,
  fieldsOf,
  idOf,
  objectOf,
  textOf,
  textsOf,
  timeOf,
  truthOf,
} from "../account/read.ts";

export const roles = ["technician", "auditor", "admin"] as const;
export type Role = (typeof roles)[number];

export interface Person {
  id: string;
  /** What is typed to sign in. */
  name: string;
  displayName: string;
  roles: Role[];
  /** Whose rules hold for them beside the organisation's; empty when none do. */
  group: string;
  disabled: boolean;
  created: Date | undefined;
  lastSignIn: Date | undefined;
  totp: boolean;
  passkeys: number;
  openid: boolean;
  /** In how many browsers they are signed in. */
  signIns: number;
  /** Whether they have chosen a photo. */
  photo: boolean;
  /** How often somebody whom they asked said in the last ninety days that they had called nobody. */
  reports: number;
}

export interface NewPerson {
  name: string;
  displayName: string;
  roles: Role[];
  group: string;
}

export type Change = Partial<Pick<Person, "displayName" | "roles" | "group" | "disabled">>;

/** Everybody who has an account, by name. Throws Refused. */
export async function people(): Promise<Person[]> {
  const f = await get("/api/admin/people");
  const all = fieldsOf(f["people"], 10_000).map(personOf);
  return all.sort((a, b) => a.displayName.localeCompare(b.displayName));
}

/** Makes an account. Gives the link with which the person chooses a password. Throws Refused. */
export async function addPerson(p: NewPerson): Promise<{ person: Person; link: string }> {
  const f = await post("/api/admin/people", p);
  return { person: personOf(objectOf(f["person"])), link: textOf(f["link"], 500) };
}

/** Changes what is named, and nothing else. Throws Refused. */
export async function changePerson(id: string, change: Change): Promise<void> {
  await post("/api/admin/people/change", { id, ...change });
}

/** Makes a link with which the person chooses a new password. Throws Refused. */
export async function newLink(id: string): Promise<string> {
  const f = await post("/api/admin/people/link", { id });
  return textOf(f["link"], 500);
}

/** Removes authenticator app, passkeys and recovery codes. Throws Refused. */
export async function removeFactors(id: string): Promise<void> {
  await post("/api/admin/people/factors/remove", { id });
}

/** Ends all sign-ins of a person, and so their live sessions. Throws Refused. */
export async function endSignIns(id: string): Promise<void> {
  await post("/api/admin/people/sign-ins/end", { id });
}

/** Removes somebody's photo. Throws Refused. */
export async function removePhotoOf(id: string): Promise<void> {
  await post("/api/admin/people/photo/remove", { id });
}

function personOf(f: Fields): Person {
  const named = textsOf(f["roles"]);
  const name = textOf(f["name"]);
  return {
    id: idOf(f["id"]),
    name,
    displayName: textOf(f["displayName"]) || name,
    roles: roles.filter((r) => named.includes(r)),
    group: textOf(f["group"]),
    disabled: truthOf(f["disabled"]),
    created: timeOf(f["created"]),
    lastSignIn: timeOf(f["lastSignIn"]),
    totp: truthOf(f["totp"]),
    passkeys: countOf(f["passkeys"]),
    openid: truthOf(f["openid"]),
    signIns: countOf(f["signIns"]),
    photo: truthOf(f["photo"]),
    reports: countOf(f["reports"]),
  };
}
