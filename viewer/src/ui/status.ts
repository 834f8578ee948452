/** The state of a session in words. */

import { allows, askingFor, canHave, couldAllowControl, isPaused } from "../session/state.ts";
import type { Live, State } from "../session/state.ts";
import { wordsOf } from "../words.ts";
import { recordingWords } from "./recorded.ts";

/** How well a thing stands; also the colour of its dot. */
export type Tone = "good" | "busy" | "bad";

/** The connection in a word or two. */
export function connectionWords(s: Live): { tone: Tone; label: string; detail: string } {
  if (s.stage === "connecting") {
    return { tone: "busy", label: "Connecting…", detail: "Looking for a way to the host." };
  }
  if (s.stage === "reconnecting") {
    return {
      tone: "bad",
      label: "Reconnecting…",
      detail: "The host cannot be reached at the moment. What you type is not sent.",
    };
  }
  const away = s.isLinkUp ? "" : " The relay is away; the session goes on without it.";
  if (s.path === "relay") {
    return {
      tone: "good",
      label: "Relayed",
      detail: `Encrypted end to end, by way of the relay.${away}`,
    };
  }
  if (s.path === "direct") {
    return {
      tone: "good",
      label: "Direct",
      detail: `Encrypted end to end, with nobody between.${away}`,
    };
  }
  return { tone: "good", label: "Connected", detail: `Encrypted end to end.${away}` };
}

/** What the technician may do, and what would change it. */
export interface Mode {
  kind: "control" | "view" | "paused" | "unknown";
  label: string;
  /** What to know beside the label; empty when there is nothing. */
  detail: string;
  /** Whether asking for control would help. */
  canAsk: boolean;
}

/** What the technician may do at the moment. */
export function modeOf(s: Live): Mode {
  if (!s.permissions) return { kind: "unknown", label: "", detail: "", canAsk: false };
  if (isPaused(s)) {
    const detail = "They go on when they like";
    return { kind: "paused", label: "Paused by the person", detail, canAsk: false };
  }
  if (allows(s, "control")) return { kind: "control", label: "Control", detail: "", canAsk: false };
  return { kind: "view", label: "View only", ...viewDetail(s) };
}

/** Whether what the technician does waits, as the person uses the machine themselves. */
export function isYielding(s: Live): boolean {
  return allows(s, "control") && (s.permissions?.yielding ?? false);
}

function viewDetail(s: Live): { detail: string; canAsk: boolean } {
  if (!canHave(s, "control")) return { detail: "This host can only be looked at", canAsk: false };
  if (s.permissions?.verifyWords && s.granted.includes("control")) {
    return { detail: "Control waits until they say that the words are the same", canAsk: false };
  }
  if (couldAllowControl(s)) {
    return { detail: `${s.host.name} can allow control on their side`, canAsk: false };
  }
  const isActive = s.stage === "active";
  switch (askingFor(s, "control")) {
    case "asked":
      return { detail: "Asked for control. Waiting for the answer…", canAsk: false };
    case "declined":
      return { detail: "They said no to control", canAsk: isActive };
    case "no_answer":
      return { detail: "No answer about control", canAsk: isActive };
    case "no":
      return { detail: "", canAsk: isActive };
  }
}

/** What a screen reader hears when the state changes. */
export function announcement(s: State): string {
  switch (s.phase) {
    case "idle":
      return "";
    case "redeeming":
      return "Checking the code.";
    case "requested":
      return `Waiting for ${s.host.name} to answer.`;
    case "ended":
      return wordsOf(s.cause).what;
    case "live": {
      const mode = modeOf(s);
      const recording = recordingWords(s)?.label;
      return [connectionWords(s).label, recording, mode.label, mode.detail]
        .filter(Boolean)
        .join(". ");
    }
  }
}
