/**
 * What the relay's audit trail says about a recording. A recording proves that nothing is missing
 * within it; that its end was not cut off, and that it was not replaced as a whole, only the trail
 * can say, which is kept apart from it.
 */

import { get } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import { countOf, fieldsOf, objectOf, textOf } from "../account/read.ts";
import { MANIFEST } from "./lines.ts";
import type { Known } from "./verify.ts";

export interface Trail {
  /** The manifest's mark first; then one about every minute, and that of the last part. */
  marks: Known[];
  /** How many parts it had when it ended, and whether that was its proper end. */
  ended: { parts: number; isComplete: boolean } | undefined;
  isDeleted: boolean;
}

const kinds = [
  "recording_begun",
  "recording_head",
  "recording_ended",
  "recording_deleted",
] as const;
type Kind = (typeof kinds)[number];
/** How many entries an answer has, when there are as many. */
const PAGE = 200;
/** A mark a minute, for two days. */
const MAX_ENTRIES = 3000;

/** What the trail says about a session's recording. Throws Refused. */
export async function trailOf(recording: string): Promise<Trail> {
  const trail: Trail = { marks: [], ended: undefined, isDeleted: false };
  for (const kind of kinds) {
    for (let after = 0, all = 0; all < MAX_ENTRIES;) {
      const query = new URLSearchParams({ session: recording, kind, after: String(after) });
      const page = fieldsOf((await get(`/api/admin/audit?${query}`))["events"]);
      for (const entry of page) note(trail, kind, objectOf(entry["detail"]));
      after = countOf(page.at(-1)?.["n"]);
      all += page.length;
      if (page.length < PAGE) break;
    }
  }
  return trail;
}

function note(trail: Trail, kind: Kind, detail: Fields): void {
  const link = textOf(detail["link"], 64);
  const count = (name: string) => Number(textOf(detail[name], 16) || NaN);
  switch (kind) {
    case "recording_begun":
      trail.marks.push({ part: MANIFEST, link });
      break;
    case "recording_head":
      trail.marks.push({ part: count("part"), link });
      break;
    case "recording_ended": {
      const parts = count("parts");
      if (link !== "") trail.marks.push({ part: parts - 1, link });
      trail.ended = { parts, isComplete: detail["complete"] === "true" };
      break;
    }
    case "recording_deleted":
      trail.isDeleted = true;
  }
}

/** Whether a recording without its last part is what the trail expects: the host went away. */
export function mayBeIncomplete(trail: Trail, isLive: boolean): boolean {
  return isLive || (trail.ended !== undefined && !trail.ended.isComplete);
}
