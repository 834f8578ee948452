/**
 * Reading single fields of the relay's answers. What is missing or of another kind reads as
 * empty, so that one odd field leaves the rest of a page in use; and no text keeps a
 * character that could make one name look like another.
 */

import { clean } from "../protocol/check.ts";
import { Refused } from "./http.ts";
import type { Fields } from "./http.ts";

/** Text that people read, of at most `most` characters. */
export function textOf(v: unknown, most = 300): string {
  return typeof v === "string" ? clean(v.slice(0, 4 * most), most) : "";
}

/** An identifier: text that must be there. */
export function idOf(v: unknown): string {
  const id = textOf(v, 128);
  if (id === "") throw new Refused("internal", "", "");
  return id;
}

/** A whole number that is not negative. */
export function countOf(v: unknown): number {
  return typeof v === "number" && Number.isSafeInteger(v) && v > 0 ? v : 0;
}

/** Yes or no. */
export function truthOf(v: unknown): boolean {
  return v === true;
}

/** A point in time; undefined when there is none. The zero time of Go is none. */
export function timeOf(v: unknown): Date | undefined {
  const time = new Date(typeof v === "string" ? v : NaN);
  return time.getTime() > 0 ? time : undefined;
}

/** Text items, at most `most` of them. */
export function textsOf(v: unknown, most = 64): string[] {
  return itemsOf(v, most).map((item) => textOf(item));
}

/** The objects of a list, at most `most` of them. */
export function fieldsOf(v: unknown, most = 1000): Fields[] {
  return itemsOf(v, most).map(objectOf);
}

/** The fields of an object; none when it is something else. */
export function objectOf(v: unknown): Fields {
  return typeof v === "object" && v !== null && !Array.isArray(v) ? (v as Fields) : {};
}

function itemsOf(v: unknown, most: number): unknown[] {
  return Array.isArray(v) ? v.slice(0, most) : [];
}
