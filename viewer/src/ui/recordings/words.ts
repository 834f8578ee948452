/** The relay's names for what happened in sessions, in the words of people who review them. */

import type { Deed, Found, Recording, RecordingState } from "../../recordings/list.ts";
import { duration } from "../../words.ts";

export const deedWords: Readonly<Record<Deed, string>> = {
  control: "control",
  files_in: "files to the host",
  files_out: "files from the host",
  clipboard: "clipboard",
  elevation: "administrator rights",
  chat: "chat",
  paused: "paused",
  gap: "gap",
  off_hours: "off-hours",
  reported: "technician reported",
  objected: "person objected",
};

/** What nobody who reviews may overlook. */
export const gravest: readonly string[] = ["reported", "objected"];

export const recordingStateWords: Readonly<Record<RecordingState, string>> = {
  live: "Live",
  complete: "Complete",
  incomplete: "Incomplete",
  deleted: "Deleted",
};

/** What happened, as a word; one that this page does not know stands as it is named. */
export function deedLabel(deed: string): string {
  return Object.hasOwn(deedWords, deed) ? deedWords[deed as Deed] : deed;
}

/** Why a recording was drawn to be reviewed. */
export function riskWords(why: readonly string[]): string {
  const said = why.map((one) => (one === "incomplete" ? "incomplete" : deedLabel(one)));
  return said.join(", ") || "by chance alone";
}

/** Where the words of a search stand. */
export function foundWords(f: Found): string {
  const places: Readonly<Record<string, string>> = {
    window: "in a window’s title",
    chat: "in the chat",
    file: "in a file’s name",
    about: "in a name or ticket",
  };
  return Object.hasOwn(places, f.in) ? (places[f.in] ?? f.in) : f.in;
}

/** How long it is, as far as is known. */
export function lengthWords(r: Recording): string {
  if (r.state === "live") return r.length > 0 ? `${duration(r.length)} so far` : "just begun";
  return duration(r.length);
}

/** Bytes as people say them. */
export function sizeWords(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let [n, at] = [bytes, 0];
  while (n >= 999.5 && at < units.length - 1) [n, at] = [n / 1000, at + 1];
  const digits = at === 0 || n >= 99.5 ? 0 : 1;
  return `${n.toFixed(digits)} ${units[at]}`;
}

/** A look at a recording, as a verb. */
export function lookWords(kind: string): string {
  const verbs: Readonly<Record<string, string>> = {
    view: "viewed",
    export: "exported",
    share: "shared",
  };
  return Object.hasOwn(verbs, kind) ? (verbs[kind] ?? kind) : kind;
}
