/**
 * What the page says when something did not work: what happened, and what to do. One
 * entry for every code and reason of PROTOCOL.md section 7, and for what only this side
 * can notice.
 */

import type { Cause } from "./session/state.ts";

export interface Words {
  /** What happened, as a sentence. */
  what: string;
  /** What to do now. */
  todo: string;
}

const reload = "Reload this page. If it happens again, tell your administrator.";
const newCode = "Ask for the code that is shown now and start a new session.";

/** By error code. */
export const errorWords: Readonly<Record<string, Words>> = {
  bad_message: { what: "The two sides did not understand each other.", todo: reload },
  unknown_message: { what: "One side is newer than the other.", todo: reload },
  message_too_large: { what: "A message was larger than allowed.", todo: reload },
  unsupported_version: {
    what: "This page is of another version than the relay.",
    todo: "Reload this page to get the relay’s own version.",
  },
  not_introduced: { what: "The relay did not hear from this page in time.", todo: reload },
  unauthenticated: {
    what: "You are not signed in any more.",
    todo: "Sign in again, then ask for a new code.",
  },
  forbidden: {
    what: "Your account may not connect to desktops.",
    todo: "Ask your administrator for the role of a technician.",
  },
  too_many_connections: {
    what: "Too many connections come from your network.",
    todo: "Close other sessions, or wait a minute and try again.",
  },
  session_unknown: {
    what: "The session ended while this page was away.",
    todo: newCode,
  },
  superseded: {
    what: "This session went on in another window.",
    todo: "Continue there, or start a new session here.",
  },
  too_slow: {
    what: "This page could not keep up with the relay.",
    todo: "Close other programs that keep this computer busy, then try again.",
  },
  too_fast: {
    what: "This page sent more than the relay takes.",
    todo: "Reload the page. If it happens again, tell your administrator.",
  },
  relay_stopping: {
    what: "The relay is restarting.",
    todo: "Wait a moment and try again.",
  },
  internal: {
    what: "The relay had a fault.",
    todo: "Try again. If it happens again, your administrator finds the cause in the relay’s log.",
  },
  wrong_state: {
    what: "That came too late: the session had moved on.",
    todo: "Try again if you still need it.",
  },
  code_invalid: {
    what: "That code is not valid.",
    todo: "A code works once and for ten minutes. Ask for the one that is shown now.",
  },
  too_many_tries: {
    what: "Too many wrong codes.",
    todo: "Wait a few minutes before you try again.",
  },
  consent_invalid: {
    what: "The host’s answer could not be verified.",
    todo: "Ask the person to restart Lendhand and to read you the new code.",
  },
  grant_invalid: {
    what: "The host did not accept your renewed permission.",
    todo: "What was allowed before still holds. Start a new session if you need more.",
  },
  scope_missing: {
    what: "The host refused: that is not allowed at the moment.",
    todo: "Ask the person to allow it on their side.",
  },
  not_found: {
    what: "That monitor is not connected any more.",
    todo: "Choose another one.",
  },
  not_permitted: {
    what: "Your organisation does not allow what you ask for.",
    todo: "Ask your administrator.",
  },
  recording_required: {
    what: "Your organisation wants sessions recorded, which this host cannot.",
    todo: "A browser that shares its screen cannot record. Ask the person to start the program instead, in its newest version.",
  },
  storage_full: {
    what: "Your organisation wants sessions recorded, and the relay has no room for another recording.",
    todo: "Nobody was asked. Tell your administrator, and try again when there is room.",
  },
  too_many_invitations: {
    what: "You have as many open invitations as are allowed.",
    todo: "Withdraw one that is not needed any more.",
  },
  screen_too_large: {
    what: "That is too large to be shown at once.",
    todo: "Choose one of the monitors.",
  },
};

/** By the reason of an end. */
export const reasonWords: Readonly<Record<string, Words>> = {
  declined: {
    what: "The person said no.",
    todo: "Speak with them about what you need, then ask for the code that is shown now.",
  },
  no_answer: {
    what: "The person did not answer in time.",
    todo: "Make sure that they see the question on their screen, then ask for a new code.",
  },
  host_stopped: {
    what: "The person ended the session.",
    todo: "If you are not done, ask for the code that is shown now.",
  },
  technician_stopped: { what: "You ended the session.", todo: "Start a new one when you need it." },
  reported: {
    what: "The person says that they called nobody.",
    todo: "The session is over, and your organisation can see the report. If it was a mistake, call the person yourself: they have to start Lendhand again.",
  },
  bar_hidden: {
    what: "The bar that shows them who is there could not be kept in sight.",
    todo: "Close what covers the host’s whole screen, then ask for the code that is shown now.",
  },
  host_quit: {
    what: "Lendhand was closed on the other side.",
    todo: "Ask the person to start it again and to read you the new code.",
  },
  host_lost: {
    what: "The host was away for more than a minute.",
    todo: "Check that the computer is on and online, then ask for a new code.",
  },
  technician_lost: {
    what: "This page was away from the relay for more than a minute.",
    todo: `Check your network. ${newCode}`,
  },
  connection_failed: {
    what: "No connection to the host could be made.",
    todo: "A firewall on either side may block it. Try again, or try from another network.",
  },
  grant_invalid: {
    what: "The host did not accept your permission.",
    todo: "Check that the clocks of both computers are right, then start a new session.",
  },
  grant_expired: {
    what: "Your permission ran out and could not be renewed in time.",
    todo: newCode,
  },
  revoked: {
    what: "An administrator ended the session or your account.",
    todo: "Ask your administrator for the reason.",
  },
  time_limit: {
    what: "The session lasted as long as your organisation, or the person, allows.",
    todo: `If you are not done, speak with the person. ${newCode}`,
  },
  words_differ: {
    what: "It is not sure that you were connected with the host, and nobody in between.",
    todo: "Speak with the person by phone, and tell your administrator, before you start a new session.",
  },
  recording_required: {
    what: "Your organisation wants sessions recorded, which this host cannot.",
    todo: "A browser that shares its screen cannot record. Ask the person to start the program instead, in its newest version.",
  },
  recording_lost: {
    what: "The recording did not reach the relay any more, and your organisation wants one of every session.",
    todo: `Check the network of the host’s computer, and whether the relay has room. ${newCode}`,
  },
  screen_lost: {
    what: "The host’s screen went away.",
    todo: "Ask whether the person logged out or the display was turned off, then start a new session.",
  },
  error: {
    what: "Something failed, so the session was ended.",
    todo: "Start a new session. The log of the side that failed has the cause.",
  },
};

/** What only this side can notice; never on the wire. */
export const localWords: Readonly<Record<string, Words>> = {
  relay_unreachable: {
    what: "The relay cannot be reached.",
    todo: "Check your network, then try again.",
  },
  line_refused: {
    what: "The relay is there, but the live connection to it is blocked.",
    todo: "A proxy or an add-on may block WebSockets. Allow them for this address.",
  },
  no_webrtc: {
    what: "This browser cannot make a direct connection (WebRTC).",
    todo: "Use a current Chrome, Edge, Firefox or Safari, and allow WebRTC in it.",
  },
  monitor_gone: {
    what: "The monitor that you saw was disconnected.",
    todo: "You see the host’s primary monitor now.",
  },
  input_stalled: {
    what: "The host does not take your input at the moment.",
    todo: "Wait until the connection is better; what you type now is not sent.",
  },
};

/** The words for a cause. */
export function wordsOf(cause: Cause): Words {
  if (cause.kind === "reason") return lookUp(reasonWords, cause.reason);
  const words = lookUp({ ...localWords, ...errorWords }, cause.code);
  // Only the relay knows how long to wait.
  return cause.code === "too_many_tries" && cause.hint ? { ...words, todo: cause.hint } : words;
}

function lookUp(table: Readonly<Record<string, Words>>, name: string): Words {
  const words = Object.hasOwn(table, name) ? table[name] : undefined;
  return words ?? { what: `Something went wrong (${name}).`, todo: reload };
}

/** A length of time as people say it. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h} h ${m} min`;
  return m > 0 ? `${m} min ${s} s` : `${s} s`;
}
