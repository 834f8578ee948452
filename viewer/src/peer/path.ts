/** Which kinds of path a connection may take. */

import type { IceServer } from "../protocol/message.ts";

/** `?path=relay` and `?path=direct` force one kind, for diagnosis and tests. */
export type Policy = "any" | "relay" | "direct";

/** Reads the policy from the page's address. */
export function policyOf(search: string): Policy {
  const path = new URLSearchParams(search).get("path");
  return path === "relay" || path === "direct" ? path : "any";
}

/**
 * The part of RTCConfiguration that a policy decides. A direct path needs the servers too:
 * a browser that hides its addresses finds none but what a server sees of it.
 */
export function transportOf(
  policy: Policy,
  iceServers: IceServer[],
): Pick<RTCConfiguration, "iceServers" | "iceTransportPolicy"> {
  return { iceServers, iceTransportPolicy: policy === "relay" ? "relay" : "all" };
}

/** Whether a candidate of either side may be used; an empty one marks the end of them. */
export function allowsCandidate(policy: Policy, candidate: string): boolean {
  return policy !== "direct" || !/ typ relay( |$)/.test(candidate);
}

/** A description without the candidates that may not be used. */
export function allowedPart(policy: Policy, sdp: string): string {
  if (policy !== "direct") return sdp;
  const lines = sdp.split(/(?<=\n)/);
  const isAllowed = (line: string) =>
    !line.startsWith("a=candidate:") || allowsCandidate(policy, line.trimEnd());
  return lines.filter(isAllowed).join("");
}
