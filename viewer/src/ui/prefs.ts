/** What the page remembers of how a technician likes it. Nothing about sessions. */

import type { Scale } from "../input/mapping.ts";

export interface Prefs {
  scale: Scale;
  isBarOpen: boolean;
  isStatsOpen: boolean;
}

const KEY = "lendhand.prefs";
const first: Prefs = { scale: "fit", isBarOpen: true, isStatsOpen: false };

/** Reads the preferences; the first ones when there are none or storage is off. */
export function loadPrefs(): Prefs {
  try {
    const v: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof v === "object" && v !== null ? clean(v as Partial<Prefs>) : first;
  } catch {
    return first;
  }
}

/** Keeps the preferences where storage is on. */
export function savePrefs(p: Prefs): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(p));
  } catch {
    // A browser without storage: the page works, and forgets.
  }
}

function clean(v: Partial<Prefs>): Prefs {
  return {
    scale: v.scale === "pixels" ? "pixels" : "fit",
    isBarOpen: v.isBarOpen !== false,
    isStatsOpen: v.isStatsOpen === true,
  };
}
