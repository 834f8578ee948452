/** This side's figures and the host's, as one. */

import type { HostFigures } from "../protocol/message.ts";
import type { Figures } from "./stats.ts";

/** All that is known of a session at a moment. The host tells its part while it is asked. */
export interface AllFigures extends Figures {
  /** Milliseconds to encode a picture: the median, and what 19 of 20 took at most. */
  encode?: number;
  encodeMost?: number;
  /** How many pictures the host encoded in the last second. */
  pictures?: number;
  /** What the host's program uses of its computer: 1 is one core. */
  cpu?: number;
  /** The share of the host's computer that is busy, 0 to 1. */
  machine?: number;
  cores?: number;
  /** What the network carries, in kilobits a second, by the host's estimate. */
  capacity?: number;
  /** Milliseconds that packets wait for the network. */
  queue?: number;
  /** What keeps the picture from being better or from coming more often. */
  limited?: "network" | "host";
}

/** What is measured on pictures. */
const KEPT = ["decode", "buffered", "encode", "encodeMost"] as const;

/**
 * Puts figures together. `before` are the ones of the reading before: while the screen rests
 * there is no picture to measure, and the figures of the last one stay. They go with the
 * host's when it does not tell any.
 */
export function merge(own: Figures, host: HostFigures | undefined, before: AllFigures): AllFigures {
  const all: AllFigures = { ...own, ...(host && fromHost(host)) };
  for (const name of KEPT) {
    const isHosts = name === "encode" || name === "encodeMost";
    const last = before[name];
    if (all[name] === undefined && last !== undefined && (host || !isHosts)) all[name] = last;
  }
  return all;
}

/** The host knows of each packet whether it came: it counts what it sends again as lost. */
function fromHost({ type: _, rate, ...rest }: HostFigures): AllFigures {
  return rate === undefined ? rest : { ...rest, capacity: rate / 1000 };
}
