/** Which page the address names. What follows # never leaves the browser. */

import { codeIn } from "../protocol/code.ts";

/** The pages of somebody who is signed in. */
export const pages = [
  "connect",
  "recordings",
  "sessions",
  "people",
  "policy",
  "storage",
  "journal",
  "account",
] as const;
export type PageName = (typeof pages)[number];

export type Route =
  | { kind: "page"; page: PageName | undefined }
  /** One recording, by the ID of its session. */
  | { kind: "recording"; id: string }
  /** A one-time link: an invitation to an account, or a new password. */
  | { kind: "welcome"; token: string }
  /** For somebody who needs help, maybe with a technician's invitation, whose code may be broken. */
  | { kind: "get"; code: string; isInvited: boolean }
  /** What was done on somebody's computer: their own copy, by the link that they have. */
  | { kind: "mine"; link: string }
  /** A person's browser that shows their screen; `code` is an invitation's, or empty. */
  | { kind: "share"; code: string };

/** The page for a path and a fragment; the first one when they name none. */
export function routeOf(path: string, hash: string): Route {
  const rest = hash.replace(/^#/, "");
  if (path === "/welcome") return { kind: "welcome", token: rest.slice(0, 512) };
  if (path === "/get" || path === "/join") return getting(rest, path === "/join");
  if (path === "/mine") return { kind: "mine", link: rest.slice(0, 512) };
  if (path === "/share") return { kind: "share", code: codeIn(rest) };
  if (path === "/account") return { kind: "page", page: "account" };
  if (path === "/admin") return { kind: "page", page: "sessions" };
  const [name, about = ""] = partsOf(path.startsWith("/recordings") ? path : rest);
  if (name === "recordings" && about !== "") return recording(about);
  return { kind: "page", page: pages.find((page) => page === name) };
}

function getting(rest: string, isInvited: boolean): Route {
  return { kind: "get", code: codeIn(rest), isInvited: isInvited || rest !== "" };
}

function recording(id: string): Route {
  return SESSION_ID.test(id) ? { kind: "recording", id } : { kind: "page", page: "recordings" };
}

const SESSION_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Whether a page is for people who are signed in. */
export function isForSignedIn(route: Route): boolean {
  return route.kind === "page" || route.kind === "recording";
}

/** The page that somebody who is signed in asks for. */
export function pageOf(route: Route): PageName | undefined {
  if (route.kind === "recording") return "recordings";
  return route.kind === "page" ? route.page : undefined;
}

/** What a page is to show first, as in #/journal/reported; empty when the address does not say. */
export function aboutOf(hash: string): string {
  return partsOf(hash.replace(/^#/, ""))[1] ?? "";
}

/** What stands behind a ? in a fragment: how a page was left. */
export function queryOf(hash: string): URLSearchParams {
  return new URLSearchParams(hash.split("?").slice(1).join("?"));
}

const partsOf = (rest: string) => (rest.split("?")[0] ?? "").replace(/^\//, "").split("/");

/** The address of one recording. */
export function hrefOfRecording(id: string): string {
  return `${hrefOf("recordings")}/${id}`;
}

/** The address of a page. */
export function hrefOf(page: PageName): string {
  return page === "connect" ? "/#" : `/#/${page}`;
}
