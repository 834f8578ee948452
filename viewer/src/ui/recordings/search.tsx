/** What is looked for, and what is found. */

import { useEffect, useRef, useState } from "preact/hooks";
import { countOf, filterOf, nothing, queryOf } from "../../recordings/filters.ts";
import type { Filter } from "../../recordings/filters.ts";
import { hiddenDeeds } from "../../recordings/list.ts";
import { Empty, Loading } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { hrefOf, queryOf as leftQuery } from "../route.ts";
import { Filters } from "./filters.tsx";
import { useFound } from "./found.ts";
import { Rows } from "./rows.tsx";
import { SavedFilters } from "./saved.tsx";
import { SearchBox } from "./search-box.tsx";

/** How long typing rests before it is looked for. */
const REST_MS = 250;

export function Search() {
  const [filter, setFilter] = useState<Filter>(() => filterOf(leftQuery(location.hash).toString()));
  const query = useRested(queryOf(filter));
  useKept(query);
  const [isOpen, setOpen] = useState(() => countOf(filter) > 0);
  const found = useFound(query);
  const clear = () => setFilter(nothing);
  return (
    <>
      <search class="stack">
        <SearchBox
          text={filter.q}
          change={(q) => setFilter({ ...filter, q })}
          filters={countOf(filter)}
          isOpen={isOpen}
          toggle={() => setOpen(!isOpen)}
        />
        {isOpen && <Filters filter={filter} change={setFilter} />}
        <SavedFilters
          query={queryOf(filter)}
          use={(q) => {
            setFilter(filterOf(q));
            setOpen(countOf(filterOf(q)) > 0);
          }}
          clear={clear}
        />
      </search>
      <Limits filter={filter} hasWords={found.hasWords} />
      <Refusal refused={found.refused} />
      {!found.all && !found.refused && <Loading />}
      {found.all && (
        <>
          <p class="spoken" role="status" data-testid="found-count">
            {countWords(found.all.length, found.next !== "")}
          </p>
          {found.all.length === 0 ? (
            <section class="panel wide flush">
              <Nothing isAsked={query !== ""} clear={clear} />
            </section>
          ) : (
            <Rows all={found.all} changed={found.reload} />
          )}
          <Refusal refused={found.more.refused} />
          {found.next !== "" && (
            <button
              type="button"
              class="button wide"
              data-testid="show-more"
              aria-disabled={found.more.isBusy}
              onClick={found.loadMore}
            >
              {found.more.isBusy ? "Loading…" : "Show older recordings"}
            </button>
          )}
        </>
      )}
    </>
  );
}

/** The value, once it has not changed for a moment. */
function useRested(value: string): string {
  const [rested, rest] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => rest(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

/** What is looked for stands in the address, so that going back from a recording finds it again. */
function useKept(query: string): void {
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const here = query === "" ? hrefOf("recordings") : `${hrefOf("recordings")}?${query}`;
    history.replaceState(history.state, "", here);
  }, [query]);
}

function countWords(n: number, hasMore: boolean): string {
  if (n === 0) return "Nothing found.";
  const said = n === 1 ? "1 recording" : `${n} recordings`;
  return hasMore ? `${said}, and there are more.` : `${said}.`;
}

function Nothing({ isAsked, clear }: { isAsked: boolean; clear: () => void }) {
  if (!isAsked) {
    return (
      <Empty>
        No session has been recorded yet. Whether sessions are recorded is a rule of the policy.
      </Empty>
    );
  }
  return (
    <div class="nothing">
      <Empty>No recording fits all of that.</Empty>
      <button type="button" class="button" data-testid="clear-filters" onClick={clear}>
        Look for everything
      </button>
    </div>
  );
}

/** What a search cannot find, where recordings are sealed. */
function Limits({ filter, hasWords }: { filter: Filter; hasWords: boolean }) {
  const isHidden = filter.happened.some((deed) => hiddenDeeds.includes(deed));
  if (!hasWords) {
    return (
      <p class="note" data-testid="sealed-note">
        Recordings are sealed: this relay cannot look into them. A search finds names of people and
        hosts, tickets, dates, lengths, and what the relay saw itself. It does not find window
        titles, chat, files or the clipboard.
      </p>
    );
  }
  if (!isHidden) return null;
  return (
    <p class="note" data-testid="sealed-note">
      A sealed recording is never found by files, clipboard, administrator rights, chat or gaps: the
      relay cannot look into it.
    </p>
  );
}
