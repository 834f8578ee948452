/** Which page the address names. What follows # never leaves the browser. */

import { digitsOf } from "../protocol/code.ts";

/** The pages of somebody who is signed in. */
export const pages = ["connect", "sessions", "people", "policy", "journal", "account"] as const;
export type PageName = (typeof pages)[number];

export type Route =
  | { kind: "page"; page: PageName | undefined }
  /** A one-time link: an invitation to an account, or a new password. */
  | { kind: "welcome"; token: string }
  /** A technician's invitation to somebody who needs help. */
  | { kind: "join"; code: string }
  /** A person's browser that shows their screen; `code` is an invitation's, or empty. */
  | { kind: "share"; code: string };

/** The page for a path and a fragment; the first one when they name none. */
export function routeOf(path: string, hash: string): Route {
  const rest = hash.replace(/^#/, "");
  if (path === "/welcome") return { kind: "welcome", token: rest.slice(0, 512) };
  if (path === "/join") return { kind: "join", code: digitsOf(rest) };
  if (path === "/share") return { kind: "share", code: digitsOf(rest) };
  if (path === "/account") return { kind: "page", page: "account" };
  if (path === "/admin") return { kind: "page", page: "sessions" };
  const name = rest.replace(/^\//, "");
  return { kind: "page", page: pages.find((page) => page === name) };
}

/** The address of a page. */
export function hrefOf(page: PageName): string {
  return page === "connect" ? "/#" : `/#/${page}`;
}
