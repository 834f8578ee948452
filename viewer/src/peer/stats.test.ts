import { describe, expect, it } from "vitest";
import { fingerprintInSDP } from "./certificate.ts";
import { readFigures } from "./stats.ts";

function report(local: object, remote: object) {
  return new Map<string, Record<string, unknown>>([
    ["T", { type: "transport", selectedCandidatePairId: "P" }],
    [
      "P",
      {
        type: "candidate-pair",
        localCandidateId: "L",
        remoteCandidateId: "R",
        currentRoundTripTime: 0.0125,
        bytesReceived: 1000,
        requestsReceived: 20,
        responsesReceived: 3,
      },
    ],
    ["L", { type: "local-candidate", ...local }],
    ["R", { type: "remote-candidate", ...remote }],
    ["C", { type: "codec", mimeType: "video/VP8" }],
    [
      "V",
      {
        type: "inbound-rtp",
        kind: "video",
        codecId: "C",
        framesPerSecond: 24,
        frameWidth: 1920,
        frameHeight: 1080,
        bytesReceived: 150_000,
        timestamp: 3000,
        packetsReceived: 1095,
        packetsLost: 7,
        framesDecoded: 224,
        totalDecodeTime: 1.3,
        jitterBufferEmittedCount: 220,
        jitterBufferDelay: 4,
      },
    ],
  ]);
}

const before = {
  at: 2000,
  bytes: 50_000,
  received: 1000,
  lost: 2,
  decoded: 200,
  decoding: 1,
  emitted: 200,
  waiting: 3.5,
};

describe("readFigures", () => {
  it("reads a direct connection", () => {
    const r = report({ candidateType: "host", protocol: "udp" }, { candidateType: "prflx" });
    const { figures, counted, heard } = readFigures(r, before);
    expect(figures).toEqual({
      roundTrip: 12.5,
      fps: 24,
      kbps: 800,
      codec: "VP8",
      width: 1920,
      height: 1080,
      path: "direct",
      transport: "udp",
      loss: 0.05,
      decode: expect.closeTo(12.5) as number,
      buffered: 25,
    });
    expect(heard).toBe(1023);
    expect(counted).toEqual({
      at: 3000,
      bytes: 150_000,
      received: 1095,
      lost: 7,
      decoded: 224,
      decoding: 1.3,
      emitted: 220,
      waiting: 4,
    });
  });

  it("measures nothing on what did not come", () => {
    const r = report({ candidateType: "host" }, { candidateType: "host" });
    const { counted } = readFigures(r);
    r.set("V", { ...r.get("V"), timestamp: 4000 });
    const { figures } = readFigures(r, counted);
    expect(figures.kbps).toBe(0);
    expect([figures.loss, figures.decode, figures.buffered]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("does not count packets that came after all as less than none lost", () => {
    const r = report({ candidateType: "host" }, { candidateType: "host" });
    expect(readFigures(r, { ...before, lost: 20 }).figures.loss).toBe(0);
  });

  it.each([
    [{ candidateType: "relay", protocol: "udp", relayProtocol: "tls" }, { candidateType: "host" }],
    [{ candidateType: "host", protocol: "tls" }, { candidateType: "relay" }],
  ])("calls a connection relayed when either side is: %j %j", (local, remote) => {
    expect(readFigures(report(local, remote)).figures).toMatchObject({
      path: "relay",
      transport: "tls",
    });
  });

  it("finds the pair that is marked itself", () => {
    const r = report({ candidateType: "host", protocol: "udp" }, { candidateType: "host" });
    r.delete("T");
    r.set("P", { ...r.get("P"), selected: true });
    expect(readFigures(r).figures.path).toBe("direct");
  });

  it("counts no pictures while the screen rests", () => {
    const r = report({ candidateType: "host" }, { candidateType: "host" });
    const { framesPerSecond: _, ...resting } = r.get("V") ?? {};
    r.set("V", resting);
    expect(readFigures(r).figures.fps).toBe(0);
  });

  it("knows nothing of an empty report", () => {
    expect(readFigures(new Map())).toEqual({ figures: {}, heard: 0 });
  });
});

describe("fingerprintInSDP", () => {
  it("is in upper case", () => {
    expect(fingerprintInSDP("v=0\r\na=fingerprint:sha-256 4a:ad:0f\r\n")).toBe("sha-256 4A:AD:0F");
  });

  it("needs SHA-256", () => {
    expect(() => fingerprintInSDP("v=0\r\na=fingerprint:sha-1 4A:AD\r\n")).toThrow(
      /no fingerprint/,
    );
  });
});
