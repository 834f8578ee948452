/** The keys of a player. */

import { useEffect } from "preact/hooks";
import type { Key, Text } from "../../languages/text.ts";
import { Dialog } from "../parts.tsx";
import type { Film } from "./picture.tsx";

/** Milliseconds that keys go. */
const SHORT = 5000;
const LONG = 10_000;

interface Row {
  keys: string[];
  does: Key;
}

const list: readonly Row[] = [
  { keys: ["Space", "K"], does: "film.keys.toggle" },
  { keys: ["←", "→"], does: "film.keys.short" },
  { keys: ["J", "L"], does: "film.keys.long" },
  { keys: [",", "."], does: "film.keys.step" },
  { keys: ["<", ">"], does: "film.keys.speed" },
  { keys: ["Home", "End"], does: "film.keys.ends" },
  { keys: ["S"], does: "film.keys.skip" },
  { keys: ["F"], does: "film.full" },
  { keys: ["?"], does: "film.keys.this" },
];

interface Commands {
  help: () => void;
  full: () => void;
}

/** Obeys the keyboard while the player is on the page, but where somebody types. */
export function useKeys(player: Film, { help, full }: Commands): void {
  useEffect(() => {
    const acts: Readonly<Record<string, () => void>> = {
      " ": () => player.toggle(),
      k: () => player.toggle(),
      arrowleft: () => player.skip(-SHORT),
      arrowright: () => player.skip(SHORT),
      j: () => player.skip(-LONG),
      l: () => player.skip(LONG),
      ",": () => void player.step(-1),
      ".": () => void player.step(1),
      "<": () => player.faster(-1),
      ">": () => player.faster(1),
      home: () => player.seek(0),
      end: () => player.seek(player.known.length.value),
      s: () => (player.skipping.isOn.value = !player.skipping.isOn.value),
      f: full,
      "?": help,
    };
    const obey = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || isTaken(e)) return;
      const key = e.key.toLowerCase();
      const act = Object.hasOwn(acts, key) ? acts[key] : undefined;
      if (!act) return;
      e.preventDefault();
      act();
    };
    document.addEventListener("keydown", obey);
    return () => document.removeEventListener("keydown", obey);
  }, [player]);
}

/** Whether the key means something where it was pressed. */
function isTaken(e: KeyboardEvent): boolean {
  const at = e.target instanceof Element ? e.target : undefined;
  if (!at || at.closest("dialog, input:not([type=checkbox]), textarea, select")) return true;
  const key = e.key.toLowerCase();
  if (at.closest("[role=tab]")) return ofTabs.includes(key);
  return at.closest("button, a, summary, input") !== null && ofButtons.includes(key);
}

const ofButtons: readonly string[] = [" ", "enter"];
const ofTabs: readonly string[] = [...ofButtons, "arrowleft", "arrowright", "home", "end"];

export function KeyList({ t, close }: { t: Text; close: () => void }) {
  return (
    <Dialog title={t("film.keys")} close={close}>
      <div class="help-list">
        <dl>
          {list.map(({ keys, does }) => (
            <div key={does}>
              <dt>{t(does)}</dt>
              <dd>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <form method="dialog" class="actions end">
        <button class="button">{t("film.close")}</button>
      </form>
    </Dialog>
  );
}
