/** What programs use and what the network carries, between two moments, from /proc. */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { processorTime } from "./figures.ts";

const ticksPerSecond = 100; // USER_HZ

/** What was used since `count`. */
export interface Spent {
  seconds: number;
  /** Processor time of each process, in cores. */
  cores: number[];
  /** What loopback carried, in both directions, with the headers of IP, UDP and TCP. */
  megabits: number;
  /** Processor time of all that does not belong to the measuring, in cores. */
  others: number;
}

/** Counts from now on. Gives the function that tells what was used until then. */
export function count(pids: readonly number[]): () => Spent {
  const ours = timesOf(ownProcesses());
  const machine = machineTime();
  const bytes = loopbackBytes();
  const times = pids.map(processorTime);
  const start = performance.now();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    const cores = pids.map((pid, at) => (processorTime(pid) - times[at]!) / seconds);
    const megabits = ((loopbackBytes() - bytes) * 8) / 1e6 / seconds;
    const all = machineTime() - machine;
    let own = 0;
    for (const [pid, time] of timesOf(ownProcesses())) own += time - (ours.get(pid) ?? 0);
    return { seconds, cores, megabits, others: Math.max(all - own, 0) / seconds };
  };
}

/** A process and its children, for programs that make one for each connection. */
export function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return [pid, ...children.trim().split(" ").filter(Boolean).map(Number)];
}

/** All processes in the network namespace that .ci/e2e has made. */
function ownProcesses(): number[] {
  const own = readlinkSync("/proc/self/ns/net");
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return all.filter((pid) => tried(() => readlinkSync(`/proc/${pid}/ns/net`)) === own).map(Number);
}

function timesOf(pids: readonly number[]): Map<number, number> {
  return new Map(pids.map((pid) => [pid, tried(() => processorTime(pid)) ?? 0]));
}

/** What a process says, unless it has ended meanwhile. */
function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Time in which the processors were not idle, in seconds. */
function machineTime(): number {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number) as [number, number, number, number, number, number, number, number];
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

/** Every packet on loopback is received once and sent once; these are the received ones. */
function loopbackBytes(): number {
  const match = /^\s*lo:\s*(\d+)/m.exec(readFileSync("/proc/self/net/dev", "utf8"));
  if (!match) throw new Error("no loopback interface in /proc/self/net/dev");
  return Number(match[1]);
}
