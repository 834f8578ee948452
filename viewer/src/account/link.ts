/** One-time links: an invitation to a new account, or a new password for one that exists. */

import { stepOf } from "./account.ts";
import type { Account, SecondStep } from "./account.ts";
import { post } from "./http.ts";
import { textOf } from "./read.ts";

export interface Link {
  kind: "invitation" | "reset";
  /** What is typed to sign in. */
  name: string;
  displayName: string;
  organisation: string;
}

/** What a link is for; it stays unused. Throws Refused. */
export async function openLink(token: string): Promise<Link> {
  const f = await post("/api/link", { token });
  return {
    kind: f["kind"] === "reset" ? "reset" : "invitation",
    name: textOf(f["name"]),
    displayName: textOf(f["displayName"]),
    organisation: textOf(f["organisation"]),
  };
}

/** Uses a link: sets the password and signs in. Throws Refused, with the relay's words on a weak one. */
export async function useLink(token: string, password: string): Promise<Account | SecondStep> {
  return stepOf(await post("/api/link/use", { token, password }));
}
