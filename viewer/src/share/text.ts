/** How this page says who somebody is, and how long something takes, in the person's language. */

import type { Text } from "../languages/text.ts";

/** Who somebody is. */
export function whoIs(p: { name: string; organisation?: string }): string {
  return p.organisation ? `${p.name} (${p.organisation})` : p.name;
}

/** A length of time: seconds below a minute and a half, then minutes, then hours. */
export function timeIn(t: Text, ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 90) return counted(t, "second", seconds);
  if (seconds < 90 * 60) return counted(t, "minute", Math.round(seconds / 60));
  return counted(t, "hour", Math.round(seconds / 3600));
}

function counted(t: Text, unit: "second" | "minute" | "hour", count: number): string {
  const written = { style: "unit", unit, unitDisplay: "long" } as const;
  return new Intl.NumberFormat(t.language, written).format(count);
}
