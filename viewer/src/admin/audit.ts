/** The newest entries of the journal. */

import { get } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import { fieldsOf, objectOf, textOf, timeOf } from "../account/read.ts";

export interface Entry {
  time: Date | undefined;
  kind: string;
  /** Who did it: an account, the host, the relay, the command line. */
  actor: string;
  session: string;
  /** To whom or what. */
  subject: string;
  address: string;
  detail: [name: string, value: string][];
}

/** The newest entries, of one kind when one is named; the newest first. Throws Refused. */
export async function entries(kind: string): Promise<Entry[]> {
  const query = kind === "" ? "" : `?${new URLSearchParams({ kind })}`;
  const f = await get(`/api/admin/audit${query}`);
  return fieldsOf(f["events"]).map(entryOf);
}

function entryOf(f: Fields): Entry {
  const detail = Object.entries(objectOf(f["detail"]));
  return {
    time: timeOf(f["time"]),
    kind: textOf(f["kind"], 64),
    actor: textOf(f["actor"]),
    session: textOf(f["session"]),
    subject: textOf(f["subject"]),
    address: textOf(f["address"], 64),
    detail: detail.slice(0, 32).map(([name, value]) => [textOf(name, 64), textOf(value, 2000)]),
  };
}
