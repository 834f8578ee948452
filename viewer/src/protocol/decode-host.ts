/** Reading what a host says on the data channels: one function per message, one table per channel. */

import {
  BadMessage,
  amount,
  bytes32,
  checkClip,
  list,
  object,
  oneOf,
  png,
  scopes,
  text,
  truth,
  whole,
} from "./check.ts";
import type { Fields } from "./check.ts";
import { decode, ended, error, given } from "./decode.ts";
import {
  ALL_MONITORS,
  MAX_AREA,
  MAX_CHAT,
  MAX_CLIPBOARD_PART,
  MAX_MONITORS,
  MAX_SHAPE,
  RECORDING_STATES,
} from "./message.ts";
import type {
  Ack,
  Chat,
  ChatMessage,
  Clipboard,
  ClipboardMessage,
  Compared,
  Cursor,
  FromControl,
  HostFigures,
  Monitor,
  Monitors,
  Permissions,
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

/** Reads a message from the host on the clipboard's channel; throws BadMessage. */
export function decodeClipboard(data: string): ClipboardMessage {
  return decode<ClipboardMessage>(data, { clipboard, ack });
}

/** Reads a message from the host on the chat channel; throws BadMessage. */
export function decodeChat(data: string): ChatMessage {
  return decode<ChatMessage>(data, { chat, ack });
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
  if (given(f["recording"])) m.recording = oneOf("recording", f["recording"], RECORDING_STATES);
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

function clipboard(f: Fields): Clipboard {
  const { text: t } = f;
  if (typeof t !== "string" || [...t].length > MAX_CLIPBOARD_PART) {
    throw new BadMessage("bad_message", `text: at most ${MAX_CLIPBOARD_PART} characters`);
  }
  const wrong = checkClip(t);
  if (wrong !== undefined) throw new BadMessage("bad_message", `text: ${wrong}`);
  const m: Clipboard = { type: "clipboard", sent: whole("sent", f["sent"], 1, MAX_COUNT), text: t };
  if (given(f["more"])) m.more = truth("more", f["more"]);
  return m;
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
