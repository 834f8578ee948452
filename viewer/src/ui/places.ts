/** Which pages an account can open, by its roles. The relay decides; this only hides what it refuses. */

import { isAdmin, isAuditor, isTechnician } from "../account/account.ts";
import type { Account } from "../account/account.ts";
import type { PageName } from "./route.ts";

export interface Place {
  name: PageName;
  label: string;
}

/** The pages in the line at the top, in their order. Everybody has their account's beside them. */
export function pagesOf(account: Account): Place[] {
  const places: Place[] = [];
  if (isTechnician(account)) places.push({ name: "connect", label: "Connect" });
  if (isAuditor(account)) places.push({ name: "recordings", label: "Recordings" });
  if (isAdmin(account)) {
    places.push(
      { name: "sessions", label: "Sessions" },
      { name: "people", label: "People" },
      { name: "policy", label: "Policy" },
      { name: "storage", label: "Storage" },
    );
  }
  if (isAdmin(account) || isAuditor(account)) places.push({ name: "journal", label: "Journal" });
  return places;
}

/** The page that is shown for the one asked for: it, if the account can open it, or the first. */
export function pageFor(account: Account, asked: PageName | undefined): PageName {
  const places = pagesOf(account);
  if (asked === "account" || places.some(({ name }) => name === asked)) return asked ?? "connect";
  // Somebody who can do nothing is told so.
  return places[0]?.name ?? "connect";
}
