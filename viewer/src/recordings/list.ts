/** Recordings as an auditor finds them. RECORDINGS.md of the relay's catalogue says what it answers. */

import { get } from "../account/http.ts";
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

export const states = ["live", "complete", "incomplete", "deleted"] as const;
export type RecordingState = (typeof states)[number];

/** What can have happened in a session. The relay may name more. */
export const deeds = [
  "control",
  "files_in",
  "files_out",
  "clipboard",
  "elevation",
  "chat",
  "paused",
  "gap",
  "off_hours",
  "reported",
  "objected",
] as const;
export type Deed = (typeof deeds)[number];

/** What the relay knows only of recordings that it can open. */
export const hiddenDeeds: readonly Deed[] = [
  "files_in",
  "files_out",
  "clipboard",
  "elevation",
  "chat",
  "gap",
];

export interface Recording {
  id: string;
  state: RecordingState;
  begun: Date | undefined;
  ended: Date | undefined;
  /** Milliseconds, so far. */
  length: number;
  bytes: number;
  parts: number;
  technician: { id: string; name: string; organisation: string };
  host: { name: string; os: string };
  ticket: string;
  group: string;
  happened: string[];
  held: boolean;
  objected: boolean;
  notes: number;
  views: number;
  /** Whether it is sealed to keys that the relay does not have. */
  isSealed: boolean;
  /** When retention deletes it, where the relay says so in a list. */
  deleteAfter: Date | undefined;
  found: Found[];
}

/** Where the words of a search stand. */
export interface Found {
  in: string;
  text: string;
}

/** A part of a list, the newest first. */
export interface Page {
  recordings: Recording[];
  /** Where the next part begins; empty on the last one. */
  next: string;
  /** Whether words were looked for in what the recordings show. */
  hasWords: boolean;
}

/** What is found. `query` is as in filters.ts. Throws Refused. */
export async function search(query: string, cursor = ""): Promise<Page> {
  const asked = new URLSearchParams(query);
  if (cursor !== "") asked.set("cursor", cursor);
  const f = await get(`/api/recordings?${asked}`);
  return {
    recordings: fieldsOf(f["recordings"]).map(recordingOf),
    next: textOf(f["next"], 200),
    hasWords: f["words"] !== false,
  };
}

/** A recording that nobody has viewed, and why it was drawn. */
export interface Sampled extends Recording {
  risk: number;
  why: string[];
}

/** Some recordings that nobody has viewed, by chance and risk, of so many. Throws Refused. */
export async function sample(count: number): Promise<{ drawn: Sampled[]; of: number }> {
  const f = await get(`/api/recordings/sample?count=${count}`);
  const drawn = fieldsOf(f["recordings"], 20).map((one) => ({
    ...recordingOf(one),
    risk: countOf(one["risk"]),
    why: textsOf(one["why"], 16),
  }));
  return { drawn, of: countOf(f["of"]) };
}

/** A recording in an answer. Throws Refused when it has no ID. */
export function recordingOf(f: Fields): Recording {
  const [technician, host] = [objectOf(f["technician"]), objectOf(f["host"])];
  return {
    id: idOf(f["id"]),
    state: states.find((s) => s === f["state"]) ?? "incomplete",
    begun: timeOf(f["begun"]),
    ended: timeOf(f["ended"]),
    length: countOf(f["length"]),
    bytes: countOf(f["bytes"]),
    parts: countOf(f["parts"]),
    technician: {
      id: textOf(technician["id"], 128),
      name: textOf(technician["name"]),
      organisation: textOf(technician["organisation"]),
    },
    host: { name: textOf(host["name"]), os: textOf(host["os"]) },
    ticket: textOf(f["ticket"]),
    group: textOf(f["group"]),
    happened: textsOf(f["happened"], 32),
    held: truthOf(f["held"]),
    objected: truthOf(f["objected"]),
    notes: countOf(f["notes"]),
    views: countOf(f["views"]),
    isSealed: f["opens"] === "auditor",
    deleteAfter: timeOf(f["deleteAfter"]),
    found: fieldsOf(f["found"], 3).map((one) => ({
      in: textOf(one["in"], 32),
      text: textOf(one["text"]),
    })),
  };
}
