/** A file on its way between the two desktops, as the technician's page shows it. */

import type { FileReason, FileSide } from "../protocol/message.ts";

/** `waiting` for its turn or for the other side; `moving`; `kept` on the other side, or here; or `dropped`. */
export type TransferState = "waiting" | "moving" | "kept" | "dropped";

export interface Transfer {
  /** Tells the transfers of a session apart. */
  readonly key: string;
  readonly to: FileSide;
  readonly name: string;
  /** In bytes, and how many of them have gone. */
  readonly size: number;
  readonly done: number;
  readonly state: TransferState;
  /** Why it was dropped. */
  readonly reason?: FileReason;
  /** The name under which the host keeps it, where that is another one. */
  readonly keptAs?: string;
  /** What was received, once it is whole. Nothing opens it here. */
  readonly content?: Blob;
}

/** What became of asking the person for a file. */
export type Wanted = "no" | "asked" | "too_fast" | FileReason;

/** What a session's files look like at one moment, the newest last. */
export interface FilesState {
  readonly transfers: readonly Transfer[];
  readonly wanted: Wanted;
}

export const noFiles: FilesState = { transfers: [], wanted: "no" };

/** Whether a transfer may still come to something. */
export function isOpen({ state }: Transfer): boolean {
  return state === "waiting" || state === "moving";
}

/** Whether it may move at this moment: a pause holds it, a scope that was taken back ends it. */
export type Stand = "go" | "hold" | "end";

/** The transfers of a session, and the way to change one of them. */
export class Transfers {
  readonly #changed: () => void;
  #all: readonly Transfer[] = [];
  #next = 1;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get all(): readonly Transfer[] {
    return this.#all;
  }

  /** Adds a transfer, and returns its key. */
  add(t: Pick<Transfer, "to" | "name" | "size"> & Partial<Transfer>): string {
    const key = String(this.#next++);
    this.#all = [...this.#all, { done: 0, state: "waiting", ...t, key }];
    this.#changed();
    return key;
  }

  get(key: string): Transfer | undefined {
    return this.#all.find((t) => t.key === key);
  }

  /** Changes what is known of a transfer. One that is over stays as it is. */
  set(key: string, change: Partial<Transfer>): void {
    this.#all = this.#all.map((t) => (t.key === key && isOpen(t) ? { ...t, ...change } : t));
    this.#changed();
  }

  /** Drops all that is not over. */
  dropAll(reason: FileReason): void {
    this.#all = this.#all.map((t) => (isOpen(t) ? { ...t, state: "dropped", reason } : t));
    this.#changed();
  }

  /** Forgets one that is over, and what was received with it. */
  forget(key: string): void {
    this.#all = this.#all.filter((t) => t.key !== key || isOpen(t));
    this.#changed();
  }
}
