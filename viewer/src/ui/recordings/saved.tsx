/** One's own saved filters: used with a click, saved under a name. */

import { useState } from "preact/hooks";
import { removeFilter, savedFilters, saveFilter } from "../../recordings/filters.ts";
import type { Saved } from "../../recordings/filters.ts";
import { useAct, useLoad } from "../act.ts";
import { CloseIcon } from "../icons.tsx";
import { focusFirst } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";

interface SavedFiltersProps {
  /** What is looked for now. */
  query: string;
  use: (query: string) => void;
  clear: () => void;
}

export function SavedFilters({ query, use, clear }: SavedFiltersProps) {
  const { value: all, refused, reload } = useLoad(savedFilters);
  const [isNaming, setNaming] = useState(false);
  const act = useAct();
  const remove = (one: Saved) =>
    void act.run(async () => {
      await removeFilter(one.id);
      await reload();
    });
  const isKnown = all?.some((one) => one.query === query) ?? true;
  if (all?.length === 0 && query === "") return null;
  return (
    <div class="stack">
      <div class="saved">
        {all?.map((one) => (
          <span class="saved-one" key={one.id} data-testid="saved-filter">
            <button
              type="button"
              aria-pressed={one.query === query}
              onClick={() => use(one.query === query ? "" : one.query)}
            >
              <bdi>{one.name}</bdi>
            </button>
            <button
              type="button"
              aria-label={`Remove the filter ${one.name}`}
              title="Remove"
              aria-disabled={act.isBusy}
              onClick={() => remove(one)}
            >
              <CloseIcon />
            </button>
          </span>
        ))}
        {query !== "" && !isKnown && !isNaming && (
          <button
            type="button"
            class="button quiet"
            data-testid="save-filter"
            onClick={() => setNaming(true)}
          >
            Save this filter
          </button>
        )}
        {query !== "" && (
          <button type="button" class="button quiet" data-testid="clear" onClick={clear}>
            Clear
          </button>
        )}
      </div>
      {isNaming && <NameForm query={query} saved={reload} close={() => setNaming(false)} />}
      <Refusal refused={refused ?? act.refused} />
    </div>
  );
}

interface NameFormProps {
  query: string;
  saved: () => Promise<void>;
  close: () => void;
}

function NameForm({ query, saved, close }: NameFormProps) {
  const [name, setName] = useState("");
  const act = useAct();
  const submit = (e: Event) => {
    e.preventDefault();
    if (name.trim() === "") return;
    void act.run(async () => {
      await saveFilter(name.trim(), query);
      await saved();
      close();
    });
  };
  return (
    <form class="search-row" onSubmit={submit} aria-label="Save this filter">
      <input
        ref={focusFirst}
        class="input"
        aria-label="Name of the filter"
        placeholder="Name, for example: files out at night"
        data-testid="filter-name"
        maxLength={100}
        required
        autocomplete="off"
        value={name}
        onInput={(e) => setName(e.currentTarget.value)}
      />
      <button class="button primary" data-testid="filter-save" aria-disabled={act.isBusy}>
        Save
      </button>
      <button type="button" class="button quiet" onClick={close}>
        Cancel
      </button>
      <Refusal refused={act.refused} />
    </form>
  );
}
