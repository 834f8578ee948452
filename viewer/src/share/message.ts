/**
 * The messages of the protocol that a host sends and receives, as signaling/PROTOCOL.md
 * defines them, beside those that technicians have too.
 */

import type {
  Answer,
  Candidate,
  Compared,
  End,
  Ended,
  ErrorMessage,
  HostFigures,
  Limits,
  Monitors,
  Nonce,
  Observe,
  Offer,
  Permissions,
  Present,
  Resume,
  Resumed,
  Reveal,
  Scope,
  Screen,
  TilesWanted,
  Watch,
  IceServer,
} from "../protocol/message.ts";
import type { Path } from "../session/state.ts";

/** The most pixels on a side of a technician's photo, and the most bytes of its file. */
export const MAX_PHOTO = 96;
export const MAX_PHOTO_FILE = 24 * 1024;
/** The most keys that a relay has at a time. */
export const MAX_KEYS = 8;

/** A person whom the relay has signed in. */
export interface Person {
  id: string;
  name: string;
  organisation?: string;
}

/** A key that the relay signs grants with: Ed25519, in base64url. */
export interface GrantKey {
  id: string;
  key: string;
}

// From the relay.

export interface Registered {
  type: "registered";
  sessionId: string;
  token: string;
  issuer: string;
  keys: GrantKey[];
  /** Whom the host waits for, when it came with an invitation. */
  invitation?: Awaited;
}

/** A technician who has sent an invitation. */
export interface Awaited {
  technician: Person;
  ticket?: string;
  expiresIn: number;
}

export interface Keys {
  type: "keys";
  keys: GrantKey[];
}

export interface CodeIssued {
  type: "code";
  code: string;
  expiresIn: number;
}

export interface Request {
  type: "request";
  requestId: string;
  technician: Person;
  ask: Scope[];
  ticket?: string;
  /** A PNG file in base64, which says of itself to be no larger than MAX_PHOTO. */
  photo?: string;
  /** What the session would be recorded under: this page cannot, and the answer is no. */
  recording?: RecordingTerms;
  expiresIn: number;
  limits?: Limits;
}

export interface RecordingTerms {
  required: boolean;
  readers: { name: string; key: string }[];
  sealed: boolean;
  pausable: boolean;
  copy: "none" | "summary" | "recording";
  slow: "shrink" | "keep";
}

/** What a recording is uploaded with. */
export interface Upload {
  token: string;
  copyToken?: string;
  receiptKey: string;
}

export interface Withdrawn {
  type: "withdrawn";
  requestId: string;
}

export interface Connect {
  type: "connect";
  iceServers: IceServer[];
  recording?: Upload;
}

// To the relay.

export interface Register {
  type: "register";
  version: number;
  name: string;
  os: string;
  sessionKey: string;
  fingerprint: string;
  invitation?: string;
}

export interface Consent {
  type: "consent";
  statement: string;
}

export interface Refuse {
  type: "refuse";
  requestId: string;
  reason: "declined" | "no_answer";
}

export interface Known {
  type: "known";
  ids: string[];
}

export interface Connected {
  type: "connected";
  path: Path;
}

export interface Disconnected {
  type: "disconnected";
}

/** The person has paused the session, or goes on with it. */
export interface Paused {
  type: "paused";
  on: boolean;
}

/** The person says that they called nobody. */
export interface Report {
  type: "report";
}

/** What the relay may send to a host. */
export type FromRelay =
  | Registered
  | Keys
  | CodeIssued
  | Request
  | Withdrawn
  | Connect
  | Offer
  | Candidate
  | Limits
  | Resumed
  | Ended
  | ErrorMessage;

/** What a host may send to the relay. */
export type ToRelay =
  | Register
  | Resume
  | Consent
  | Refuse
  | Known
  | Answer
  | Candidate
  | Connected
  | Disconnected
  | Compared
  | Paused
  | Report
  | End
  | ErrorMessage;

/** What a technician may send on the control channel. */
export type FromTechnician =
  Present | Nonce | Compared | Watch | Observe | TilesWanted | End | ErrorMessage;

/** What a host may send on the control channel. */
export type ToTechnician =
  Permissions | Reveal | Compared | Screen | Monitors | HostFigures | Ended | ErrorMessage;
