import { describe, expect, it } from "vitest";
import { Allowance, isReachable, readOffer, withoutForbidden } from "./offer.ts";

const print = Array(32).fill("4A").join(":");
const sdp = [
  "v=0",
  "o=- 77 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  `a=fingerprint:sha-256 ${print}`,
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:secret",
  "a=recvonly",
  "a=candidate:1 1 udp 2130706431 192.168.1.7 50001 typ host",
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:secret",
  "",
].join("\r\n");

describe("an offer", () => {
  it("is read", () => {
    expect(readOffer(sdp)).toEqual({
      sdp,
      fingerprint: `sha-256 ${print}`,
      origin: "77",
      ice: "abcd,secret,abcd,secret",
      candidates: ["candidate:1 1 udp 2130706431 192.168.1.7 50001 typ host"],
    });
  });

  it.each([
    ["wants to send", sdp.replace("recvonly", "sendrecv")],
    ["has another section", `${sdp}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n`],
    ["has no data", sdp.slice(0, sdp.indexOf("m=application"))],
    ["names two certificates", `${sdp}a=fingerprint:sha-256 ${print.replace("4A", "4B")}\r\n`],
    ["names none", sdp.replace(/a=fingerprint.*\r\n/, "")],
    ["names a weak one", sdp.replace("sha-256 4A", "sha-1 4A")],
  ])("that %s is refused", (_, wrong) => expect(() => readOffer(wrong)).toThrow());

  it("loses the addresses that nothing may be sent to", () => {
    const own = sdp.replace("192.168.1.7", "127.0.0.1");
    expect(withoutForbidden(sdp, false)).toBe(sdp);
    expect(withoutForbidden(own, false)).not.toContain("a=candidate");
    expect(withoutForbidden(own, true)).toBe(own);
  });
});

it.each([
  ["192.168.1.7", true],
  ["203.0.113.9", true],
  ["2001:db8::1", true],
  ["b5a1.local", true],
  ["127.0.0.1", false],
  ["0.0.0.0", false],
  ["224.0.0.251", false],
  ["255.255.255.255", false],
  ["::1", false],
  ["::", false],
  ["::ffff:127.0.0.1", false],
  ["0:0:0:0:0:0:0:1", false],
  ["ff02::fb", false],
  ["router.example", false],
])("packets may go to %s: %s", (address, may) => {
  expect(isReachable(`candidate:1 1 udp 1 ${address} 50001 typ host`, false)).toBe(may);
});

describe("what a technician may have this browser do", () => {
  const candidate = (port: number) => `candidate:1 1 udp 1 192.0.2.1 ${port} typ host`;

  it("is nine offers at once, and one more in two seconds", () => {
    let now = 0;
    const allowance = new Allowance(() => now);
    const offer = readOffer(sdp);
    for (let n = 0; n < 9; n++) expect(allowance.offer(offer)).toBe(true);
    expect(allowance.offer(offer)).toBe(false);
    now += 2000;
    expect(allowance.offer(offer)).toBe(true);
  });

  it("is 64 addresses with the same credentials", () => {
    const allowance = new Allowance(() => 0);
    for (let port = 1; port <= 64; port++) expect(allowance.candidate(candidate(port))).toBe(true);
    expect(allowance.candidate(candidate(1))).toBe(true); // named before
    expect(allowance.candidate("")).toBe(true);
    expect(allowance.candidate(candidate(65))).toBe(false);
    expect(allowance.offer(readOffer(sdp))).toBe(true); // other credentials
  });
});
