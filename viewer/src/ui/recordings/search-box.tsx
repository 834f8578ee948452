/** The field that everything begins with. The key / leads to it from everywhere on the page. */

import { useEffect, useRef } from "preact/hooks";

interface SearchBoxProps {
  text: string;
  change: (text: string) => void;
  /** How many filters are set. */
  filters: number;
  isOpen: boolean;
  toggle: () => void;
}

export function SearchBox({ text, change, filters, isOpen, toggle }: SearchBoxProps) {
  const field = useRef<HTMLInputElement>(null);
  useSlash(field);
  return (
    <div class="search-row">
      <input
        ref={field}
        class="input"
        type="search"
        data-testid="search"
        aria-label="Search recordings"
        aria-keyshortcuts="/"
        placeholder="People, hosts, tickets, windows, chat, files"
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(e) => change(e.currentTarget.value)}
      />
      <button
        type="button"
        class="button"
        data-testid="filters"
        aria-expanded={isOpen}
        onClick={toggle}
      >
        Filters
        {filters > 0 && (
          <span class="tag" aria-label={`${filters} set`}>
            {filters}
          </span>
        )}
      </button>
    </div>
  );
}

function useSlash(field: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || isTyping(e.target)) return;
      e.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

function isTyping(at: EventTarget | null): boolean {
  return at instanceof Element && at.closest("input, textarea, select, dialog") !== null;
}
