/** The sessions that run now, as an administrator sees them. */

import { get, post } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import { countOf, fieldsOf, idOf, objectOf, textOf, textsOf, timeOf } from "../account/read.ts";

export interface LiveSession {
  id: string;
  state: string;
  technician: string;
  /** How often people have reported the technician in the last ninety days. */
  reports: number;
  host: string;
  ticket: string;
  scopes: string[];
  created: Date | undefined;
  path: string;
}

/** All of them, the newest first. Throws Refused. */
export async function liveSessions(): Promise<LiveSession[]> {
  const f = await get("/api/admin/sessions");
  const all = fieldsOf(f["sessions"], 10_000).map(sessionOf);
  return all.sort((a, b) => (b.created?.getTime() ?? 0) - (a.created?.getTime() ?? 0));
}

/** Ends one, at both ends. Throws Refused. */
export async function endSession(id: string): Promise<void> {
  await post("/api/admin/sessions/end", { id });
}

function sessionOf(f: Fields): LiveSession {
  return {
    id: idOf(f["id"]),
    state: textOf(f["state"], 32),
    technician: nameOf(f["technician"]),
    reports: countOf(objectOf(f["technician"])["reports"]),
    host: nameOf(f["host"]),
    ticket: textOf(f["ticket"]),
    scopes: textsOf(f["scopes"]),
    created: timeOf(f["created"]),
    path: textOf(f["path"], 16),
  };
}

/** A name, or what has one. */
function nameOf(v: unknown): string {
  return typeof v === "string" ? textOf(v) : textOf(objectOf(v)["name"]);
}
