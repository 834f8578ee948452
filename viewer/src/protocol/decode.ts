/** Reading messages: one function per message, one flat table per sender. */

import {
  BadMessage,
  amount,
  description,
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
import { ALL_MONITORS, MAX_AREA, MAX_MESSAGE, MAX_MONITORS, MAX_SHAPE } from "./message.ts";
import type {
  Ack,
  Answer,
  Candidate,
  Cursor,
  Ended,
  ErrorMessage,
  FromControl,
  FromRelay,
  Granted,
  HostFigures,
  IceServer,
  Monitor,
  Monitors,
  Permissions,
  Refused,
  Requested,
  Resumed,
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

/** Reads a message from the relay; throws BadMessage. */
export function decodeRelay(data: string): FromRelay {
  return decode<FromRelay>(data, {
    requested,
    granted,
    refused,
    answer,
    candidate,
    resumed,
    ended,
    error,
  });
}

/** Reads a message from the host on the control channel; throws BadMessage. */
export function decodeControl(data: string): FromControl {
  return decode<FromControl>(data, {
    permissions,
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

type Readers<T> = Record<string, (f: Fields) => T>;

function decode<T>(data: string, readers: Readers<T>): T {
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
  const host = object("host", f["host"]);
  return {
    type: "requested",
    sessionId: opaque("sessionId", f["sessionId"], 1, 128),
    token: opaque("token", f["token"], 1, 128),
    host: {
      name: text("host.name", host["name"], 1, 64),
      os: text("host.os", host["os"], 0, 64),
    },
    expiresIn: whole("expiresIn", f["expiresIn"], 0, 24 * 3600),
  };
}

function granted(f: Fields): Granted {
  return {
    type: "granted",
    grant: opaque("grant", f["grant"], 1, 4096),
    scopes: scopes("scopes", f["scopes"]),
    iceServers: list("iceServers", f["iceServers"], 8, iceServer),
  };
}

function iceServer(v: unknown): IceServer {
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

function candidate(f: Fields): Candidate {
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

function given(v: unknown): boolean {
  return v !== undefined && v !== null;
}

function resumed(f: Fields): Resumed {
  const states = ["waiting", "requested", "connecting", "active", "reconnecting"] as const;
  return { type: "resumed", state: oneOf("state", f["state"], states) };
}

function ended(f: Fields): Ended {
  return { type: "ended", reason: text("reason", f["reason"], 1, 64) };
}

function error(f: Fields): ErrorMessage {
  const m: ErrorMessage = {
    type: "error",
    code: text("code", f["code"], 1, 32),
    message: text("message", f["message"], 1, 300),
  };
  if (given(f["hint"])) m.hint = text("hint", f["hint"], 0, 300);
  return m;
}

function permissions(f: Fields): Permissions {
  return {
    type: "permissions",
    scopes: scopes("scopes", f["scopes"]),
    grantable: scopes("grantable", f["grantable"]),
  };
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
