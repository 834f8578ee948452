/**
 * What the technician's page knows about its session, and how each event changes it.
 * Pure: no network, no clock, no timers. Times are milliseconds that the caller reads.
 */

import { ALL_MONITORS } from "../protocol/message.ts";
import type {
  FromControlToSession,
  FromRelay,
  Granted,
  Limits,
  Monitors,
  Permissions,
  Scope,
  Screen,
  Unrecorded,
} from "../protocol/message.ts";
import type { Compared } from "../words/comparison.ts";
import type { Line } from "./talk.ts";

/** What the technician asked for with a code. */
export interface Wish {
  ask: Scope[];
  ticket: string;
  /** The session is to be recorded, where the organisation leaves that to the technician. */
  isRecorded?: boolean;
}

/** What the host says of itself; nobody has verified it. */
export interface Host {
  name: string;
  os: string;
}

/** Why something did not work: a reason of an end, or an error with its words if it had any. */
export type Cause =
  | { kind: "reason"; reason: string }
  | { kind: "error"; code: string; message?: string; hint?: string };

/** Who can open the recording of a session. */
export interface Recording {
  /** Names that the relay gives. */
  readers: string[];
  /** The relay itself cannot. */
  isSealed: boolean;
}

/** The way that media takes. */
export type Path = "direct" | "relay";

/** What became of asking for more while the session runs. */
export type Asking = "no" | "asked" | "declined" | "no_answer";

export interface Idle {
  phase: "idle";
  problem?: Cause;
}

export interface Redeeming {
  phase: "redeeming";
  wish: Wish;
}

export interface Requested {
  phase: "requested";
  wish: Wish;
  host: Host;
  /** When the person's time for an answer is over. */
  deadline: number;
  isLinkUp: boolean;
  /** The person is asked for a recording, or there is no session without one. */
  isRecorded?: boolean;
  /** Why they are not, though it was asked for. */
  unrecorded?: Unrecorded;
}

export interface Live {
  phase: "live";
  host: Host;
  /** The person has agreed to a recording. How it stands the host says, in its permissions. */
  recording?: Recording;
  /** Why there is none, though it was asked for. */
  unrecorded?: Unrecorded;
  stage: "connecting" | "active" | "reconnecting";
  isLinkUp: boolean;
  /** What the newest grant names. The host may allow less. */
  granted: Scope[];
  /** What the organisation allows, and when the session ends by it (milliseconds). */
  limits?: Limits;
  endsAt?: number;
  /** What the host allows; unknown until its control channel has spoken. */
  permissions?: Permissions;
  /** What the host shows now. Its first picture may still be on its way. */
  screen?: Screen;
  /** The host's monitors, when it tells of them. */
  monitors?: Monitors;
  path?: Path;
  hasPicture: boolean;
  /** When media first flowed. */
  since?: number;
  asking: Asking;
  /** What was asked for last, and whether a recording was. */
  wanted?: Scope[];
  wantsRecording?: boolean;
  /** The words to compare, and how far that is. */
  compared?: Compared;
  /** What the two have written to each other. */
  lines?: readonly Line[];
  /** The last thing that went wrong without ending the session. */
  problem?: Cause;
}

export interface Over {
  phase: "ended";
  cause: Cause;
  host?: Host;
  /** How long media flowed, in milliseconds; nothing when it never did. */
  lasted?: number;
}

export type State = Idle | Redeeming | Requested | Live | Over;

export type SessionEvent =
  | { type: "redeem"; wish: Wish }
  | { type: "relay"; message: FromRelay; now: number }
  | { type: "host"; message: FromControlToSession; now: number }
  | { type: "link"; isUp: boolean }
  | { type: "connected"; now: number }
  | { type: "lost" }
  | { type: "path"; path: Path }
  | { type: "picture" }
  | { type: "compared"; compared: Compared }
  | { type: "said"; lines: readonly Line[] }
  | { type: "ask"; scopes: Scope[]; isRecorded?: boolean }
  | { type: "askTimedOut" }
  | { type: "failed"; cause: Cause; now: number }
  | { type: "cancel" }
  | { type: "stop"; now: number }
  | { type: "again" };

/** The state before anything happened. */
export const idle: State = { phase: "idle" };

/** Whether the technician may use keyboard and pointer on the host at this moment. */
export function mayControl(s: State): boolean {
  return s.phase === "live" && s.stage === "active" && allows(s, "control") && !isPaused(s);
}

/** Whether the person has paused the session. */
export function isPaused(s: Live): boolean {
  return s.permissions?.paused ?? false;
}

/** Whether the host allows a scope at this moment. */
export function allows(s: Live, scope: Scope): boolean {
  return s.permissions?.scopes.includes(scope) ?? false;
}

/** Whether something that needs a scope has an effect at this moment. */
export function may(s: Live, scope: Scope): boolean {
  return s.stage === "active" && allows(s, scope) && !isPaused(s);
}

/** Whether this session can have something at all, if the person is asked for it. */
export function canHave(s: Live, scope: Scope): boolean {
  return s.permissions?.possible?.includes(scope) ?? true;
}

/** What became of asking for a scope. */
export function askingFor(s: Live, scope: Scope): Asking {
  return s.wanted?.includes(scope) ? s.asking : "no";
}

/** What became of asking for a recording. */
export function askingToRecord(s: Live): Asking {
  return s.wantsRecording ? s.asking : "no";
}

/** Whether the person could allow control without being asked again. */
export function couldAllowControl(s: Live): boolean {
  return s.permissions?.grantable.includes("control") ?? false;
}

/** The state after an event. An event that does not fit the state changes nothing. */
export function next(s: State, e: SessionEvent): State {
  switch (e.type) {
    case "redeem":
      return s.phase === "idle" || s.phase === "ended" ? { phase: "redeeming", wish: e.wish } : s;
    case "relay":
      return fromRelay(s, e.message, e.now);
    case "host":
      return s.phase === "live" ? fromHost(s, e.message, e.now) : s;
    case "link":
      return s.phase === "live" || s.phase === "requested" ? { ...s, isLinkUp: e.isUp } : s;
    case "connected":
      return s.phase === "live" ? { ...s, stage: "active", since: s.since ?? e.now } : s;
    case "lost":
      return s.phase === "live" && s.stage === "active" ? { ...s, stage: "reconnecting" } : s;
    case "path":
      return s.phase === "live" && s.path !== e.path ? { ...s, path: e.path } : s;
    case "picture":
      return s.phase === "live" && !isPaused(s) ? { ...s, hasPicture: true } : s;
    case "said":
      return s.phase === "live" ? { ...s, lines: e.lines } : s;
    case "compared":
      return s.phase === "live" ? { ...s, compared: e.compared } : s;
    case "ask":
      return s.phase === "live" && s.stage === "active"
        ? {
            ...s,
            asking: "asked",
            wanted: e.scopes.filter((scope) => !allows(s, scope)),
            wantsRecording: e.isRecorded ?? false,
          }
        : s;
    case "askTimedOut":
      return s.phase === "live" && s.asking === "asked" ? { ...s, asking: "no_answer" } : s;
    case "failed":
      return failed(s, e.cause, e.now);
    case "cancel":
      return s.phase === "redeeming" || s.phase === "requested" ? idle : s;
    case "stop":
      return s.phase === "live" ? over(s, reason("technician_stopped"), e.now) : s;
    case "again":
      return s.phase === "ended" ? idle : s;
  }
}

function reason(name: string): Cause {
  return { kind: "reason", reason: name };
}

function over(s: Live | Requested, cause: Cause, now: number): Over {
  const since = s.phase === "live" ? s.since : undefined;
  const end: Over = { phase: "ended", cause, host: s.host };
  return since === undefined ? end : { ...end, lasted: now - since };
}

function fromRelay(s: State, m: FromRelay, now: number): State {
  switch (m.type) {
    case "requested":
      if (s.phase !== "redeeming") return s;
      return {
        phase: "requested",
        wish: s.wish,
        host: m.host,
        deadline: now + m.expiresIn * 1000,
        isLinkUp: true,
        ...(m.recorded ? { isRecorded: true } : {}),
        ...(m.unrecorded ? { unrecorded: m.unrecorded } : {}),
      };
    case "granted":
      return granted(s, m);
    case "refused":
      return s.phase === "live" && s.asking === "asked" ? { ...s, asking: m.reason } : s;
    case "ended":
      // One that comes after a new code was sent belongs to the session before.
      return s.phase === "requested" || s.phase === "live" ? over(s, reason(m.reason), now) : s;
    case "error":
      return relayError(s, errorCause(m));
    case "limits":
      return s.phase === "live" ? limited(s, m, now) : s;
    case "answer":
    case "candidate":
    case "resumed":
    case "invited":
    case "invitations":
    case "opened":
      return s;
  }
}

function granted(s: State, m: Granted): State {
  const { scopes } = m;
  const recording = { readers: m.readers ?? [], isSealed: m.sealed ?? false };
  const recorded = m.recorded ? { recording } : {};
  if (s.phase === "live") {
    // The person has allowed a part of what was asked for.
    const isUnrecorded = s.wantsRecording === true && !m.recorded;
    const isAll = s.wanted?.every((w) => scopes.includes(w)) && !isUnrecorded;
    const isLess = s.asking === "asked" && !isAll;
    return { ...s, ...recorded, granted: scopes, asking: isLess ? "declined" : s.asking };
  }
  if (s.phase !== "requested") return s;
  return {
    phase: "live",
    host: s.host,
    stage: "connecting",
    isLinkUp: s.isLinkUp,
    ...recorded,
    ...(s.unrecorded ? { unrecorded: s.unrecorded } : {}),
    granted: scopes,
    hasPicture: false,
    asking: "no",
  };
}

function limited(s: Live, limits: Limits, now: number): Live {
  const { endsAt: _, ...rest } = s;
  const { endsIn } = limits;
  return endsIn === undefined ? { ...rest, limits } : { ...s, limits, endsAt: now + endsIn * 1000 };
}

function errorCause(m: { code: string; message: string; hint?: string }): Cause {
  const cause = { kind: "error", code: m.code, message: m.message } as const;
  return m.hint === undefined ? cause : { ...cause, hint: m.hint };
}

/** An error leaves a running session as it is; before one it is the answer to the code. */
function relayError(s: State, cause: Cause): State {
  if (s.phase === "redeeming") return { phase: "idle", problem: cause };
  if (s.phase === "live") return { ...s, problem: cause, asking: asAnswered(s.asking) };
  return s;
}

function asAnswered(asking: Asking): Asking {
  return asking === "asked" ? "no" : asking;
}

function fromHost(s: Live, m: FromControlToSession, now: number): State {
  switch (m.type) {
    case "permissions": {
      const isUnrecorded = s.wantsRecording === true && !s.recording;
      const isAnswered = !isUnrecorded && (s.wanted?.every((w) => m.scopes.includes(w)) ?? false);
      const asking = isAnswered ? "no" : s.asking;
      // What was seen before a pause is not shown any more.
      const hasPicture = s.hasPicture && !m.paused;
      return { ...s, permissions: m, asking, hasPicture };
    }
    case "screen":
      return { ...s, screen: m };
    case "monitors":
      return isGone(s.monitors, m)
        ? { ...s, monitors: m, problem: { kind: "error", code: "monitor_gone" } }
        : { ...s, monitors: m };
    case "reveal":
    case "compared":
      return s; // what they lead to comes as an event of its own
    case "ended":
      return over(s, reason(m.reason), now);
    case "error":
      return isBelated(s, m.code) ? s : { ...s, problem: errorCause(m) };
  }
}

/** Whether the monitor that was shown is there no more. */
function isGone(before: Monitors | undefined, now: Monitors): boolean {
  if (!before || before.shown === ALL_MONITORS) return false;
  return !now.monitors.some(({ id }) => id === before.shown);
}

/** What was under way when control was taken back, or paused, is refused, and nobody needs to know. */
function isBelated(s: Live, code: string): boolean {
  return code === "scope_missing" && (!allows(s, "control") || isPaused(s));
}

function failed(s: State, cause: Cause, now: number): State {
  if (s.phase === "redeeming") return { phase: "idle", problem: cause };
  if (s.phase === "requested" || s.phase === "live") return over(s, cause, now);
  return s;
}
