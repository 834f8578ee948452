/** The host's side of the line to the relay. */

import type { Side } from "../signal/link.ts";
import { decodeRelay } from "./decode.ts";
import type { FromRelay, ToRelay } from "./message.ts";

/** What a host hears and says. Nothing of it is in the way on a later line. */
export const hostSide: Side<FromRelay, ToRelay> = {
  decode: decodeRelay,
  ticketOf: (m) =>
    m.type === "registered" ? { sessionId: m.sessionId, token: m.token } : undefined,
  isOfThisLine: () => false,
};
