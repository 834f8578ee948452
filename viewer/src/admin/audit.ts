/** The newest entries of the journal. */

import { get } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import { countOf, fieldsOf, objectOf, textOf, timeOf } from "../account/read.ts";

export interface Entry {
  /** Its number; they have no gaps. */
  number: number;
  time: Date | undefined;
  kind: string;
  /** Who did it: an account, the host, the relay, the command line. */
  actor: string;
  session: string;
  /** To whom or what. */
  subject: string;
  /** What both are called; accounts by their names. */
  actorName: string;
  subjectName: string;
  address: string;
  detail: [name: string, value: string][];
}

/** How many entries an answer has, when there are as many. */
export const PAGE = 200;

/**
 * The newest entries before number `before`, or of all when that is 0; of one kind when one is
 * named. The newest first. Throws Refused.
 */
export async function entries(kind: string, before = 0): Promise<Entry[]> {
  const query = new URLSearchParams({ before: String(before) });
  if (kind !== "") query.set("kind", kind);
  const f = await get(`/api/admin/audit?${query}`);
  const names = objectOf(f["names"]);
  const named = (id: string) => (Object.hasOwn(names, id) && textOf(names[id])) || id;
  return fieldsOf(f["events"]).map((event) => entryOf(event, named));
}

function entryOf(f: Fields, named: (id: string) => string): Entry {
  const [actor, subject] = [textOf(f["actor"]), textOf(f["subject"])];
  const detail = Object.entries(objectOf(f["detail"]));
  return {
    number: countOf(f["n"]),
    time: timeOf(f["time"]),
    kind: textOf(f["kind"], 64),
    actor,
    session: textOf(f["session"]),
    subject,
    actorName: named(actor),
    subjectName: named(subject),
    address: textOf(f["address"], 64),
    detail: detail.slice(0, 32).map(([name, value]) => [textOf(name, 64), textOf(value, 2000)]),
  };
}
