/** What an auditor looks for: as the fields of a form, and as the query that the relay takes. */

import { get, post } from "../account/http.ts";
import { fieldsOf, idOf, textOf } from "../account/read.ts";
import { deeds, states } from "./list.ts";
import type { Deed, RecordingState } from "./list.ts";

/** The fields as they were typed; empty ones look for nothing. */
export interface Filter {
  q: string;
  technician: string;
  host: string;
  ticket: string;
  group: string;
  /** Days, as 2026-11-22. */
  from: string;
  to: string;
  /** Minutes. */
  least: string;
  most: string;
  happened: Deed[];
  state: RecordingState | "";
  held: boolean;
}

export const nothing: Filter = {
  q: "",
  technician: "",
  host: "",
  ticket: "",
  group: "",
  from: "",
  to: "",
  least: "",
  most: "",
  happened: [],
  state: "",
  held: false,
};

const texts = ["q", "technician", "host", "ticket", "group"] as const;
const days = ["from", "to"] as const;
const MAX_TEXT = 200;
const MAX_MINUTES = 24 * 60;

/** The query of a filter: what is empty or no day or number is left out. */
export function queryOf(f: Filter): string {
  const query = new URLSearchParams();
  for (const name of texts) if (f[name].trim()) query.set(name, f[name].trim().slice(0, MAX_TEXT));
  for (const name of days) if (isDay(f[name])) query.set(name, f[name]);
  const [least, most] = [secondsOf(f.least), secondsOf(f.most)];
  if (least > 0) query.set("min", String(least));
  if (most > 0) query.set("max", String(most));
  if (f.happened.length > 0) query.set("happened", f.happened.join(","));
  if (f.state !== "") query.set("state", f.state);
  if (f.held) query.set("held", "true");
  return query.toString();
}

/** The filter of a query, whoever wrote it. */
export function filterOf(query: string): Filter {
  const asked = new URLSearchParams(query);
  const text = (name: string) => (asked.get(name) ?? "").slice(0, MAX_TEXT);
  const named = text("happened").split(",");
  return {
    ...nothing,
    ...Object.fromEntries(texts.map((name) => [name, text(name)])),
    ...Object.fromEntries(days.map((name) => [name, isDay(text(name)) ? text(name) : ""])),
    least: minutesOf(text("min")),
    most: minutesOf(text("max")),
    happened: deeds.filter((deed) => named.includes(deed)),
    state: states.find((state) => state === text("state")) ?? "",
    held: text("held") === "true",
  };
}

/** How many of the fields below the search box look for something. */
export function countOf(f: Filter): number {
  const asked = new URLSearchParams(queryOf({ ...f, q: "", happened: [] }));
  return [...asked].length + f.happened.length;
}

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !isNaN(Date.parse(text));

function secondsOf(minutes: string): number {
  const n = Number(minutes);
  return n > 0 && n <= MAX_MINUTES ? Math.round(n * 60) : 0;
}

function minutesOf(seconds: string): string {
  const n = Number(seconds);
  return n > 0 && n <= MAX_MINUTES * 60 ? String(Math.round(n / 6) / 10) : "";
}

/** A filter that was saved under a name. */
export interface Saved {
  id: string;
  name: string;
  query: string;
}

/** One's own saved filters. Throws Refused. */
export async function savedFilters(): Promise<Saved[]> {
  const f = await get("/api/recordings/filters");
  return fieldsOf(f["filters"], 50).map((one) => ({
    id: idOf(one["id"]),
    name: textOf(one["name"], 100),
    query: textOf(one["query"], 1000),
  }));
}

/** Saves a filter; one of the same name is replaced. Throws Refused. */
export async function saveFilter(name: string, query: string): Promise<void> {
  await post("/api/recordings/filters", { name, query });
}

/** Removes a saved filter. Throws Refused. */
export async function removeFilter(id: string): Promise<void> {
  await post("/api/recordings/filters/remove", { id });
}
