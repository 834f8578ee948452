/** What programs use and what the network carries, between two moments, from /proc. */

import { readFileSync } from "node:fs";
import { processorTime } from "./figures.ts";

/** What was used since `begin`. */
export interface Spent {
  seconds: number;
  /** Processor time of each process, in cores. */
  cores: number[];
  /** What the loopback interface carried, both directions, with IP and UDP or TCP headers. */
  megabits: number;
}

/** Counts from now on. Gives the function that tells what was used until then. */
export function count(pids: readonly number[]): () => Spent {
  const [start, bytes] = [performance.now(), loopbackBytes()];
  const times = pids.map(processorTime);
  return () => {
    const seconds = (performance.now() - start) / 1000;
    return {
      seconds,
      cores: pids.map((pid, at) => (processorTime(pid) - times[at]!) / seconds),
      megabits: ((loopbackBytes() - bytes) * 8) / 1e6 / seconds,
    };
  };
}

/** Every packet on loopback is received once and sent once; these are the received ones. */
function loopbackBytes(): number {
  const match = /^\s*lo:\s*(\d+)/m.exec(readFileSync("/proc/self/net/dev", "utf8"));
  if (!match) throw new Error("no loopback interface in /proc/self/net/dev");
  return Number(match[1]);
}
