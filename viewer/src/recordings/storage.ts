/** Where recordings are kept, and who can open those that are made from now on: an administrator's. */

import { get, post } from "../account/http.ts";
import { countOf, fieldsOf, textOf, textsOf, timeOf, truthOf } from "../account/read.ts";
import { readerOf } from "./one.ts";
import type { Reader } from "./one.ts";

/** Somebody for whom recordings are sealed from now on. */
export interface BookedReader extends Reader {
  added: Date | undefined;
  by: string;
}

export interface StorageFigures {
  recordings: number;
  live: number;
  bytes: number;
  /** How many bytes recordings may have; 0 for no limit but the disk's. */
  quota: number;
  /** Bytes of the disk; 0 where the relay does not know, as with storage elsewhere. */
  free: number;
  total: number;
  state: "ok" | "low" | "full";
  warnings: string[];
  readers: BookedReader[];
  /** Whether the relay has no key that opens. */
  isSealed: boolean;
  who: string;
}

/** Figures and readers. Throws Refused. */
export async function storage(): Promise<StorageFigures> {
  const f = await get("/api/admin/recordings");
  return {
    recordings: countOf(f["recordings"]),
    live: countOf(f["live"]),
    bytes: countOf(f["bytes"]),
    quota: countOf(f["quota"]),
    free: countOf(f["free"]),
    total: countOf(f["total"]),
    state: (["low", "full"] as const).find((s) => s === f["state"]) ?? "ok",
    warnings: textsOf(f["warnings"], 16),
    readers: fieldsOf(f["readers"], 64).map((one) => ({
      ...readerOf(one),
      added: timeOf(one["added"]),
      by: textOf(one["by"]),
    })),
    isSealed: truthOf(f["sealed"]),
    who: textOf(f["who"], 600),
  };
}

/** Seals recordings from now on for one more. Throws Refused. */
export async function addReader(name: string, key: string): Promise<void> {
  await post("/api/admin/recordings/readers", { name, key });
}

/** Has the relay hold a key that opens, so that auditors need none. Throws Refused. */
export async function addRelay(): Promise<void> {
  await post("/api/admin/recordings/readers", { held: true });
}

/** Seals recordings from now on for one less. Throws Refused. */
export async function removeReader(name: string): Promise<void> {
  await post("/api/admin/recordings/readers/remove", { name });
}

/** The part of the room that is used, from 0 to 1; of the quota, or of the disk. */
export function fullness(s: StorageFigures): number {
  if (s.quota > 0) return Math.min(1, s.bytes / s.quota);
  return s.total > 0 ? Math.min(1, 1 - s.free / s.total) : 0;
}
