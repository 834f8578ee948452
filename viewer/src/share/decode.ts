/** Reading what a host receives: one function per message, one flat table per sender. */

import {
  BadMessage,
  bytes32,
  description,
  digits,
  list,
  object,
  oneOf,
  opaque,
  scopes,
  sizeOfPNG,
  text,
  truth,
  whole,
} from "../protocol/check.ts";
import type { Fields } from "../protocol/check.ts";
import { compared } from "../protocol/decode-host.ts";
import {
  candidate,
  decode,
  ended,
  error,
  given,
  iceServer,
  limits,
  readerName,
  resumed,
  seconds,
  ticket,
} from "../protocol/decode.ts";
import { ALL_MONITORS, MAX_READERS } from "../protocol/message.ts";
import type { Nonce, Observe, Offer, Present, TilesWanted, Watch } from "../protocol/message.ts";
import type { End } from "../protocol/message.ts";
import { MAX_KEYS, MAX_PHOTO, MAX_PHOTO_FILE } from "./message.ts";
import type {
  Awaited,
  CodeIssued,
  Connect,
  FromRelay,
  FromTechnician,
  GrantKey,
  Keys,
  Person,
  RecordingTerms,
  Registered,
  Request,
  Upload,
  Withdrawn,
} from "./message.ts";

const MAX_ID = 128;
const MAX_JWT = 4096;
const MAX_MONITOR = 1 << 16;

/** Reads a message from the relay; throws BadMessage. */
export function decodeRelay(data: string): FromRelay {
  return decode<FromRelay>(data, {
    registered,
    keys,
    code,
    request,
    withdrawn,
    connect,
    offer,
    candidate,
    limits,
    resumed,
    ended,
    error,
  });
}

/** Reads a message from the technician on the control channel; throws BadMessage. */
export function decodeControl(data: string): FromTechnician {
  return decode<FromTechnician>(data, {
    present,
    nonce,
    compared,
    watch,
    observe,
    tiles,
    end,
    error,
  });
}

function registered(f: Fields): Registered {
  const m: Registered = {
    type: "registered",
    sessionId: opaque("sessionId", f["sessionId"], 1, MAX_ID),
    token: opaque("token", f["token"], 1, MAX_ID),
    issuer: opaque("issuer", f["issuer"], 1, 256),
    keys: grantKeys(f),
  };
  if (given(f["invitation"])) m.invitation = awaited(f["invitation"]);
  return m;
}

function awaited(v: unknown): Awaited {
  const f = object("invitation", v);
  return {
    technician: person(f["technician"]),
    ...ticket(f),
    expiresIn: seconds("expiresIn", f["expiresIn"]),
  };
}

function person(v: unknown): Person {
  const f = object("technician", v);
  const p: Person = {
    id: opaque("technician.id", f["id"], 1, MAX_ID),
    name: text("technician.name", f["name"], 1, 64),
  };
  if (given(f["organisation"])) p.organisation = text("organisation", f["organisation"], 0, 64);
  return p;
}

function keys(f: Fields): Keys {
  return { type: "keys", keys: grantKeys(f) };
}

function grantKeys(f: Fields): GrantKey[] {
  const all = list("keys", f["keys"], MAX_KEYS, grantKey);
  if (all.length === 0) throw new BadMessage("bad_message", "keys: want one at least");
  return all;
}

function grantKey(v: unknown): GrantKey {
  const f = object("keys", v);
  return { id: opaque("keys.id", f["id"], 1, MAX_ID), key: bytes32("keys.key", f["key"]) };
}

function code(f: Fields): CodeIssued {
  return {
    type: "code",
    code: digits("code", f["code"]),
    expiresIn: seconds("expiresIn", f["expiresIn"]),
  };
}

function request(f: Fields): Request {
  const m: Request = {
    type: "request",
    requestId: opaque("requestId", f["requestId"], 1, MAX_ID),
    technician: person(f["technician"]),
    ask: scopes("ask", f["ask"]),
    ...ticket(f),
    ...photo(f),
    ...(given(f["recording"]) ? { recording: terms(f["recording"]) } : {}),
    expiresIn: seconds("expiresIn", f["expiresIn"]),
  };
  if (given(f["limits"])) m.limits = limits(object("limits", f["limits"]));
  return m;
}

function terms(v: unknown): RecordingTerms {
  const f = object("recording", v);
  return {
    required: truth("required", f["required"]),
    readers: list("readers", f["readers"], MAX_READERS, reader),
    sealed: truth("sealed", f["sealed"]),
    pausable: truth("pausable", f["pausable"]),
    copy: oneOf("copy", f["copy"], ["none", "summary", "recording"]),
    slow: oneOf("slow", f["slow"], ["shrink", "keep"]),
  };
}

function reader(v: unknown): RecordingTerms["readers"][number] {
  const f = object("readers", v);
  return { name: readerName(f["name"]), key: opaque("key", f["key"], 1, 100) };
}

/** A technician's photo, of which no browser decodes more pixels than the protocol allows. */
function photo(f: Fields): { photo?: string } {
  if (!given(f["photo"])) return {};
  const { width, height, png } = sizeOfPNG("photo", f["photo"], MAX_PHOTO_FILE);
  whole("photo.width", width, 1, MAX_PHOTO);
  whole("photo.height", height, 1, MAX_PHOTO);
  return { photo: png };
}

function withdrawn(f: Fields): Withdrawn {
  return { type: "withdrawn", requestId: opaque("requestId", f["requestId"], 1, MAX_ID) };
}

function connect(f: Fields): Connect {
  return {
    type: "connect",
    iceServers: list("iceServers", f["iceServers"], 8, iceServer),
    ...(given(f["recording"]) ? { recording: upload(f["recording"]) } : {}),
  };
}

function upload(v: unknown): Upload {
  const f = object("recording", v);
  return {
    token: opaque("token", f["token"], 1, MAX_ID),
    ...(given(f["copyToken"]) ? { copyToken: opaque("copyToken", f["copyToken"], 0, MAX_ID) } : {}),
    receiptKey: bytes32("receiptKey", f["receiptKey"]),
  };
}

function offer(f: Fields): Offer {
  return {
    type: "offer",
    sdp: description("sdp", f["sdp"]),
    grant: opaque("grant", f["grant"], 1, MAX_JWT),
  };
}

function present(f: Fields): Present {
  return { type: "present", grant: opaque("grant", f["grant"], 1, MAX_JWT) };
}

function nonce(f: Fields): Nonce {
  return { type: "nonce", nonce: bytes32("nonce", f["nonce"]) };
}

function watch(f: Fields): Watch {
  const m: Watch = { type: "watch" };
  if (given(f["monitor"])) m.monitor = whole("monitor", f["monitor"], ALL_MONITORS, MAX_MONITOR);
  return m;
}

function observe(f: Fields): Observe {
  return { type: "observe", on: truth("on", f["on"]) };
}

function tiles(f: Fields): TilesWanted {
  return { type: "tiles", on: truth("on", f["on"]) };
}

function end(f: Fields): End {
  return { type: "end", reason: text("reason", f["reason"], 1, 64) };
}
