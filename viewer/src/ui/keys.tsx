/** Keys that the browser or the technician's own system keeps: sent from a menu. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { palette } from "../input/palette.ts";
import type { Chord } from "../input/palette.ts";
import { SendKeysIcon } from "./icons.tsx";

interface KeysProps {
  /** Presses keys in order on the host, and lets them go. */
  send: (codes: readonly string[]) => void;
}

export function Keys({ send }: KeysProps) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const close = () => setOpen(false);
  useOutside(root, isOpen, close);
  return (
    <div class="keys" ref={root}>
      <button
        type="button"
        class="tool"
        data-testid="keys"
        aria-label="Send keys"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        title="Send keys that stay on this computer otherwise"
        onClick={() => setOpen(!isOpen)}
      >
        <SendKeysIcon />
      </button>
      {isOpen && <Menu send={send} close={close} />}
    </div>
  );
}

function Menu({ send, close }: KeysProps & { close: () => void }) {
  const menu = useRef<HTMLDivElement>(null);
  useFocusWithin(menu);
  const choose = (chord: Chord) => {
    close();
    send(chord.codes);
  };
  return (
    <div
      ref={menu}
      class="menu"
      role="menu"
      aria-label="Send keys to the host"
      data-testid="keys-menu"
      onKeyDown={(e) => onMenuKey(e, menu.current, close)}
    >
      {palette.map((group, n) => (
        <div key={n} role="group" class="menu-group">
          {group.map((chord) => (
            <button
              key={chord.keys}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class="menu-item"
              data-keys={chord.keys}
              onClick={() => choose(chord)}
            >
              <kbd>{chord.keys}</kbd>
              <span class="menu-hint">{chord.meaning}</span>
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Moves through the items as menus do everywhere. */
function onMenuKey(e: KeyboardEvent, menu: HTMLElement | null, close: () => void): void {
  const items = [...(menu?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  if (e.key === "Escape" || e.key === "Tab") close();
  else if (Object.hasOwn(to, e.key)) items[to[e.key] ?? 0]?.focus();
  else return;
  e.preventDefault();
}

/** Gives the menu the keyboard, and it back to whoever had it. */
function useFocusWithin(menu: { readonly current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const before = document.activeElement;
    menu.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
}

/** Closes at a press anywhere else. */
function useOutside(
  root: { readonly current: HTMLElement | null },
  isOpen: boolean,
  close: () => void,
): void {
  useEffect(() => {
    if (!isOpen) return;
    const listen = (e: Event) => {
      if (!root.current?.contains(e.target as Node | null)) close();
    };
    window.addEventListener("pointerdown", listen, { capture: true });
    window.addEventListener("blur", close);
    return () => {
      window.removeEventListener("pointerdown", listen, { capture: true });
      window.removeEventListener("blur", close);
    };
  }, [isOpen]);
}
