import { describe, expect, it } from "vitest";
import { allowedPart, allowsCandidate, transportOf } from "./path.ts";

const host = "candidate:1 1 udp 2130706431 192.0.2.1 50001 typ host generation 0";
const relay = "candidate:2 1 udp 41885439 192.0.2.9 50002 typ relay raddr 0.0.0.0 rport 0";
const bareRelay = "candidate:3 1 udp 41885439 192.0.2.9 50003 typ relay";

describe("transportOf", () => {
  const servers = [{ urls: ["turn:help.example"], username: "u", credential: "c" }];

  it.each(["any", "relay", "direct"] as const)("keeps the servers for %s", (policy) =>
    expect(transportOf(policy, servers).iceServers).toEqual(servers),
  );

  it("has the browser use nothing but the relay when that is forced", () => {
    expect(transportOf("relay", servers).iceTransportPolicy).toBe("relay");
    expect(transportOf("direct", servers).iceTransportPolicy).toBe("all");
    expect(transportOf("any", servers).iceTransportPolicy).toBe("all");
  });
});

describe("a forced direct path", () => {
  it("uses no relayed candidate, and every other one", () => {
    expect(allowsCandidate("direct", relay)).toBe(false);
    expect(allowsCandidate("direct", bareRelay)).toBe(false);
    expect(allowsCandidate("direct", host)).toBe(true);
    expect(allowsCandidate("direct", "")).toBe(true);
    expect(allowsCandidate("any", relay)).toBe(true);
    expect(allowsCandidate("relay", relay)).toBe(true);
  });

  it("takes relayed candidates out of a description, and nothing else", () => {
    const around = ["v=0", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=ice-ufrag:typ relay", ""];
    const with_ = (...candidates: string[]) =>
      [...around.slice(0, 2), ...candidates.map((c) => `a=${c}`), ...around.slice(2)].join("\r\n");
    const full = with_(host, relay, bareRelay);
    expect(allowedPart("direct", full)).toBe(with_(host));
    expect(allowedPart("any", full)).toBe(full);
  });
});
