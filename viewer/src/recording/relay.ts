/** One recording at the relay, to watch it. RECORDINGS.md says what the relay answers. */

import { get, post, Refused } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import { countOf, fieldsOf, idOf, objectOf, textOf, timeOf, truthOf } from "../account/read.ts";
import { MAX_PARTS, MAX_TIME } from "./limits.ts";
import type { Extent } from "./outline.ts";
import type { Source } from "./stretch.ts";

/** A note that somebody has pinned to a time. */
export interface Note {
  id: string;
  /** Milliseconds of the recording. */
  at: number;
  text: string;
  by: string;
  time: Date | undefined;
  /** Whether one may take it away. */
  isOwn: boolean;
}

/** What there is to know before it is opened. */
export interface Overview extends Extent {
  id: string;
  state: string;
  begun: Date | undefined;
  technician: string;
  organisation: string;
  host: string;
  ticket: string;
  /** Who can open it, in a sentence of the relay's. */
  who: string;
  /** Whether the relay has no key that opens it. */
  isSealed: boolean;
  isHeld: boolean;
  notes: Note[];
  /** One's own reason, while it is good; empty otherwise. */
  reason: string;
}

/** What opens a recording. */
export interface Opening {
  /** The recording's own key; empty where the relay cannot open it. */
  identity: string;
  /** Files of age that hold it for keys of readers. */
  sealedKeys: Uint8Array[];
}

const MAX_SEALED_KEY = 32 << 10;

const pathOf = (id: string) => `/api/recordings/${encodeURIComponent(id)}`;

/** Everything that can be known without watching. Throws Refused. */
export async function overview(id: string): Promise<Overview> {
  const f = await get(pathOf(id));
  const technician = objectOf(f["technician"]);
  return {
    id: idOf(f["id"]),
    state: textOf(f["state"], 32),
    begun: timeOf(f["begun"]),
    technician: textOf(technician["name"]),
    organisation: textOf(technician["organisation"]),
    host: textOf(objectOf(f["host"])["name"]),
    ticket: textOf(f["ticket"]),
    who: textOf(f["who"], 600),
    isSealed: f["opens"] === "auditor",
    isHeld: truthOf(f["held"]),
    notes: fieldsOf(f["notes"], 500).map(noteOf),
    reason: textOf(objectOf(f["reason"])["reason"], 500),
    ...extentOf(f),
  };
}

/** How much there is of a recording, in an answer. */
export function extentOf(f: Fields): Extent {
  return {
    parts: Math.min(MAX_PARTS, countOf(f["parts"])),
    length: Math.min(MAX_TIME, countOf(f["length"])),
    bytes: countOf(f["bytes"]),
    keyFrames: numbersOf(f["keyFrames"]),
    indexParts: numbersOf(f["indexParts"]),
  };
}

/** Opens a recording; the reason is in the audit trail first. Throws Refused. */
export async function open(id: string, reason: string): Promise<Opening> {
  const f = await post(`${pathOf(id)}/open`, { reason });
  const sealed = Array.isArray(f["sealedKeys"]) ? f["sealedKeys"].slice(0, 32) : [];
  return { identity: textOf(f["identity"], 200), sealedKeys: sealed.flatMap(bytesOf) };
}

/** Pins a note to a time. Throws Refused. */
export async function addNote(id: string, at: number, text: string): Promise<void> {
  await post(`${pathOf(id)}/notes`, { at: Math.round(at), text });
}

/** Takes a note of one's own away. Throws Refused. */
export async function removeNote(id: string, note: string): Promise<void> {
  await post(`${pathOf(id)}/notes/remove`, { id: note });
}

/** The parts of a recording, for whoever has opened it, or with a token of one's own. */
export class RelaySource implements Source {
  readonly #path: string;
  readonly #headers: HeadersInit;

  constructor(id: string, token?: string) {
    this.#path = token === undefined ? pathOf(id) : `/api/mine/${encodeURIComponent(id)}`;
    this.#headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  }

  async parts(from: number, to: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const r = await this.#ask(`${this.#path}/parts?from=${from}&to=${to}`, signal);
    if (r.ok && r.body) return r.body;
    const f = objectOf(await r.json().catch(() => undefined));
    const code = textOf(f["code"], 64) || "internal";
    throw new Refused(code, textOf(f["message"]), textOf(f["hint"]));
  }

  async #ask(address: string, signal: AbortSignal): Promise<Response> {
    try {
      const how = { credentials: "same-origin", cache: "no-store" } as const;
      return await fetch(address, { ...how, headers: this.#headers, signal });
    } catch (e) {
      if (signal.aborted) throw e;
      throw new Refused("relay_unreachable", "", "");
    }
  }
}

const noteOf = (f: Fields): Note => ({
  id: textOf(f["id"], 128),
  at: countOf(f["at"]),
  text: textOf(f["text"], 2000),
  by: textOf(objectOf(f["by"])["name"]),
  time: timeOf(f["time"]),
  isOwn: truthOf(f["own"]),
});

function numbersOf(v: unknown): number[] {
  if (!Array.isArray(v)) return [];
  return v.slice(0, MAX_PARTS).filter((n) => Number.isSafeInteger(n) && n >= 0);
}

function bytesOf(v: unknown): Uint8Array[] {
  if (typeof v !== "string" || v.length > MAX_SEALED_KEY) return [];
  try {
    return [Uint8Array.from(atob(v), (c) => c.charCodeAt(0))];
  } catch {
    return [];
  }
}
