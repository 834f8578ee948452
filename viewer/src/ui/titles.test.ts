import { expect, it } from "vitest";
import type { Account } from "../account/account.ts";
import { idle } from "../session/state.ts";
import type { Entry } from "./model.ts";
import { routeOf } from "./route.ts";
import { titleOf } from "./titles.ts";

function somebody(change: Partial<Account> = {}): Entry {
  const roles = ["technician", "admin"];
  const account = {
    id: "u",
    name: "Ines",
    signInName: "ines",
    organisation: "",
    mustEnrol: false,
    recording: "off" as const,
  };
  return { kind: "signedIn", account: { ...account, roles, ...change } };
}

it.each([
  ["/", "", somebody(), "Connect · Lendhand"],
  ["/", "#/people", somebody(), "People · Lendhand"],
  ["/", "#/people", somebody({ roles: ["technician"] }), "Connect · Lendhand"],
  ["/account", "", somebody(), "Your account · Lendhand"],
  ["/", "#/policy", somebody({ mustEnrol: true }), "Set up a second factor · Lendhand"],
  ["/", "#/policy", { kind: "signedOut" }, "Sign in · Lendhand"],
  ["/", "", { kind: "loading" }, "Lendhand"],
  ["/welcome", "#token", { kind: "loading" }, "Welcome · Lendhand"],
  ["/get", "", { kind: "loading" }, undefined],
] as const)("%s%s", (path, hash, entry, title) => {
  expect(titleOf(routeOf(path, hash), entry, idle)).toBe(title);
});
