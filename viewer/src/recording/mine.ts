/** What somebody may know of the session in which they were helped, by the link that they have. */

import { Refused } from "../account/http.ts";
import { countOf, fieldsOf, objectOf, textOf, textsOf, timeOf, truthOf } from "../account/read.ts";
import type { Fields } from "../account/http.ts";
import type { Extent } from "./outline.ts";
import { extentOf } from "./relay.ts";

/** What stands behind the # of a link: of a recording, with its key where they may watch it. */
export interface Link {
  id: string;
  token: string;
  identity: string;
}

export interface Mine extends Extent {
  begun: Date | undefined;
  technician: string;
  organisation: string;
  ticket: string;
  host: string;
  allowed: string[];
  readers: { name: string; isHeld: boolean }[];
  deleteAfter: Date | undefined;
  isHeld: boolean;
  /** `live`, `complete` or `incomplete`. */
  state: string;
  /** Undefined when the relay cannot look into the recording. */
  done: Done | undefined;
  /** Whether they may watch the recording. */
  mayWatch: boolean;
  views: number;
  /** When they objected. */
  objections: (Date | undefined)[];
}

/** What was done in the session. */
export interface Done {
  files: { to: string; name: string }[];
  /** How many windows were in front, keys pressed, texts copied, messages written. */
  windows: number;
  keys: number;
  clipboard: number;
  chat: number;
}

/** Reads what stands behind the #. */
export function linkOf(fragment: string): Link {
  const [id = "", token = "", identity = ""] = fragment.slice(0, 512).split(".");
  return { id, token, identity };
}

/** Throws Refused. */
export async function mine(link: Link): Promise<Mine> {
  const f = await ask(link, "");
  return {
    begun: timeOf(f["begun"]),
    technician: textOf(f["technician"]),
    organisation: textOf(f["organisation"]),
    ticket: textOf(f["ticket"]),
    host: textOf(f["host"]),
    allowed: textsOf(f["allowed"], 16),
    readers: fieldsOf(f["readers"], 32).map((one) => ({
      name: textOf(one["name"], 100),
      isHeld: truthOf(one["held"]),
    })),
    deleteAfter: timeOf(f["deleteAfter"]),
    isHeld: truthOf(f["held"]),
    done: Array.isArray(f["files"]) ? doneOf(f) : undefined,
    state: textOf(f["state"], 32),
    mayWatch: f["copy"] === "recording" && link.identity !== "",
    views: countOf(f["views"]),
    objections: fieldsOf(f["objections"], 10).map((one) => timeOf(one["time"])),
    ...extentOf(f),
    parts: countOf(f["parts"]) || (await partsOf(link)),
  };
}

function doneOf(f: Fields): Done {
  const files = fieldsOf(f["files"], 500);
  return {
    files: files.map((one) => ({ to: textOf(one["to"]), name: textOf(one["name"]) })),
    windows: countOf(f["windows"]),
    keys: countOf(f["keys"]),
    clipboard: countOf(f["clipboard"]),
    chat: countOf(f["chat"]),
  };
}

/** Tells those who review what was not right. Throws Refused. */
export async function object(link: Link, text: string): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  await ask(link, "/object", { method: "POST", headers, body: JSON.stringify({ text }) });
}

/** How many parts there are, where they may be had. */
async function partsOf(link: Link): Promise<number> {
  if (link.identity === "") return 0;
  const r = await call(link, "/parts?from=0&to=0", {});
  await r.body?.cancel();
  return r.ok ? Number(r.headers.get("Lendhand-Parts")) || 0 : 0;
}

async function ask(link: Link, path: string, init: RequestInit = {}): Promise<Fields> {
  const r = await call(link, path, init);
  if (r.status === 204) return {};
  const f = objectOf(await r.json().catch(() => undefined));
  if (r.ok) return f;
  throw new Refused(textOf(f["code"], 64) || "internal", textOf(f["message"]), textOf(f["hint"]));
}

async function call({ id, token }: Link, path: string, init: RequestInit): Promise<Response> {
  const address = `/api/mine/${encodeURIComponent(id)}${path}`;
  const headers = { ...init.headers, Authorization: `Bearer ${token}` };
  try {
    return await fetch(address, { ...init, headers, credentials: "omit", cache: "no-store" });
  } catch {
    throw new Refused("relay_unreachable", "", "");
  }
}
