/** What happened in a recording, in words. */

import { ALL_MONITORS } from "../../recording/event.ts";
import type { Event, Monitor, Side } from "../../recording/event.ts";
import type { Gap } from "../../recording/story.ts";

/** What an event is, for who looks through many. */
export type Kind = "rule" | "gap" | "window" | "screen" | "talk" | "file" | "hand" | "line" | "end";

/** An event in words. */
export interface Said {
  kind: Kind;
  text: string;
  /** Whether it begins a chapter. */
  isChapter: boolean;
}

/** A time in a recording: 1:04:09, or 4:09. */
export function clock(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A length of time: 12 s, 3 min 20 s, 1 h 4 min. */
export function span(ms: number): string {
  if (ms > 0 && ms < 950) return `${(Math.ceil(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A shorter gap is no chapter. */
const SHORT_GAP_MS = 1000;

/** An event in words, at its time in milliseconds. */
export interface Told extends Said {
  t: number;
}

/** All events in words, but permissions that change nothing: none are there at the beginning. */
export function told(events: readonly Event[]): Told[] {
  let allowed = permissionWords([], false);
  const all: Told[] = [];
  for (const e of events) {
    const one = { t: e.t, ...said(e) };
    if (e.type === "permissions") {
      if (one.text === allowed) continue;
      allowed = one.text;
    }
    all.push(one);
  }
  return all;
}

/** What an event is called. */
export function said(e: Event): Said {
  const chapter = (kind: Kind, text: string): Said => ({ kind, text, isChapter: true });
  const plain = (kind: Kind, text: string): Said => ({ kind, text, isChapter: false });
  switch (e.type) {
    case "consent":
      return chapter("rule", "The person said yes");
    case "permissions":
      return chapter("rule", permissionWords(e.now, e.isPaused));
    case "screen":
      return chapter("screen", screenWords(e.monitor, e.monitors, e.width, e.height));
    case "window":
      return chapter(
        "window",
        [e.title || "A window", e.program && `(${e.program})`].filter(Boolean).join(" "),
      );
    case "pause":
      return chapter("gap", pauseWords(e.what, e.reason));
    case "unpause":
      return plain(
        "gap",
        `${e.what === "session" ? "Session" : "Recording"} goes on after ${span(e.length)}`,
      );
    case "gap": {
      const text = `Not recorded: ${span(e.to - e.from)}${because(e.reason)}`;
      return e.to - e.from < SHORT_GAP_MS ? plain("gap", text) : chapter("gap", text);
    }
    case "end":
      return chapter("end", `End${because(e.reason)}`);
    case "click":
      return plain("hand", `${buttons[e.button] ?? "Click"} ${by(e.by)}`);
    case "keys":
      return plain("hand", e.count === 1 ? "One key" : `${e.count} keys`);
    case "chat":
      return plain("talk", `${e.from === "technician" ? "Technician" : "Person"}: ${e.text}`);
    case "clipboard":
      return plain("file", `Clipboard ${toWords(e.to)}, ${e.characters} characters`);
    case "file":
      return plain("file", `File ${toWords(e.to)}: ${e.name} (${size(e.size)})`);
    case "quality":
      return plain("line", `Picture: ${codecName(e.codec)}, ${e.width} × ${e.height}`);
    case "path":
      return plain("line", e.path === "relay" ? "By way of the relay" : "Direct connection");
    case "connection":
      return plain("line", `Technician ${e.state}`);
    case "words":
      return plain(
        "rule",
        e.result === "same" ? "The words were the same" : "The words were different",
      );
    case "pointer":
      return plain("hand", "Pointer");
    case "other":
      return plain("line", e.name);
  }
}

const buttons: readonly string[] = ["Click", "Middle click", "Right click"];
const because = (reason: string) => (reason ? ` (${reasonWords(reason)})` : "");
const by = (side: Side) => (side === "technician" ? "by the technician" : "by the person");
const toWords = (side: Side) => (side === "technician" ? "from the host" : "to the host");

const reasons: Readonly<Record<string, string>> = {
  person: "by the person",
  policy: "by the policy",
  technician: "by the technician",
  upload: "the relay could not be reached",
  unpaused: "until the next whole picture after a pause",
  busy: "the host’s computer could not keep up",
  full: "no room on the host for what the relay did not take",
  asleep: "the host’s computer slept",
  recording_lost: "the recording was lost",
  disk: "no room on the host’s disk",
  crash: "the host’s program ended",
};

function reasonWords(reason: string): string {
  return Object.hasOwn(reasons, reason) ? (reasons[reason] ?? reason) : reason.replaceAll("_", " ");
}

function permissionWords(now: readonly string[], isPaused: boolean): string {
  if (isPaused) return "Everything paused";
  return now.length > 0 ? `Allowed: ${now.join(", ")}` : "Nothing allowed";
}

function pauseWords(what: "session" | "recording", reason: string): string {
  return `${what === "session" ? "Session" : "Recording"} paused${because(reason)}`;
}

function screenWords(
  id: number,
  monitors: readonly Monitor[],
  width: number,
  height: number,
): string {
  return `Shown: ${monitorName(id, monitors)}, ${width} × ${height}`;
}

/** What a monitor is called. */
export function monitorName(id: number, monitors: readonly Monitor[]): string {
  if (id === ALL_MONITORS) return monitors.length > 1 ? "all monitors" : "the screen";
  return monitors.find((m) => m.id === id)?.name || `monitor ${id}`;
}

/** Why there is no picture, and for how long. */
export function gapWords(gap: Gap): { what: string; why: string } {
  const what = {
    session: "The session was paused",
    recording: "The recording was paused",
    missing: "This was not recorded",
  }[gap.what];
  const why = gap.reason ? `${reasonWords(gap.reason)}, for ` : "for ";
  return { what, why: `${why}${span(gap.to - gap.from)}` };
}

/** What people call a codec. */
export function codecName(codec: string): string {
  if (codec.startsWith("av01")) return "AV1";
  if (codec.startsWith("vp09")) return "VP9";
  return codec === "vp8" ? "VP8" : codec;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const kilo = bytes / 1000;
  return kilo < 1000 ? `${kilo.toFixed(0)} kB` : `${(kilo / 1000).toFixed(1)} MB`;
}
