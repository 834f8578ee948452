/** What the page says of the words to compare. */

import type { Live } from "../session/state.ts";
import type { Compared } from "./comparison.ts";

/** How sure it is who is at the other end; also the look of the shield. */
export type Sureness = "open" | "sure" | "unsure";

/** The shield in the bar. */
export interface Shield {
  sureness: Sureness;
  /** What it means, for the tooltip and for screen readers. */
  detail: string;
}

/**
 * Whether the words have their own line: from the beginning, before they are made, until this side
 * has answered. Nothing but the technician's own hand moves the picture from under the pointer.
 */
export function isOpen(c: Compared | undefined): boolean {
  return !c || (c.kind === "words" && c.mine === undefined);
}

/** What stands before the words. */
export function invitation(s: Live): string {
  const c = s.compared;
  if (!c) return "Words to compare are being made …";
  if (c.kind !== "words") return "";
  if (c.mine === "same" && c.theirs === undefined) {
    return `You said they are the same. ${s.host.name} has not answered:`;
  }
  return "Compare by phone with what they read:";
}

/** The shield for what both have said; undefined while nothing is known. */
export function shieldOf(c: Compared | undefined): Shield | undefined {
  if (!c) return undefined;
  if (c.kind === "missing") {
    return {
      sureness: "unsure",
      detail: "Not verified: the host’s side has made no words to compare.",
    };
  }
  const words = c.words.join(" ");
  if (c.mine === "same" && c.theirs === "same") {
    return { sureness: "sure", detail: `Verified: both of you have the words ${words}.` };
  }
  if (c.mine === "same" || c.theirs === "same") {
    const who = c.mine === "same" ? "You say" : "The person at the host says";
    return { sureness: "sure", detail: `${who} that the words are the same: ${words}.` };
  }
  return { sureness: "open", detail: `Not compared. Your words: ${words}.` };
}
