/** Which kinds of path a connection may take. */

import type { IceServer } from "../protocol/message.ts";

/** `?path=relay` and `?path=direct` force one kind, for diagnosis and tests. */
export type Policy = "any" | "relay" | "direct";

/** Reads the policy from the page's address. */
export function policyOf(search: string): Policy {
  const path = new URLSearchParams(search).get("path");
  return path === "relay" || path === "direct" ? path : "any";
}

/** The part of RTCConfiguration that a policy decides. */
export function transportOf(
  policy: Policy,
  iceServers: IceServer[],
): Pick<RTCConfiguration, "iceServers" | "iceTransportPolicy"> {
  return {
    iceServers: policy === "direct" ? [] : iceServers,
    iceTransportPolicy: policy === "relay" ? "relay" : "all",
  };
}
