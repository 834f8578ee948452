/** What a search has found so far, which grows at both ends: older ones when asked, new ones by themselves. */

import { useEffect, useState } from "preact/hooks";
import type { Refused } from "../../account/http.ts";
import { search } from "../../recordings/list.ts";
import type { Recording } from "../../recordings/list.ts";
import { useAct, useLoad } from "../act.ts";
import type { Act } from "../act.ts";

/** How often it is looked for again: sessions that run grow, and new ones begin. */
const REFRESH_MS = 15_000;

export interface FoundSoFar {
  /** The newest first; undefined until there is an answer. */
  all: Recording[] | undefined;
  hasWords: boolean;
  refused: Refused | undefined;
  reload: () => Promise<void>;
  /** Where older ones begin; empty when there are none. */
  next: string;
  more: Act;
  loadMore: () => void;
}

export function useFound(query: string): FoundSoFar {
  const { value: newest, refused, reload } = useLoad(() => search(query), query, REFRESH_MS);
  const [older, setOlder] = useState<{ all: Recording[]; next: string }>();
  const more = useAct();
  useEffect(() => setOlder(undefined), [query]);
  // What a refresh pushes off the first page stays in sight.
  const kept = merge(newest?.recordings ?? [], older?.all ?? []);
  const next = older?.next ?? newest?.next ?? "";
  const loadMore = () =>
    void more.run(async () => {
      const page = await search(query, next);
      setOlder({ all: merge(kept, page.recordings), next: page.next });
    });
  return {
    all: newest && kept,
    hasWords: newest?.hasWords ?? true,
    refused,
    reload,
    next,
    more,
    loadMore,
  };
}

/** Both, the newest first; where one is in both, as the first list has it. */
export function merge(first: readonly Recording[], second: readonly Recording[]): Recording[] {
  const known = new Set(first.map(({ id }) => id));
  return [...first, ...second.filter(({ id }) => !known.has(id))];
}
