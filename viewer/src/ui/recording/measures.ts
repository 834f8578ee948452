/** Times, sizes and names of a recording, as people write them. */

import type { Text } from "../../languages/text.ts";
import { ALL_MONITORS } from "../../recording/event.ts";
import type { Monitor } from "../../recording/event.ts";

/** A time in a recording: 1:04:09, or 4:09. */
export function clock(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A length of time: 12 sec, 3 min 20 sec, 1 hr 4 min. */
export function span(t: Text, ms: number): string {
  if (ms > 0 && ms < 950) return counted(t, "second", Math.ceil(ms / 100) / 10);
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return counted(t, "second", seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return both(t, "minute", minutes, "second", seconds % 60);
  return both(t, "hour", Math.floor(minutes / 60), "minute", minutes % 60);
}

function both(t: Text, unit: string, count: number, lesser: string, rest: number): string {
  const first = counted(t, unit, count);
  return rest > 0 ? `${first} ${counted(t, lesser, rest)}` : first;
}

/** The size of a file. */
export function size(t: Text, bytes: number): string {
  if (bytes < 1000) return counted(t, "byte", bytes, "long");
  const kilo = bytes / 1000;
  if (kilo < 1000) return counted(t, "kilobyte", Math.round(kilo));
  return counted(t, "megabyte", Math.round(kilo / 100) / 10);
}

function counted(t: Text, unit: string, count: number, unitDisplay: "short" | "long" = "short") {
  return new Intl.NumberFormat(t.language, { style: "unit", unit, unitDisplay }).format(count);
}

/** Width and height in pixels. */
export const dimensions = ({ width, height }: { width: number; height: number }) =>
  `${width} × ${height}`;

/** What a monitor is called. */
export function monitorName(t: Text, id: number, monitors: readonly Monitor[]): string {
  if (id === ALL_MONITORS) return t(monitors.length > 1 ? "film.screen.all" : "film.screen.only");
  const found = monitors.find((m) => m.id === id)?.name;
  return found || t("film.screen.one", { number: String(id) });
}

/** What people call a codec. */
export function codecName(codec: string): string {
  if (codec.startsWith("av01")) return "AV1";
  if (codec.startsWith("vp09")) return "VP9";
  return codec === "vp8" ? "VP8" : codec;
}
