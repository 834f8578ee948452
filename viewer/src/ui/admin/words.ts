/** The relay's names for things, in the words of people who manage it. */

import type { Role } from "../../admin/people.ts";
import type { Scope } from "../../protocol/message.ts";

export const roleWords: Readonly<Record<Role, { label: string; detail: string }>> = {
  technician: { label: "Technician", detail: "connects to desktops" },
  auditor: { label: "Auditor", detail: "reviews what was done, and cannot connect" },
  admin: { label: "Administrator", detail: "manages people, policy and sessions" },
};

export const scopeLabels: Readonly<Record<Scope, string>> = {
  view: "See the screen",
  control: "Use mouse and keyboard",
  "clipboard-to-host": "Send the clipboard to the host",
  "clipboard-from-host": "Fetch the clipboard from the host",
  "files-to-host": "Send files to the host",
  "files-from-host": "Fetch files from the host",
};

const shortScopes: Readonly<Record<Scope, string>> = {
  view: "view",
  control: "control",
  "clipboard-to-host": "clipboard to the host",
  "clipboard-from-host": "clipboard from the host",
  "files-to-host": "files to the host",
  "files-from-host": "files from the host",
};

/** Scopes in a short list. One that this page does not know stands as it is named. */
export function scopeWords(scopes: readonly string[]): string {
  return scopes.map((s) => known(shortScopes, s) ?? s).join(", ");
}

/** Where a session stands. */
export function stateWords(state: string): string {
  const words = {
    waiting: "waits for its code to be used",
    requested: "waits for the person’s answer",
    connecting: "is connecting",
    active: "runs",
    reconnecting: "is reconnecting",
  };
  return known(words, state) ?? state;
}

/** The way that its pictures take. */
export function pathWords(path: string): string {
  return known({ direct: "direct", relay: "by way of the relay" }, path) ?? "";
}

/** How often somebody was reported, on a label; empty when nobody did. */
export function reportWords(reports: number): string {
  if (reports === 0) return "";
  return reports === 1 ? "reported once in 90 days" : `reported ${reports} times in 90 days`;
}

/** What an entry of the journal tells. */
export const kindWords: Readonly<Record<string, string>> = {
  sign_in: "Signed in",
  sign_in_refused: "Sign-in refused",
  sign_out: "Signed out",
  sign_in_ended: "Sign-in ended",
  code_issued: "Code issued",
  code_redeemed: "Code used",
  code_wrong: "Wrong code",
  code_spoiled: "Code spoiled by wrong tries",
  request: "Session asked for",
  consent: "Consent",
  refused: "Consent refused",
  grant: "Permission given",
  permission: "Permission changed",
  verify_words: "Words compared",
  pause: "Paused by the person",
  unpause: "Pause ended",
  reported: "Technician reported",
  session_ended: "Session ended",
  invitation_made: "Invitation made",
  invitation_opened: "Invitation opened",
  invitation_withdrawn: "Invitation withdrawn",
  account_created: "Account made",
  account_changed: "Account changed",
  password_changed: "Password changed",
  factor_added: "Second factor added",
  factor_removed: "Second factor removed",
  link_made: "One-time link made",
  link_used: "One-time link used",
  policy_changed: "Policy changed",
  key_rotated: "Key rotated",
  recording_begun: "Recording begun",
  recording_head: "Recording goes on",
  recording_ended: "Recording ended",
  recording_deleted: "Recording deleted",
  recording_viewed: "Recording viewed",
  recording_exported: "Recording exported",
  recording_shared: "Recording shared",
  recording_noted: "Note on a recording",
  recording_unnoted: "Note on a recording removed",
  recording_held: "Recording held",
  recording_released: "Hold of a recording ended",
  recording_objected: "Recording objected to",
  relay_started: "Relay started",
  relay_stopped: "Relay stopped",
  events_lost: "Entries lost",
  trail_broken: "Journal found changed",
};

/** The words for a kind of entry; the kind itself when a newer relay has one more. */
export function kindLabel(kind: string): string {
  return known(kindWords, kind) ?? kind;
}

/** A length of time, as rules say it. */
export function spanWords(seconds: number): string {
  if (seconds === 0) return "no limit";
  if (seconds % 3600 === 0) return counted(seconds / 3600, "hour");
  if (seconds % 60 === 0) return counted(seconds / 60, "minute");
  return counted(seconds, "second");
}

function counted(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? "" : "s"}`;
}

function known(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
