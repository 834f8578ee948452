/** Reading messages: one function per message, one flat table per sender. */

import {
  BadMessage,
  amount,
  bytes32,
  description,
  digits,
  list,
  object,
  oneOf,
  opaque,
  png,
  scopes,
  text,
  truth,
  whole,
} from "./check.ts";
import type { Fields } from "./check.ts";
import {
  ALL_MONITORS,
  MAX_AREA,
  MAX_CHAT,
  MAX_MESSAGE,
  MAX_MONITORS,
  MAX_SHAPE,
  MAX_TICKET,
} from "./message.ts";
import type {
  Ack,
  Answer,
  Candidate,
  Chat,
  ChatMessage,
  Compared,
  Cursor,
  Ended,
  ErrorMessage,
  FromControl,
  FromRelay,
  Granted,
  HostFigures,
  HostInfo,
  IceServer,
  Invitation,
  Invitations,
  Invited,
  Limits,
  Monitor,
  Monitors,
  Opened,
  Permissions,
  Refused,
  Requested,
  Resumed,
  Reveal,
  Screen,
  Shape,
} from "./message.ts";

/** A number of an event is kept exactly up to here. */
const MAX_COUNT = Number.MAX_SAFE_INTEGER;
const MAX_PIXELS = 1 << 16;
const MAX_SHAPE_FILE = 40 * 1024;
const MAX_MILLISECONDS = 60_000;
const MAX_CORES = 1024;
const MAX_BIT_RATE = 1_000_000_000;
const MAX_TIMESTAMP = 2 ** 32 - 1;
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

/** Reads a message from the host on the control channel; throws BadMessage. */
export function decodeControl(data: string): FromControl {
  return decode<FromControl>(data, {
    permissions,
    reveal,
    compared,
    screen,
    monitors,
    shape,
    figures,
    ended,
    error,
  });
}

/** Reads a message from the host on the input channel; throws BadMessage. */
export function decodeInput(data: string): Ack {
  return decode<Ack>(data, { ack });
}

/** Reads a message from the host on the cursor channel; throws BadMessage. */
export function decodeCursor(data: string): Cursor {
  return decode<Cursor>(data, { cursor });
}

/** Reads a message from the host on the chat channel; throws BadMessage. */
export function decodeChat(data: string): ChatMessage {
  return decode<ChatMessage>(data, { chat, ack });
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
    iceServers: list("iceServers", f["iceServers"], 8, iceServer),
  };
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

function answer(f: Fields): Answer {
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

function permissions(f: Fields): Permissions {
  const m: Permissions = {
    type: "permissions",
    scopes: scopes("scopes", f["scopes"]),
    grantable: scopes("grantable", f["grantable"]),
  };
  if (given(f["possible"])) m.possible = scopes("possible", f["possible"]);
  if (given(f["commitment"])) m.commitment = bytes32("commitment", f["commitment"]);
  if (given(f["verifyWords"])) m.verifyWords = truth("verifyWords", f["verifyWords"]);
  if (given(f["paused"])) m.paused = truth("paused", f["paused"]);
  if (given(f["yielding"])) m.yielding = truth("yielding", f["yielding"]);
  return m;
}

function reveal(f: Fields): Reveal {
  return { type: "reveal", nonce: bytes32("nonce", f["nonce"]) };
}

export function compared(f: Fields): Compared {
  const results = ["same", "different", "dismissed"] as const;
  return { type: "compared", result: oneOf("result", f["result"], results) };
}

function screen(f: Fields): Screen {
  const m: Screen = {
    type: "screen",
    width: whole("width", f["width"], 1, MAX_PIXELS),
    height: whole("height", f["height"], 1, MAX_PIXELS),
  };
  whole("width × height", m.width * m.height, 1, MAX_AREA);
  if (given(f["number"])) m.number = whole("number", f["number"], 1, MAX_COUNT);
  if (given(f["since"])) m.since = whole("since", f["since"], 0, MAX_TIMESTAMP);
  if (given(f["tiles"])) m.tiles = truth("tiles", f["tiles"]);
  return m;
}

function monitors(f: Fields): Monitors {
  return {
    type: "monitors",
    monitors: list("monitors", f["monitors"], MAX_MONITORS, monitor),
    shown: whole("shown", f["shown"], ALL_MONITORS, MAX_PIXELS),
  };
}

function monitor(v: unknown): Monitor {
  const f = object("monitors", v);
  return {
    id: whole("id", f["id"], 0, MAX_PIXELS),
    name: text("name", f["name"], 1, 64),
    x: whole("x", f["x"], -MAX_PIXELS, MAX_PIXELS),
    y: whole("y", f["y"], -MAX_PIXELS, MAX_PIXELS),
    width: whole("width", f["width"], 1, MAX_PIXELS),
    height: whole("height", f["height"], 1, MAX_PIXELS),
    primary: truth("primary", f["primary"]),
  };
}

function figures(f: Fields): HostFigures {
  const m: HostFigures = {
    type: "figures",
    ...known(f, "encode", MAX_MILLISECONDS),
    ...known(f, "encodeMost", MAX_MILLISECONDS),
    pictures: whole("pictures", f["pictures"], 0, 1000),
    ...known(f, "cpu", MAX_CORES),
    ...known(f, "machine", 1),
    cores: whole("cores", f["cores"], 1, MAX_CORES),
    ...known(f, "rate", MAX_BIT_RATE),
    ...known(f, "queue", MAX_MILLISECONDS),
    ...known(f, "loss", 1),
  };
  if (given(f["limited"])) m.limited = oneOf("limited", f["limited"], ["network", "host"]);
  return m;
}

/** A number that may be left out, under its name. */
function known<K extends string>(f: Fields, name: K, most: number): { [P in K]?: number } {
  const field: { [P in K]?: number } = {};
  if (given(f[name])) field[name] = amount(name, f[name], most);
  return field;
}

function chat(f: Fields): Chat {
  return {
    type: "chat",
    sent: whole("sent", f["sent"], 1, MAX_COUNT),
    text: text("text", f["text"], 1, MAX_CHAT),
  };
}

function ack(f: Fields): Ack {
  return { type: "ack", last: whole("last", f["last"], 0, MAX_COUNT) };
}

function shape(f: Fields): Shape {
  const width = whole("width", f["width"], 1, MAX_SHAPE);
  const height = whole("height", f["height"], 1, MAX_SHAPE);
  return {
    type: "shape",
    id: whole("id", f["id"], 1, MAX_COUNT),
    width,
    height,
    hotX: whole("hotX", f["hotX"], 0, width - 1),
    hotY: whole("hotY", f["hotY"], 0, height - 1),
    png: png("png", f["png"], MAX_SHAPE_FILE, width, height),
  };
}

function cursor(f: Fields): Cursor {
  const m: Cursor = {
    type: "cursor",
    sequence: whole("sequence", f["sequence"], 0, MAX_COUNT),
    shape: whole("shape", f["shape"], 0, MAX_COUNT),
    yours: truth("yours", f["yours"]),
  };
  if (given(f["place"])) m.place = place(f["place"]);
  return m;
}

function place(v: unknown): { x: number; y: number } {
  const f = object("place", v);
  return {
    x: whole("place.x", f["x"], 0, MAX_PIXELS),
    y: whole("place.y", f["y"], 0, MAX_PIXELS),
  };
}
