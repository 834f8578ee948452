/** How this browser keeps up, for a technician who looks at figures. */

import type { HostFigures } from "../protocol/message.ts";

type Entry = Readonly<Record<string, unknown>>;
export type Report = ReadonlyMap<string, Entry>;

/** What a reading leaves for the next one to measure from. */
export interface Counted {
  frames: number;
}

/** Reads a report of the browser's; `cores` is how many the computer has. */
export function readFigures(
  report: Report,
  before: Counted | undefined,
  cores: number,
): { figures: HostFigures; counted: Counted } {
  const all = [...report.values()];
  const sent = all.find((e) => e["type"] === "outbound-rtp" && e["kind"] === "video");
  const heard = all.find((e) => e["type"] === "remote-inbound-rtp" && e["kind"] === "video");
  const pair = selectedPair(report);
  const frames = number(sent?.["framesEncoded"]) ?? 0;
  const pictures = before ? Math.min(1000, Math.max(0, frames - before.frames)) : 0;
  const figures: HostFigures = { type: "figures", pictures, cores: Math.min(1024, cores) };
  const rate = number(pair?.["availableOutgoingBitrate"]);
  if (rate !== undefined) figures.rate = Math.min(1e9, Math.round(rate));
  const loss = number(heard?.["fractionLost"]);
  if (loss !== undefined) figures.loss = Math.min(1, Math.max(0, loss));
  const limited = { bandwidth: "network", cpu: "host" } as const;
  const why = sent?.["qualityLimitationReason"];
  if (why === "bandwidth" || why === "cpu") figures.limited = limited[why];
  return { figures, counted: { frames } };
}

/** The path that is in use: `relay` when either end of it is a relayed one. */
export function pathOf(report: Report): "direct" | "relay" {
  const pair = selectedPair(report);
  const ends = [pair?.["localCandidateId"], pair?.["remoteCandidateId"]];
  const isRelayed = ends.some((id) => report.get(String(id))?.["candidateType"] === "relay");
  return isRelayed ? "relay" : "direct";
}

/** How many checks of the path in use were answered; undefined when there is no path. */
export function answeredOn(report: Report): number | undefined {
  return number(selectedPair(report)?.["responsesReceived"]);
}

function selectedPair(report: Report): Entry | undefined {
  const all = [...report.values()];
  const id = all.find((e) => e["type"] === "transport" && e["selectedCandidatePairId"])?.[
    "selectedCandidatePairId"
  ];
  if (typeof id === "string") return report.get(id);
  // Firefox has no transport entry, and marks the pair itself.
  return all.find((e) => e["type"] === "candidate-pair" && e["selected"] === true);
}

function number(v: unknown): number | undefined {
  return typeof v === "number" && Number.isFinite(v) ? v : undefined;
}
