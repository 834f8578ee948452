/** Reading messages: one function per message, one flat table per sender. Here is what the relay says. */

import {
  BadMessage,
  description,
  digits,
  list,
  object,
  oneOf,
  opaque,
  scopes,
  text,
  truth,
  whole,
} from "./check.ts";
import type { Fields } from "./check.ts";
import { MAX_MESSAGE, MAX_READERS, MAX_TICKET, UNRECORDED } from "./message.ts";
import type {
  Answer,
  Candidate,
  Ended,
  ErrorMessage,
  FromRelay,
  Granted,
  HostInfo,
  IceServer,
  Invitation,
  Invitations,
  Invited,
  Limits,
  Opened,
  Refused,
  Requested,
  Resumed,
} from "./message.ts";

const MAX_SECONDS = 7 * 24 * 3600;
const MAX_INVITATIONS = 64;

/** Reads a message from the relay; throws BadMessage. */
export function decodeRelay(data: string): FromRelay {
  return decode<FromRelay>(data, {
    requested,
    granted,
    refused,
    answer,
    candidate,
    resumed,
    limits,
    invited,
    invitations,
    opened,
    ended,
    error,
  });
}

type Readers<T> = Record<string, (f: Fields) => T>;

/** Reads a message by the reader of its type; throws BadMessage. */
export function decode<T>(data: string, readers: Readers<T>): T {
  if (data.length > MAX_MESSAGE) {
    throw new BadMessage("message_too_large", `a message is at most ${MAX_MESSAGE} bytes`);
  }
  const fields = object("message", parse(data));
  const type = opaque("type", fields["type"], 1, 32);
  if (!Object.hasOwn(readers, type)) {
    throw new BadMessage("unknown_message", `unknown message type ${type}`);
  }
  const read = readers[type];
  if (!read) throw new BadMessage("unknown_message", `unknown message type ${type}`);
  return read(fields);
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new BadMessage("bad_message", "not JSON");
  }
}

function requested(f: Fields): Requested {
  const m: Requested = {
    type: "requested",
    sessionId: opaque("sessionId", f["sessionId"], 1, 128),
    token: opaque("token", f["token"], 1, 128),
    host: hostInfo(f["host"]),
    expiresIn: seconds("expiresIn", f["expiresIn"]),
  };
  if (given(f["ask"])) m.ask = scopes("ask", f["ask"]);
  if (given(f["recorded"])) m.recorded = truth("recorded", f["recorded"]);
  if (given(f["unrecorded"])) m.unrecorded = oneOf("unrecorded", f["unrecorded"], UNRECORDED);
  return m;
}

function hostInfo(v: unknown): HostInfo {
  const f = object("host", v);
  return { name: text("host.name", f["name"], 1, 64), os: text("host.os", f["os"], 0, 64) };
}

export function seconds(field: string, v: unknown): number {
  return whole(field, v, 0, MAX_SECONDS);
}

export function limits(f: Fields): Limits {
  const m: Limits = { type: "limits", scopes: scopes("scopes", f["scopes"]) };
  if (given(f["endsIn"])) m.endsIn = seconds("endsIn", f["endsIn"]);
  if (given(f["confirmEvery"])) m.confirmEvery = seconds("confirmEvery", f["confirmEvery"]);
  if (given(f["verifyWords"])) m.verifyWords = truth("verifyWords", f["verifyWords"]);
  return m;
}

function invited(f: Fields): Invited {
  return {
    type: "invited",
    id: opaque("id", f["id"], 1, 128),
    code: digits("code", f["code"]),
    link: opaque("link", f["link"], 1, 256),
    expiresIn: seconds("expiresIn", f["expiresIn"]),
  };
}

function invitations(f: Fields): Invitations {
  return {
    type: "invitations",
    invitations: list("invitations", f["invitations"], MAX_INVITATIONS, invitation),
  };
}

function invitation(v: unknown): Invitation {
  const f = object("invitations", v);
  return {
    id: opaque("id", f["id"], 1, 128),
    ask: scopes("ask", f["ask"]),
    ...ticket(f),
    ...(given(f["record"]) ? { record: truth("record", f["record"]) } : {}),
    expiresIn: seconds("expiresIn", f["expiresIn"]),
    ...(given(f["host"]) ? { host: hostInfo(f["host"]) } : {}),
  };
}

function opened(f: Fields): Opened {
  return {
    type: "opened",
    id: opaque("id", f["id"], 1, 128),
    sessionId: opaque("sessionId", f["sessionId"], 1, 128),
    ...ticket(f),
    host: hostInfo(f["host"]),
  };
}

export function ticket(f: Fields): { ticket?: string } {
  return given(f["ticket"]) ? { ticket: text("ticket", f["ticket"], 0, MAX_TICKET) } : {};
}

function granted(f: Fields): Granted {
  return {
    type: "granted",
    grant: opaque("grant", f["grant"], 1, 4096),
    scopes: scopes("scopes", f["scopes"]),
    ...(given(f["recorded"]) ? { recorded: truth("recorded", f["recorded"]) } : {}),
    ...(given(f["readers"])
      ? { readers: list("readers", f["readers"], MAX_READERS, readerName) }
      : {}),
    ...(given(f["sealed"]) ? { sealed: truth("sealed", f["sealed"]) } : {}),
    iceServers: list("iceServers", f["iceServers"], 8, iceServer),
  };
}

export function readerName(v: unknown): string {
  return text("readers", v, 1, 64);
}

export function iceServer(v: unknown): IceServer {
  const f = object("iceServers", v);
  return {
    urls: list("urls", f["urls"], 8, (u) => opaque("urls", u, 1, 256)),
    username: opaque("username", f["username"], 0, 256),
    credential: opaque("credential", f["credential"], 0, 256),
  };
}

function refused(f: Fields): Refused {
  return { type: "refused", reason: oneOf("reason", f["reason"], ["declined", "no_answer"]) };
}

export function answer(f: Fields): Answer {
  return { type: "answer", sdp: description("sdp", f["sdp"]) };
}

export function candidate(f: Fields): Candidate {
  const m: Candidate = {
    type: "candidate",
    candidate: opaque("candidate", f["candidate"], 0, 1024),
  };
  if (given(f["sdpMid"])) m.sdpMid = opaque("sdpMid", f["sdpMid"], 0, 256);
  if (given(f["sdpMLineIndex"])) {
    m.sdpMLineIndex = whole("sdpMLineIndex", f["sdpMLineIndex"], 0, 65535);
  }
  if (given(f["usernameFragment"])) {
    m.usernameFragment = opaque("usernameFragment", f["usernameFragment"], 0, 256);
  }
  return m;
}

export function given(v: unknown): boolean {
  return v !== undefined && v !== null;
}

export function resumed(f: Fields): Resumed {
  const states = ["waiting", "requested", "connecting", "active", "reconnecting"] as const;
  return { type: "resumed", state: oneOf("state", f["state"], states) };
}

export function ended(f: Fields): Ended {
  return { type: "ended", reason: text("reason", f["reason"], 1, 64) };
}

export function error(f: Fields): ErrorMessage {
  const m: ErrorMessage = {
    type: "error",
    code: text("code", f["code"], 1, 32),
    message: text("message", f["message"], 1, 300),
  };
  if (given(f["hint"])) m.hint = text("hint", f["hint"], 0, 300);
  return m;
}
