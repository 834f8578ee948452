/** What people read of files on their way. */

import type { FileReason } from "../protocol/message.ts";
import type { Transfer, Wanted } from "./transfer.ts";

const toHost: Readonly<Record<FileReason, string>> = {
  declined: "Not sent: too many files wait already",
  cancelled: "Cancelled",
  not_permitted: "Not sent: the person does not allow it any more",
  too_large: "Not sent: it is larger than 4 GiB",
  no_room: "Not sent: their disk has too little room",
  bad_name: "Not sent: no name can be made of its name there. Rename it, then send it again.",
  damaged: "Not sent: it arrived damaged. Send it again.",
  failed: "Not sent: it could not be read or kept. Send it again.",
};

const toTechnician: Readonly<Record<FileReason, string>> = {
  declined: "They do not give it",
  cancelled: "Cancelled",
  not_permitted: "Not received: the person does not allow it any more",
  too_large: "Not received: a browser cannot hold more than 2 GiB",
  no_room: "Not received: there is too little room",
  bad_name: "Not received: its name cannot be used",
  damaged: "Not received: it arrived damaged. Ask for it again.",
  failed: "Not received: it could not be read. Ask for it again.",
};

/** How a transfer stands, in a line. */
export function standWords(t: Transfer, isHeld: boolean): string {
  switch (t.state) {
    case "waiting":
      return isHeld ? `${sizeWords(t.size)} · waits` : `${sizeWords(t.size)} · waits for its turn`;
    case "moving": {
      const gone = `${sizeWords(t.done)} of ${sizeWords(t.size)}`;
      if (isHeld) return `${gone} · held`;
      return t.done === t.size ? `${gone} · being checked` : gone;
    }
    case "kept":
      return `${sizeWords(t.size)} · ${t.to === "host" ? "on their desktop" : "arrived whole"}`;
    case "dropped":
      return (t.to === "host" ? toHost : toTechnician)[t.reason ?? "failed"];
  }
}

/** What became of asking for a file; nothing where there is nothing to say. */
export function wantedWords(wanted: Wanted): string {
  switch (wanted) {
    case "no":
      return "";
    case "asked":
      return "Asked. The person chooses a file, or says no.";
    case "too_fast":
      return "You have just asked. Wait ten seconds, then ask again.";
    case "not_permitted":
      return "The person does not allow it any more.";
    default:
      return "They have not given one.";
  }
}

/** Bytes, in the units that file managers use. */
export function sizeWords(bytes: number): string {
  if (bytes === 1) return "1 byte";
  const units = ["bytes", "KB", "MB", "GB"];
  let [n, at] = [bytes, 0];
  while (n >= 999.5 && at < units.length - 1) [n, at] = [n / 1000, at + 1];
  return `${n.toFixed(at === 0 || n >= 99.5 ? 0 : 1)} ${units[at]}`;
}
