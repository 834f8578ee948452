/** What the page that shares a screen knows of its session. Times are of performance.now(). */

import type { Scope } from "../protocol/message.ts";
import type { HostWords } from "./comparing.ts";
import type { Surface } from "./picture.ts";
import type { Person } from "./message.ts";

/** Why nothing could be begun: an error code, and the relay's hint with how long to wait. */
export interface Problem {
  code: string;
  hint?: string;
}

export interface Start {
  phase: "start";
  problem?: Problem;
}

export interface Opening {
  phase: "opening";
}

export interface Waiting {
  phase: "waiting";
  /** Nine digits to read out, and until when they hold. */
  code?: { digits: string; until: number };
  /** Whom the person waits for, when they have opened an invitation. */
  awaited?: { technician: Person; ticket?: string };
  isLinkUp: boolean;
}

/** Somebody asks. */
export interface Asked {
  phase: "asked";
  requestId: string;
  technician: Person;
  ticket?: string;
  /** A checked PNG file, in base64. */
  photo?: string;
  ask: Scope[];
  /** When it was shown first, and until when there can be an answer. */
  since: number;
  until: number;
  /** The browser's own dialogue is open. */
  isChoosing: boolean;
  isLinkUp: boolean;
}

/** One line of what the two have said to each other. */
export interface Line {
  isMine: boolean;
  text: string;
}

export interface Live {
  phase: "live";
  stage: "connecting" | "active" | "reconnecting";
  technician: Person;
  ticket?: string;
  surface?: Surface;
  /** When the person said yes. */
  since: number;
  /** When the session ends by the organisation's word. */
  endsAt?: number;
  isPaused: boolean;
  isLinkUp: boolean;
  words?: HostWords;
  /** The technician has asked for more than looking, which this page refused. */
  hasAskedForMore: boolean;
  lines: readonly Line[];
}

/** What this side knows of an end beyond its reason. */
export type Detail =
  /** The person closed the browser's dialogue. */
  | "cancelled"
  /** The browser or the system would not show anything. */
  | "not_possible"
  /** The browser's own button, or the window that was shown is closed. */
  | "surface_ended";

export interface Over {
  phase: "ended";
  reason: string;
  detail?: Detail;
  technician?: Person;
  /** How long the technician could look, in milliseconds. */
  lasted?: number;
}

export type State = Start | Opening | Waiting | Asked | Live | Over;
