/** Figures about the connection, read from RTCPeerConnection.getStats. */

import type { Path } from "../session/state.ts";

/** One reading. A figure that is not known is undefined. */
export interface Figures {
  /** The round trip in milliseconds. */
  roundTrip?: number;
  /** Pictures in the last second. */
  fps?: number;
  /** What arrives, in kilobits a second. */
  kbps?: number;
  codec?: string;
  width?: number;
  height?: number;
  path?: Path;
  /** How packets travel: udp, tcp or tls. */
  transport?: string;
  /** The share of packets lost in the last second, 0 to 1. */
  loss?: number;
  /** Milliseconds to decode a picture, on average. */
  decode?: number;
  /** Milliseconds that a picture waits in this browser until it is whole and due, on average. */
  buffered?: number;
}

/** What a reading leaves for the next one to measure from: counts since the beginning, and when. */
export interface Counted {
  at: number;
  bytes: number;
  received: number;
  lost: number;
  /** Pictures, and the seconds that it took to decode them. */
  decoded: number;
  decoding: number;
  /** Pictures, and the seconds that they waited. */
  emitted: number;
  waiting: number;
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * Reads a report. `before` is what the reading before left; rates need it. `heard`
 * grows whenever anything comes from the host, checks of the path included.
 */
export function readFigures(
  report: ReadonlyMap<string, Entry>,
  before?: Counted,
): { figures: Figures; counted?: Counted; heard: number } {
  const figures: Figures = {};
  const pair = selectedPair(report);
  if (pair) readPair(report, pair, figures);
  const heard = pair ? heardOn(pair) : 0;
  const video = [...report.values()].find((e) => e["type"] === "inbound-rtp" && isVideo(e));
  if (!video) return { figures, heard };
  readVideo(report, video, figures);
  const counted = count(video);
  if (before && counted.at > before.at) compare(before, counted, figures);
  return { figures, counted, heard };
}

function count(video: Entry): Counted {
  return {
    at: num(video["timestamp"]) ?? 0,
    bytes: num(video["bytesReceived"]) ?? 0,
    received: num(video["packetsReceived"]) ?? 0,
    lost: num(video["packetsLost"]) ?? 0,
    decoded: num(video["framesDecoded"]) ?? 0,
    decoding: num(video["totalDecodeTime"]) ?? 0,
    emitted: num(video["jitterBufferEmittedCount"]) ?? 0,
    waiting: num(video["jitterBufferDelay"]) ?? 0,
  };
}

// Not freezeCount: a screen that rests is a freeze to it.
function compare(before: Counted, now: Counted, figures: Figures): void {
  figures.kbps = Math.round(((now.bytes - before.bytes) * 8) / (now.at - before.at));
  // A packet that comes after all is taken from what was lost.
  const lost = Math.max(0, now.lost - before.lost);
  const packets = lost + now.received - before.received;
  if (packets > 0) figures.loss = lost / packets;
  const decoded = now.decoded - before.decoded;
  if (decoded > 0) figures.decode = (1000 * (now.decoding - before.decoding)) / decoded;
  const emitted = now.emitted - before.emitted;
  if (emitted > 0) figures.buffered = (1000 * (now.waiting - before.waiting)) / emitted;
}

function isVideo(e: Entry): boolean {
  return e["kind"] === "video";
}

function selectedPair(report: ReadonlyMap<string, Entry>): Entry | undefined {
  const all = [...report.values()];
  const id = all.find((e) => e["type"] === "transport" && e["selectedCandidatePairId"])?.[
    "selectedCandidatePairId"
  ];
  if (typeof id === "string") return report.get(id);
  // Firefox has no transport entry, and marks the pair itself.
  return all.find((e) => e["type"] === "candidate-pair" && e["selected"] === true);
}

function heardOn(pair: Entry): number {
  const counters = ["bytesReceived", "requestsReceived", "responsesReceived"];
  return counters.reduce((sum, name) => sum + (num(pair[name]) ?? 0), 0);
}

function readPair(report: ReadonlyMap<string, Entry>, pair: Entry, figures: Figures): void {
  const seconds = num(pair["currentRoundTripTime"]);
  if (seconds !== undefined) figures.roundTrip = seconds * 1000;
  const local = report.get(String(pair["localCandidateId"]));
  const remote = report.get(String(pair["remoteCandidateId"]));
  if (!local || !remote) return;
  const isRelayed = local["candidateType"] === "relay" || remote["candidateType"] === "relay";
  figures.path = isRelayed ? "relay" : "direct";
  const transport = local["relayProtocol"] ?? local["protocol"];
  if (typeof transport === "string") figures.transport = transport;
}

function readVideo(report: ReadonlyMap<string, Entry>, video: Entry, figures: Figures): void {
  const mime = report.get(String(video["codecId"]))?.["mimeType"];
  if (typeof mime === "string") figures.codec = mime.replace(/^video\//i, "");
  // Chromium leaves it out while the screen does not change.
  figures.fps = num(video["framesPerSecond"]) ?? 0;
  const width = num(video["frameWidth"]);
  const height = num(video["frameHeight"]);
  if (width !== undefined && height !== undefined) Object.assign(figures, { width, height });
}

function num(v: unknown): number | undefined {
  return typeof v === "number" && Number.isFinite(v) ? v : undefined;
}
