/** What happened in a recording, in words. */

import type { Key, Text } from "../../languages/text.ts";
import type { Event, Paused, Side } from "../../recording/event.ts";
import type { Gap } from "../../recording/story.ts";
import { codecName, dimensions, monitorName, size, span } from "./measures.ts";

/** What an event is, for who looks through many. */
export type Kind = "rule" | "gap" | "window" | "screen" | "talk" | "file" | "hand" | "line" | "end";

/** An event in words. */
export interface Said {
  kind: Kind;
  text: string;
  /** Whether it begins a chapter. */
  isChapter: boolean;
}

/** An event in words, at its time in milliseconds. */
export interface Told extends Said {
  t: number;
}

/** A shorter gap is no chapter. */
const SHORT_GAP_MS = 1000;

/** All events in words, but permissions that change nothing: none are there at the beginning. */
export function told(t: Text, events: readonly Event[]): Told[] {
  let allowed = permissionsIn(t, [], false);
  const all: Told[] = [];
  for (const e of events) {
    const one = { t: e.t, ...said(t, e) };
    if (e.type === "permissions") {
      if (one.text === allowed) continue;
      allowed = one.text;
    }
    all.push(one);
  }
  return all;
}

/** What an event is called. */
export function said(t: Text, e: Event): Said {
  const chapter = (kind: Kind, text: string): Said => ({ kind, text, isChapter: true });
  const plain = (kind: Kind, text: string): Said => ({ kind, text, isChapter: false });
  switch (e.type) {
    case "consent":
      return chapter("rule", t("film.consent"));
    case "permissions":
      return chapter("rule", permissionsIn(t, e.now, e.isPaused));
    case "screen": {
      const monitor = monitorName(t, e.monitor, e.monitors);
      return chapter("screen", t("film.screen", { monitor, size: dimensions(e) }));
    }
    case "window": {
      const program = e.program && `(${e.program})`;
      return chapter("window", `${e.title || t("film.window")} ${program}`.trimEnd());
    }
    case "pause":
      return chapter("gap", because(t, t(`film.paused.${e.what}`), e.reason));
    case "unpause":
      return plain("gap", t(`film.on.${e.what}`, { time: span(t, e.length) }));
    case "gap": {
      const text = because(t, t("film.missing", { time: span(t, e.to - e.from) }), e.reason);
      return e.to - e.from < SHORT_GAP_MS ? plain("gap", text) : chapter("gap", text);
    }
    case "end":
      return chapter("end", because(t, t("film.end"), e.reason));
    case "click":
      return plain("hand", t(`film.click.${buttons[e.button] ?? "other"}.${e.by}`));
    case "keys":
      return plain("hand", keysIn(t, e.count));
    case "chat":
      return plain("talk", t(`film.chat.${e.from}`, { text: e.text }));
    case "clipboard":
      return plain("file", t(`film.clipboard.${to(e.to)}`, { count: String(e.characters) }));
    case "file":
      return chapter(
        "file",
        t(`film.${e.isPart ? "part" : "file"}.${to(e.to)}`, {
          name: e.name,
          size: size(t, e.size),
        }),
      );
    case "quality":
      return plain("line", t("film.quality", { codec: codecName(e.codec), size: dimensions(e) }));
    case "path":
      return plain("line", t(e.path === "relay" ? "film.path.relay" : "film.path.direct"));
    case "connection":
      return plain("line", t(e.state === "connected" ? "film.connected" : "film.disconnected"));
    case "words":
      return plain("rule", t(e.result === "same" ? "film.words.same" : "film.words.differ"));
    case "pointer":
      return plain("hand", t("film.pointer"));
    case "other":
      return plain("line", e.name);
  }
}

const buttons = ["main", "middle"] as const;

/** At whose side something arrived. */
const to = (side: Side) => (side === "technician" ? side : "host");

function keysIn(t: Text, count: number): string {
  return count === 1 ? t("film.keys.one") : t("film.keys.many", { count: String(count) });
}

const scopes = ["view", "control", "files", "clipboard"] as const;

/** What may be done; a newer host may name more. */
function permissionsIn(t: Text, now: readonly string[], isPaused: boolean): string {
  if (isPaused) return t("film.allowed.paused");
  const names = now.map((scope) => {
    const known = scopes.find((name) => scope.startsWith(name));
    return known ? t(`film.scope.${known}`) : scope;
  });
  if (names.length === 0) return t("film.allowed.none");
  return t("film.allowed", { what: [...new Set(names)].join(", ") });
}

const reasons = [
  "person",
  "policy",
  "technician",
  "upload",
  "unpaused",
  "busy",
  "full",
  "asleep",
  "host_stopped",
  "host_quit",
  "technician_stopped",
  "reported",
  "bar_hidden",
  "host_lost",
  "technician_lost",
  "connection_failed",
  "grant_invalid",
  "grant_expired",
  "revoked",
  "time_limit",
  "words_differ",
  "recording_lost",
  "screen_lost",
  "error",
] as const;

/** Why something was, which a newer host may know better. */
function reasonIn(t: Text, reason: string): string {
  const known = reasons.find((name) => name === reason);
  return known ? t(`film.why.${known}`) : reason.replaceAll("_", " ");
}

const because = (t: Text, what: string, reason: string) =>
  reason ? `${what} (${reasonIn(t, reason)})` : what;

const gaps: Readonly<Record<Paused | "missing", Key>> = {
  session: "film.gap.session",
  recording: "film.gap.recording",
  missing: "film.gap.missing",
};

/** Why there is no picture, and for how long. */
export function gapWords(t: Text, gap: Gap): { what: string; why: string } {
  const long = t("film.for", { time: span(t, gap.to - gap.from) });
  const why = gap.reason ? `${reasonIn(t, gap.reason)}, ${long}` : long;
  return { what: t(gaps[gap.what]), why };
}
