/**
 * The messages of the protocol that a technician sends and receives, as
 * signaling/PROTOCOL.md defines them. One type per message; the `type` field tells
 * them apart.
 */

/** The version of the protocol that this page speaks. */
export const VERSION = 1;

/** One thing that a technician may do. */
export type Scope =
  | "view"
  | "control"
  | "clipboard-to-host"
  | "clipboard-from-host"
  | "files-to-host"
  | "files-from-host";

/** All scopes, narrowest first: the order in which messages have them. */
export const ALL_SCOPES: readonly Scope[] = [
  "view",
  "control",
  "clipboard-to-host",
  "clipboard-from-host",
  "files-to-host",
  "files-from-host",
];

/** The largest message on any connection and channel, in bytes. */
export const MAX_MESSAGE = 64 * 1024;
/** The most events in one `input` message. */
export const MAX_EVENTS = 256;
/** The longest text of one event, in characters. */
export const MAX_TEXT = 256;
/** The longest text of the chat, in characters. */
export const MAX_CHAT = 1000;
/** How many messages of the chat a side keeps until they are acknowledged. */
export const MAX_UNHEARD = 20;
/** The longest text of a clipboard, in bytes of UTF-8, and of one part of it, in characters. */
export const MAX_CLIPBOARD = 64 * 1024;
export const MAX_CLIPBOARD_PART = 8192;
/** The largest file, in bytes, the longest name of one, and how many bytes of it go at once. */
export const MAX_FILE = 4 * 1024 ** 3;
export const MAX_FILE_NAME = 255;
export const MAX_FILE_CHUNK = 16 * 1024;
/** The longest ticket, in characters. */
export const MAX_TICKET = 64;
/** The longest time for which an invitation can be opened, in seconds. */
export const MAX_INVITATION_LIFE = 7 * 24 * 3600;
/** The most keys that `held` names. */
export const MAX_HELD = 64;
/** The most people and teams who can open a recording. */
export const MAX_READERS = 16;
/** The most monitors that a host tells of. */
export const MAX_MONITORS = 16;
/** The most pixels of a screen. */
export const MAX_AREA = 1 << 26;
/** Stands for all monitors at once where a message names one. */
export const ALL_MONITORS = -1;
/** The most notches in one wheel event. */
export const MAX_NOTCHES = 100;

/** The most pixels that a side of a `shape` has. */
export const MAX_SHAPE = 96;
/** How many shapes, the newest ones, both sides know. */
export const SHAPES_KEPT = 64;

/** A TURN server, in the form that RTCConfiguration takes. */
export interface IceServer {
  urls: string[];
  username: string;
  credential: string;
}

/** How a recording stands; a host that never recorded says nothing of it. */
export type RecordingState = (typeof RECORDING_STATES)[number];
export const RECORDING_STATES = ["off", "on", "paused", "stalled"] as const;

/** Why a session is not recorded that the technician wanted recorded. */
export type Unrecorded = (typeof UNRECORDED)[number];
export const UNRECORDED = ["off", "host", "storage_full"] as const;

/** Where a session stands, as the relay says after `resume`. */
export type RelayState = "waiting" | "requested" | "connecting" | "active" | "reconnecting";

// To the relay.

export interface Redeem {
  type: "redeem";
  version: number;
  /** Nine digits: a host's, or those of an invitation that the person has opened. */
  code?: string;
  /** The id of such an invitation, instead of a code. */
  invitation?: string;
  ask: Scope[];
  ticket?: string;
  /** Asks for a recording, where the organisation leaves that to the technician. */
  record?: boolean;
  fingerprint: string;
}

export interface Resume {
  type: "resume";
  version: number;
  sessionId: string;
  token: string;
}

export interface Ask {
  type: "ask";
  ask: Scope[];
  record?: boolean;
}

/** Makes an invitation; without a time it can be opened for 24 hours. */
export interface Invite {
  type: "invite";
  version: number;
  ask: Scope[];
  ticket?: string;
  record?: boolean;
  /** Seconds, at most MAX_INVITATION_LIFE. */
  expiresIn?: number;
}

/** Takes an invitation back. */
export interface Withdraw {
  type: "withdraw";
  id: string;
}

export interface Offer {
  type: "offer";
  sdp: string;
  grant: string;
}

export interface End {
  type: "end";
  reason: string;
}

// Both ways.

export interface Candidate {
  type: "candidate";
  /** Empty: there are no more. */
  candidate: string;
  sdpMid?: string;
  sdpMLineIndex?: number;
  usernameFragment?: string;
}

export interface ErrorMessage {
  type: "error";
  code: string;
  message: string;
  hint?: string;
}

// From the relay.

export interface Requested {
  type: "requested";
  sessionId: string;
  token: string;
  /** What the host says of itself; nobody has verified it. */
  host: HostInfo;
  /** Seconds that are left for the person's answer. */
  expiresIn: number;
  /** What the person is asked for, which can be less than this page asked for. */
  ask?: Scope[];
  /** The person is asked for a recording, or there is no session without one. */
  recorded?: boolean;
  /** Why they are not, where this page asked for one. */
  unrecorded?: Unrecorded;
}

/** What a host says of itself; nobody has verified it. */
export interface HostInfo {
  name: string;
  os: string;
}

/** What the technician's organisation allows now. What is left out is not limited. */
export interface Limits {
  type: "limits";
  scopes: Scope[];
  /** Seconds that the session may still last. */
  endsIn?: number;
  /** Seconds of control after which the person is asked again. */
  confirmEvery?: number;
  /** Nothing but view is allowed until the words were compared. */
  verifyWords?: boolean;
}

export interface Invited {
  type: "invited";
  id: string;
  /** Nine digits, which the person types. The relay does not say them again. */
  code: string;
  link: string;
  /** Seconds for which it can be opened. */
  expiresIn: number;
}

/** An open invitation. */
export interface Invitation {
  id: string;
  ask: Scope[];
  ticket?: string;
  record?: boolean;
  expiresIn: number;
  /** Who has opened it and waits. */
  host?: HostInfo;
}

/** All of this technician's open invitations. */
export interface Invitations {
  type: "invitations";
  invitations: Invitation[];
}

/** The person has opened an invitation and waits. */
export interface Opened {
  type: "opened";
  id: string;
  sessionId: string;
  ticket?: string;
  host: HostInfo;
}

export interface Granted {
  type: "granted";
  grant: string;
  scopes: Scope[];
  /** The person has agreed to a recording. */
  recorded?: boolean;
  /** The names of those who can open it. */
  readers?: string[];
  /** The relay cannot. */
  sealed?: boolean;
  iceServers: IceServer[];
}

/** A further `ask` got no yes; the session goes on as it was. */
export interface Refused {
  type: "refused";
  reason: "declined" | "no_answer";
}

export interface Answer {
  type: "answer";
  sdp: string;
}

export interface Resumed {
  type: "resumed";
  state: RelayState;
}

export interface Ended {
  type: "ended";
  reason: string;
}

// On the data channels.

export interface Permissions {
  type: "permissions";
  scopes: Scope[];
  grantable: Scope[];
  /** All that the session can ever have; without it nothing is ruled out. */
  possible?: Scope[];
  /** The host's word for its half of the words to compare, on a connection's first one. */
  commitment?: string;
  /** Nothing but view is allowed until the person has said that the words are the same. */
  verifyWords?: boolean;
  /** The person has paused the session: nothing is shown, and nothing has an effect. */
  paused?: boolean;
  /** The person uses the machine themselves: input has no effect until they rest. */
  yielding?: boolean;
  recording?: RecordingState;
}

/** The technician's half of the words: 32 random bytes in base64url. */
export interface Nonce {
  type: "nonce";
  nonce: string;
}

/** The host's half, to which it has committed itself. */
export interface Reveal {
  type: "reveal";
  nonce: string;
}

/** What the person on that side made of the words. */
export interface Compared {
  type: "compared";
  result: Comparison;
}

export type Comparison = "same" | "different" | "dismissed";

/** What the picture shows: its size, and a number for the places on it. */
export interface Screen {
  type: "screen";
  width: number;
  height: number;
  /** Grows with every change of what is shown. An older host sends none. */
  number?: number;
  /** The RTP timestamp of the first picture of it, when that may be on its way. */
  since?: number;
  /** The host can send tiles of it. */
  tiles?: boolean;
}

/** The host's monitors, and the one that is shown: an id, or ALL_MONITORS. */
export interface Monitors {
  type: "monitors";
  monitors: Monitor[];
  shown: number;
}

/** One monitor, at its place on the host's desktop in pixels. */
export interface Monitor {
  id: number;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  primary: boolean;
}

/** Chooses the monitor that is shown; without one it asks for the list alone. */
export interface Watch {
  type: "watch";
  monitor?: number;
}

/** Asks the host for its figures once a second, or for no more of them. */
export interface Observe {
  type: "observe";
  on: boolean;
}

/** How the host kept up in the last second. What it does not know is left out. */
export interface HostFigures {
  type: "figures";
  /** Milliseconds to encode a picture: the median, and what 19 of 20 took at most. */
  encode?: number;
  encodeMost?: number;
  /** How many pictures were encoded, those that only sharpen included. */
  pictures: number;
  /** What the host's program used of its computer: 1 is one core. */
  cpu?: number;
  /** The share of the whole computer that was busy, 0 to 1. */
  machine?: number;
  cores: number;
  /** Bits a second that the network takes, when that has been measured. */
  rate?: number;
  /** Milliseconds that the network needs for what it has been given. */
  queue?: number;
  /** The share of packets lost of late, 0 to 1. */
  loss?: number;
  /** What keeps the picture from being better or from coming more often. */
  limited?: "network" | "host";
}

/** Chooses whether the host sends tiles; at first it does not. */
export interface TilesWanted {
  type: "tiles";
  on: boolean;
}

export interface Present {
  type: "present";
  grant: string;
}

export interface KeyEvent {
  kind: "key";
  code: string;
  down: boolean;
  text?: string;
}

export interface ButtonEvent {
  kind: "button";
  button: number;
  down: boolean;
  x: number;
  y: number;
  /** The number of the screen that the place is on. */
  screen?: number | undefined;
}

export interface WheelEvent {
  kind: "wheel";
  dx: number;
  dy: number;
  x: number;
  y: number;
  screen?: number | undefined;
}

export interface TextEvent {
  kind: "text";
  text: string;
}

export type InputEvent = KeyEvent | ButtonEvent | WheelEvent | TextEvent;

export interface Held {
  keys: string[];
  /** A bit per button, as MouseEvent.buttons has them. */
  buttons: number;
}

export interface Input {
  type: "input";
  first: number;
  events: InputEvent[];
  held: Held;
}

/** Something that one of the two people says to the other. */
export interface Chat {
  type: "chat";
  /** Numbers what one side says in a session, from 1. What comes twice counts once. */
  sent: number;
  text: string;
}

/** Text that was copied on one side, or a part of it. */
export interface Clipboard {
  type: "clipboard";
  /** Numbers the texts of one side on a connection, from 1. */
  sent: number;
  text: string;
  /** Another part follows. */
  more?: boolean;
}

/** One of the two between whom files go: the one that a file is for. */
export type FileSide = "host" | "technician";

/** Why a file does not arrive. */
export const FILE_REASONS = [
  "declined",
  "cancelled",
  "not_permitted",
  "too_large",
  "no_room",
  "bad_name",
  "damaged",
  "failed",
] as const;
export type FileReason = (typeof FILE_REASONS)[number];

/** Offers a file to the other side. */
export interface FileOffer {
  type: "file";
  /** Numbers the files of one side in a session, from 1. */
  id: number;
  name: string;
  /** In bytes. */
  size: number;
}

/** The receiver of a file is ready for what comes after `from` bytes. */
export interface FileTake {
  type: "take";
  id: number;
  from: number;
}

/** All of a file has been sent. */
export interface FileWhole {
  type: "whole";
  id: number;
  /** In lower-case hexadecimal. */
  sha256: string;
}

/** A file has arrived, whole, and is kept under this name. */
export interface FileKept {
  type: "kept";
  id: number;
  name: string;
}

/** A file will not arrive; `id` is 0 for one that was wanted. */
export interface FileDrop {
  type: "drop";
  to: FileSide;
  id: number;
  reason: FileReason;
}

/** Asks the person for a file. */
export interface FileWant {
  type: "want";
}

export interface Ack {
  type: "ack";
  last: number;
}

export interface Pointer {
  type: "pointer";
  sequence: number;
  after: number;
  x: number;
  y: number;
  screen?: number | undefined;
}

/** What the host's pointer can look like. */
export interface Shape {
  type: "shape";
  id: number;
  width: number;
  height: number;
  /** The pixel that points. */
  hotX: number;
  hotY: number;
  /** A PNG file of exactly that size, in base64. */
  png: string;
}

/** Where the host's pointer is, and what it looks like. */
export interface Cursor {
  type: "cursor";
  sequence: number;
  /** The `id` of a shape; 0 when the pointer is hidden. */
  shape: number;
  /** It is where this technician's own hand has put it. */
  yours: boolean;
  /** The pixel of the screen that it points at, when it is on the screen. */
  place?: { x: number; y: number };
}

/** What this page may send to the relay. */
export type ToRelay =
  Redeem | Resume | Ask | Invite | Withdraw | Offer | Candidate | End | ErrorMessage;
/** What the relay may send to this page. */
export type FromRelay =
  | Requested
  | Granted
  | Refused
  | Answer
  | Candidate
  | Resumed
  | Limits
  | Invited
  | Invitations
  | Opened
  | Ended
  | ErrorMessage;
/** What this page may send on the control channel. */
export type ToControl =
  Present | Watch | Observe | TilesWanted | Nonce | Compared | End | ErrorMessage;
/** What either side may send on the chat channel. */
export type ChatMessage = Chat | Ack;
/** What either side may send on the clipboard's channel. */
export type ClipboardMessage = Clipboard | Ack;
/** What either side may say of files. */
export type FileMessage = FileOffer | FileTake | FileWhole | FileKept | FileDrop;
/** What this page may send on the files' channel. */
export type ToFiles = FileMessage | FileWant | Offer | Candidate;
/** What the host may send there. */
export type FromFiles = FileMessage | Answer | Candidate;
/** What the host may send on the control channel. */
export type FromControl =
  Permissions | Reveal | Compared | Screen | Monitors | Shape | HostFigures | Ended | ErrorMessage;
/** What of that is about the session, and not about the pointer or the figures. */
export type FromControlToSession = Exclude<FromControl, Shape | HostFigures>;
