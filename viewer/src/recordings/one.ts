/** What the relay tells of one recording beside its parts, and what an auditor does with it. */

import { get, post } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import { countOf, fieldsOf, objectOf, textOf, textsOf, timeOf, truthOf } from "../account/read.ts";
import { recordingOf } from "./list.ts";
import type { Recording } from "./list.ts";

/** Somebody who can open a recording. */
export interface Reader {
  name: string;
  /** age1… */
  key: string;
  /** Whether the relay holds the key that opens. */
  isHeld: boolean;
}

export interface Hold {
  reason: string;
  by: string;
  since: Date | undefined;
}

/** What retention left of a recording. */
export interface Deleted {
  time: Date | undefined;
  why: string;
}

/** A file that was handed over, from the host or to it; its size is in bytes. */
export interface DoneFile {
  name: string;
  size: number;
  isOut: boolean;
}

/** What was done in a session. */
export interface Done {
  files: DoneFile[];
  /** Titles of windows that were in front. */
  windows: string[];
  /** How many keys were pressed, messages written, texts passed on by the clipboard. */
  keys: number;
  chat: number;
  clipboard: number;
}

export interface Details extends Recording {
  /** Undefined where the relay cannot look into the recording. */
  done: Done | undefined;
  readers: Reader[];
  /** Who can open it, in a sentence of the relay's. */
  who: string;
  hold: Hold | undefined;
  deleted: Deleted | undefined;
  /** The manifest's line and the host's signature of it; empty when it is deleted. */
  manifest: string;
  signature: string;
  /** The relay's receipt keys, in base64url. */
  receiptKeys: string[];
  /** Whether one has given a reason to open it that is still good. */
  isOpen: boolean;
  objections: { time: Date | undefined; text: string }[];
  looks: Look[];
}

/** That somebody viewed, exported or shared a recording. */
export interface Look {
  by: string;
  time: Date | undefined;
  reason: string;
  kind: string;
}

const pathOf = (id: string) => `/api/recordings/${encodeURIComponent(id)}`;

/** Everything that can be known without watching. Throws Refused. */
export async function details(id: string): Promise<Details> {
  return detailsOf(await get(pathOf(id)));
}

/** Keeps a recording from being deleted, or stops that. Throws Refused. */
export async function hold(id: string, on: boolean, reason: string): Promise<void> {
  await post(`${pathOf(id)}/hold`, { on, reason });
}

/** What opens a recording. */
export interface Opening {
  /** The recording's own key, where the relay can open it; empty otherwise. */
  identity: string;
  /** Files of age, in base64, that hold it for keys of readers. */
  sealedKeys: string[];
}

/** Opens a recording; the reason is in the audit trail first. Throws Refused. */
export async function open(id: string, reason: string): Promise<Opening> {
  const f = await post(`${pathOf(id)}/open`, { reason });
  return {
    identity: textOf(f["identity"], 200),
    sealedKeys: itemsOf(f["sealedKeys"]).map((text) => text.slice(0, 32 << 10)),
  };
}

/** Asks for the whole file; the reason is in the audit trail first. Gives its size in bytes. Throws Refused. */
export async function beginExport(id: string, reason: string): Promise<number> {
  return countOf((await post(`${pathOf(id)}/export`, { reason }))["size"]);
}

/** Somebody who can open recordings made from now on, and perhaps this one. */
export async function readersNow(): Promise<Reader[]> {
  return fieldsOf((await get("/api/recordings/readers"))["readers"], 64).map(readerOf);
}

/** With whom a recording is shared, why, and its own key sealed to theirs where the relay cannot do it. */
export interface Sharing {
  reader: string;
  reason: string;
  sealedKey: Uint8Array | undefined;
}

/** Lets one more key open a recording. Throws Refused. */
export async function share(id: string, { reader, reason, sealedKey }: Sharing): Promise<void> {
  const sealed = sealedKey && { sealedKey: btoa(String.fromCharCode(...sealedKey)) };
  await post(`${pathOf(id)}/share`, { reader, reason, ...sealed });
}

/** Where the whole file is, after beginExport. */
export function fileOf(id: string): string {
  return `${pathOf(id)}/file`;
}

function detailsOf(f: Fields): Details {
  return {
    ...recordingOf({ ...f, notes: count(f["notes"]), views: count(f["views"]) }),
    done: f["facts"] ? doneOf(objectOf(f["facts"])) : undefined,
    readers: fieldsOf(f["readers"], 64).map(readerOf),
    who: textOf(f["who"], 600),
    hold: f["hold"] ? holdOf(objectOf(f["hold"])) : undefined,
    deleted: f["deleted"] ? deletedOf(objectOf(f["deleted"])) : undefined,
    // Exactly these bytes are signed: nothing of it may be cleaned away.
    manifest: typeof f["manifest"] === "string" ? f["manifest"].slice(0, 1 << 16) : "",
    signature: textOf(f["signature"], 128),
    receiptKeys: textsOf(f["receiptKeys"], 16),
    isOpen: f["reason"] !== null && f["reason"] !== undefined,
    objections: fieldsOf(f["objections"], 10).map((one) => ({
      time: timeOf(one["time"]),
      text: textOf(one["text"], 2000),
    })),
    looks: fieldsOf(f["views"], 500).map(lookOf),
  };
}

/** Lists have numbers where details have the things themselves. */
const count = (v: unknown) => (Array.isArray(v) ? v.length : v);

/** A reader in an answer. */
export function readerOf(f: Fields): Reader {
  return { name: textOf(f["name"], 100), key: textOf(f["key"], 2500), isHeld: truthOf(f["held"]) };
}

function itemsOf(v: unknown): string[] {
  return Array.isArray(v) ? v.slice(0, 32).filter((one) => typeof one === "string") : [];
}

function doneOf(f: Fields): Done {
  return {
    files: fieldsOf(f["files"], 200).map((one) => ({
      name: textOf(one["name"]),
      size: countOf(one["size"]),
      isOut: one["to"] === "technician",
    })),
    windows: textsOf(f["windows"], 200).filter((title) => title !== ""),
    keys: countOf(f["keys"]),
    chat: countOf(f["chat"]),
    clipboard: countOf(f["clipboard"]),
  };
}

function holdOf(f: Fields): Hold {
  return {
    reason: textOf(f["reason"], 500),
    by: textOf(objectOf(f["by"])["name"]),
    since: timeOf(f["since"]),
  };
}

function deletedOf(f: Fields): Deleted {
  return { time: timeOf(f["time"]), why: textOf(f["why"], 500) };
}

function lookOf(f: Fields): Look {
  return {
    by: textOf(objectOf(f["by"])["name"]),
    time: timeOf(f["time"]),
    reason: textOf(f["reason"], 500),
    kind: textOf(f["kind"], 32),
  };
}
