import { describe, expect, it } from "vitest";
import { explain, nothingSaid, steady } from "./explain.ts";
import type { AllFigures } from "./merge.ts";
import { bitRate, milliseconds, percent } from "./units.ts";

const screen = { width: 1920, height: 1080 };
/** A session in which something moves, and nothing is slow. */
const well: AllFigures = {
  roundTrip: 40,
  fps: 24,
  kbps: 800,
  width: 1920,
  height: 1080,
  path: "direct",
  transport: "udp",
  loss: 0.01,
  decode: 6,
  buffered: 20,
  encode: 15,
  encodeMost: 40,
  pictures: 24,
  cpu: 0.6,
  machine: 0.5,
  cores: 2,
  capacity: 8000,
  queue: 12,
};
const tcp = { path: "relay", transport: "tls" } as const;
const narrow = { limited: "network", capacity: 283 } as const;

const causes: [string, AllFigures, string | undefined][] = [
  ["all is well", {}, undefined],
  [
    "the network is narrow, and the picture smaller",
    { ...narrow, width: 960, height: 540 },
    "The network carries 280 kbit/s: the picture is smaller until it is faster.",
  ],
  [
    "the network is narrow",
    narrow,
    "The network carries 280 kbit/s: there are fewer pictures until it is faster.",
  ],
  [
    "the queue is long",
    { ...narrow, queue: 420 },
    "The network carries 280 kbit/s: what is sent waits 420 ms for it.",
  ],
  ["packets are lost", { loss: 0.042 }, "4.2% of the packets are lost on the way."],
  [
    "so many are lost that the rest does not matter",
    { ...narrow, loss: 0.2 },
    "20% of the packets are lost on the way.",
  ],
  [
    "some are lost on a narrow network",
    { ...narrow, loss: 0.04 },
    "The network carries 280 kbit/s: there are fewer pictures until it is faster.",
  ],
  [
    "the host is busy",
    { limited: "host", machine: 0.97, encode: 85 },
    "The host’s computer is busy (97% CPU): encoding a picture takes 85 ms.",
  ],
  [
    "the host is slow",
    { limited: "host", encode: 85 },
    "The host’s computer encodes slowly: 85 ms a picture.",
  ],
  ["the host was slow when something moved last", { encode: 85, machine: 0.9, fps: 0 }, undefined],
  [
    "the host works for itself",
    { machine: 0.98 },
    "The host’s computer is busy (98% CPU): its programs answer late.",
  ],
  ["the host has something to do", { machine: 0.9 }, undefined],
  ["this computer is slow", { decode: 40 }, "This computer decodes slowly: 40 ms a picture."],
  ["it was slow when something moved last", { decode: 40, fps: 1 }, undefined],
  [
    "UDP is blocked, and that is felt",
    { ...tcp, roundTrip: 90 },
    "The connection goes over the relay by TCP: a network in between blocks UDP.",
  ],
  ["UDP is blocked, and nobody feels it", tcp, undefined],
  ["the way is long", { roundTrip: 243 }, "The way to the host is long: 240 ms there and back."],
  [
    "the way over the relay is long",
    { path: "relay", roundTrip: 243 },
    "The way to the host is long: 240 ms there and back.",
  ],
  [
    "packets come unevenly",
    { buffered: 180 },
    "Packets come unevenly: pictures wait 180 ms in this browser.",
  ],
  ["pictures that are seldom come late", { buffered: 180, fps: 1 }, undefined],
  [
    "the host is slow and the way long",
    { limited: "host", encode: 60, roundTrip: 300 },
    "The host’s computer encodes slowly: 60 ms a picture.",
  ],
];

describe("explain", () => {
  it.each(causes)("%s", (_, change, words) => {
    expect(explain({ ...well, ...change }, screen)).toBe(words);
  });

  it("says nothing of what it does not know", () => {
    expect(explain({})).toBeUndefined();
    const { capacity: _, ...unknown } = { ...well, ...narrow };
    expect(explain(unknown)).toBe(
      "The network is slow: there are fewer pictures until it is faster.",
    );
    expect(explain(narrow)).toBe(
      "The network carries 280 kbit/s: there are fewer pictures until it is faster.",
    );
  });
});

describe("steady", () => {
  const say = (...readings: (string | undefined)[]) => readings.reduce(steady, nothingSaid).words;

  it("does not begin with one reading", () => {
    expect(say("a")).toBeUndefined();
    expect(say("a", undefined, "a")).toBeUndefined();
    expect(say("a", "a")).toBe("a");
  });

  it("says what is so now", () => expect(say("a", "a", "b")).toBe("b"));

  it("does not end with two readings", () => {
    expect(say("a", "a", undefined, undefined)).toBe("a");
    expect(say("a", "a", undefined, undefined, "a", undefined, undefined)).toBe("a");
    expect(say("a", "a", undefined, undefined, undefined)).toBeUndefined();
  });
});

describe("units", () => {
  it.each([
    [bitRate(0), "0 kbit/s"],
    [bitRate(56.4), "56 kbit/s"],
    [bitRate(283), "280 kbit/s"],
    [bitRate(994), "990 kbit/s"],
    [bitRate(996), "1 Mbit/s"],
    [bitRate(4240), "4.2 Mbit/s"],
    [bitRate(123_456), "123 Mbit/s"],
    [milliseconds(3.14), "3.1 ms"],
    [milliseconds(85.2), "85 ms"],
    [milliseconds(243), "240 ms"],
    [percent(0.042), "4.2%"],
    [percent(1), "100%"],
  ])("%s", (got, want) => expect(got).toBe(want));
});
