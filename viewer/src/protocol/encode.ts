/** Writing messages, in the order of fields that the golden vectors have. */

import type {
  Candidate,
  ChatMessage,
  ClipboardMessage,
  Held,
  Input,
  InputEvent,
  Invite,
  Pointer,
  Redeem,
  Scope,
  ToFiles,
  ToControl,
  ToRelay,
} from "./message.ts";
import { VERSION } from "./message.ts";

/** Any message that this page sends. */
export type Outgoing =
  ToRelay | ToControl | Input | Pointer | ChatMessage | ClipboardMessage | ToFiles;

/** Writes a message as JSON. Its fields are in order when a function below made it. */
export function encode<M extends { readonly type: string }>(message: M): string {
  return JSON.stringify(message);
}

/** Makes a `redeem`; an empty ticket is left out. */
export function redeem(
  code: string,
  ask: readonly Scope[],
  ticket: string,
  fingerprint: string,
  isRecorded = false,
): Redeem {
  return {
    type: "redeem",
    version: VERSION,
    code,
    ask: [...ask],
    ...(ticket === "" ? {} : { ticket }),
    ...(isRecorded ? { record: true } : {}),
    fingerprint,
  };
}

/** Makes a `redeem` of an invitation that the person has opened. */
export function redeemInvitation(
  invitation: string,
  ask: readonly Scope[],
  ticket: string,
  fingerprint: string,
  isRecorded = false,
): Redeem {
  const { type, version, code: _, ...rest } = redeem("", ask, ticket, fingerprint, isRecorded);
  return { type, version, invitation, ...rest };
}

/** Makes an `invite`; what is empty or 0 is left out. */
export function invite(
  ask: readonly Scope[],
  ticket: string,
  expiresIn: number,
  isRecorded = false,
): Invite {
  const m: Invite = { type: "invite", version: VERSION, ask: [...ask] };
  if (ticket !== "") m.ticket = ticket;
  if (isRecorded) m.record = true;
  if (expiresIn > 0) m.expiresIn = expiresIn;
  return m;
}

/** Makes a `candidate` of what the browser found; null says that there are no more. */
export function candidate(found: RTCIceCandidateInit | null): Candidate {
  const m: Candidate = { type: "candidate", candidate: found?.candidate ?? "" };
  if (found?.sdpMid != null) m.sdpMid = found.sdpMid;
  if (found?.sdpMLineIndex != null) m.sdpMLineIndex = found.sdpMLineIndex;
  if (found?.usernameFragment != null) m.usernameFragment = found.usernameFragment;
  return m;
}

/** Makes an `input` of events that are numbered from `first`. */
export function input(first: number, events: readonly InputEvent[], held: Held): Input {
  return { type: "input", first, events: events.map(ordered), held };
}

/** Rebuilds an event with its fields in order and without an empty text. */
function ordered(e: InputEvent): InputEvent {
  switch (e.kind) {
    case "key":
      return e.text
        ? { kind: "key", code: e.code, down: e.down, text: e.text }
        : { kind: "key", code: e.code, down: e.down };
    case "button":
      return { kind: "button", button: e.button, down: e.down, ...place(e) };
    case "wheel":
      return { kind: "wheel", dx: e.dx, dy: e.dy, ...place(e) };
    case "text":
      return { kind: "text", text: e.text };
  }
}

function place(e: { x: number; y: number; screen?: number | undefined }): typeof e {
  return e.screen === undefined ? { x: e.x, y: e.y } : { x: e.x, y: e.y, screen: e.screen };
}
