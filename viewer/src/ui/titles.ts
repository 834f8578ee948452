/** What the window, the tab and whoever reads the page aloud call each page. */

import type { State } from "../session/state.ts";
import type { Entry } from "./model.ts";
import { pageFor } from "./places.ts";
import { isForSignedIn, pageOf } from "./route.ts";
import type { PageName, Route } from "./route.ts";

const ofPages: Readonly<Record<PageName, string>> = {
  connect: "Connect",
  recordings: "Recordings",
  sessions: "Live sessions",
  people: "People",
  policy: "Policy",
  storage: "Storage",
  journal: "Journal",
  account: "Your account",
};

/** The title of what is shown; undefined where the page itself knows it, in the person's language. */
export function titleOf(route: Route, entry: Entry, state: State): string | undefined {
  if (route.kind === "welcome") return named("Welcome");
  if (!isForSignedIn(route)) return undefined;
  switch (entry.kind) {
    case "loading":
      return named("");
    case "unreachable":
      return named("Not reachable");
    case "signedOut":
      return named("Sign in");
    case "signedIn":
      return named(ofSession(state) || ofPlace(route, entry));
  }
}

function ofSession(state: State): string {
  switch (state.phase) {
    case "live":
      return state.host.name || "A desktop";
    case "requested":
      return `Waiting for ${state.host.name || "an answer"}`;
    default:
      return "";
  }
}

function ofPlace(route: Route, { account }: Extract<Entry, { kind: "signedIn" }>): string {
  return account.mustEnrol ? "Set up a second factor" : ofPages[pageFor(account, pageOf(route))];
}

const named = (page: string) => (page === "" ? "Lendhand" : `${page} · Lendhand`);
