/** Which page the address names. What follows # never leaves the browser. */

import { CODE_DIGITS, digitsOf } from "../protocol/code.ts";

/** The pages of somebody who is signed in. */
export const pages = ["connect", "sessions", "people", "policy", "journal", "account"] as const;
export type PageName = (typeof pages)[number];

export type Route =
  | { kind: "page"; page: PageName | undefined }
  /** A one-time link: an invitation to an account, or a new password. */
  | { kind: "welcome"; token: string }
  /** For somebody who needs help, maybe with a technician's invitation, whose code may be broken. */
  | { kind: "get"; code: string; isInvited: boolean }
  /** A person's browser that shows their screen; `code` is an invitation's, or empty. */
  | { kind: "share"; code: string };

/** The page for a path and a fragment; the first one when they name none. */
export function routeOf(path: string, hash: string): Route {
  const rest = hash.replace(/^#/, "");
  if (path === "/welcome") return { kind: "welcome", token: rest.slice(0, 512) };
  if (path === "/get" || path === "/join") return getting(rest, path === "/join");
  if (path === "/share") return { kind: "share", code: digitsOf(rest) };
  if (path === "/account") return { kind: "page", page: "account" };
  if (path === "/admin") return { kind: "page", page: "sessions" };
  const [name] = partsOf(rest);
  return { kind: "page", page: pages.find((page) => page === name) };
}

function getting(rest: string, isInvited: boolean): Route {
  const digits = digitsOf(rest);
  const code = digits.length === CODE_DIGITS ? digits : "";
  return { kind: "get", code, isInvited: isInvited || rest !== "" };
}

/** What a page is to show first, as in #/journal/reported; empty when the address does not say. */
export function aboutOf(hash: string): string {
  return partsOf(hash.replace(/^#/, ""))[1] ?? "";
}

const partsOf = (rest: string) => rest.replace(/^\//, "").split("/");

/** The address of a page. */
export function hrefOf(page: PageName): string {
  return page === "connect" ? "/#" : `/#/${page}`;
}
