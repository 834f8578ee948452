/** The technician's open invitations: what the relay tells of them, and what this page knows. */

import type { FromRelay, HostInfo, Scope } from "../protocol/message.ts";
import type { Cause } from "./state.ts";

/** One that can be opened, or has been. */
export interface OpenInvitation {
  id: string;
  ask: Scope[];
  ticket: string;
  /** A recording is asked for. */
  record?: boolean;
  /** When it runs out, by performance.now(). */
  deadline: number;
  /** Who has opened it and waits. */
  host?: HostInfo;
  /** For handing over: known to the page that made it alone. */
  code?: string;
  link?: string;
}

/** The code and the link of one that this page made. */
interface Made {
  code: string;
  link: string;
}

export interface InvitationState {
  all: readonly OpenInvitation[];
  /** The newest that this page made. */
  newest: string | undefined;
  /** One has been asked for. */
  isMaking: boolean;
  problem: Cause | undefined;
  made: Readonly<Record<string, Made>>;
}

export const noInvitations: InvitationState = {
  all: [],
  newest: undefined,
  isMaking: false,
  problem: undefined,
  made: {},
};

/** The state after a message of the relay; the same one when it is about something else. */
export function afterMessage(s: InvitationState, m: FromRelay, now: number): InvitationState {
  switch (m.type) {
    case "invited": {
      const made = { ...s.made, [m.id]: { code: m.code, link: m.link } };
      return withCodes({ ...s, made, newest: m.id, isMaking: false, problem: undefined });
    }
    case "invitations":
      return withCodes({
        ...s,
        all: m.invitations.map(({ expiresIn, ticket = "", ...rest }) => ({
          ...rest,
          ticket,
          deadline: now + expiresIn * 1000,
        })),
      });
    case "opened":
      return { ...s, all: s.all.map((i) => (i.id === m.id ? { ...i, host: m.host } : i)) };
    case "error":
      if (!s.isMaking) return s;
      return { ...s, isMaking: false, problem: { kind: "error", code: m.code } };
    default:
      return s;
  }
}

/** The state when one is asked for. */
export function making(s: InvitationState): InvitationState {
  return { ...s, isMaking: true, problem: undefined, newest: undefined };
}

/** The state when the line was lost: nothing comes of what was asked. */
export function lineLost(s: InvitationState): InvitationState {
  if (!s.isMaking) return s;
  return { ...s, isMaking: false, problem: { kind: "error", code: "relay_unreachable" } };
}

function withCodes(s: InvitationState): InvitationState {
  return { ...s, all: s.all.map((i) => ({ ...i, ...s.made[i.id] })) };
}
