import { expect, it } from "vitest";
import { answeredOn, pathOf, readFigures } from "./figures.ts";

const report = (change: object = {}, local = "host") =>
  new Map<string, Record<string, unknown>>([
    ["T", { type: "transport", selectedCandidatePairId: "P" }],
    [
      "P",
      {
        type: "candidate-pair",
        localCandidateId: "L",
        remoteCandidateId: "R",
        responsesReceived: 7,
        availableOutgoingBitrate: 2_000_000.4,
      },
    ],
    ["L", { type: "local-candidate", candidateType: local }],
    ["R", { type: "remote-candidate", candidateType: "srflx" }],
    ["O", { type: "outbound-rtp", kind: "video", framesEncoded: 130, ...change }],
    ["I", { type: "remote-inbound-rtp", kind: "video", fractionLost: 0.25 }],
  ]);

it("says how many pictures there were since the reading before, and what held them up", () => {
  const limited = report({ qualityLimitationReason: "bandwidth" });
  expect(readFigures(limited, { frames: 100 }, 4).figures).toEqual({
    type: "figures",
    pictures: 30,
    cores: 4,
    rate: 2_000_000,
    loss: 0.25,
    limited: "network",
  });
  expect(readFigures(report(), undefined, 4).figures.pictures).toBe(0);
  expect(readFigures(new Map(), { frames: 9 }, 1).figures).toEqual({
    type: "figures",
    pictures: 0,
    cores: 1,
  });
});

it("knows the path and its checks", () => {
  expect(pathOf(report())).toBe("direct");
  expect(pathOf(report({}, "relay"))).toBe("relay");
  expect(answeredOn(report())).toBe(7);
  expect(answeredOn(new Map())).toBeUndefined();
});
