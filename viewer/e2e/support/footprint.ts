/** What programs hold on to: memory, descriptors, threads, goroutines; and what a page does. */

import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import type { Figures } from "./feel.ts";
import type { Program } from "./program.ts";

/**
 * What makes a Go program tell of itself in its log, with no port for that in the program: a line for
 * each collection of garbage, and every ten seconds one for each goroutine.
 */
export const tellingGo = { GODEBUG: "gctrace=1,schedtrace=10000,scheddetail=1" };

/** Memory in MiB, descriptors and threads of a process, from /proc. */
export function held(pid: number): Figures {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  return {
    rss: field("VmRSS") / 1024,
    anonymous: field("RssAnon") / 1024,
    files: readdirSync(`/proc/${pid}/fd`).length,
    threads: field("Threads"),
  };
}

/** Memory of several processes together, in MiB, without what they map from files. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (heldOrGone(pid)["anonymous"] ?? 0), 0);
}

function heldOrGone(pid: number): Figures {
  try {
    return held(pid);
  } catch {
    return {}; // it has ended meanwhile
  }
}

/** The log of a Go program that was started with `tellingGo`. */
export class GoLog {
  private at = 0;
  private collections = 0;
  private heap = NaN;
  private goroutines = NaN;
  private counting = NaN;

  constructor(private readonly program: Program) {}

  /**
   * The newest of what it says: MiB of the heap that the last collection found in use, the number of
   * collections so far, and that of goroutines, the runtime's own too.
   */
  read(): Figures {
    const { log } = this.program;
    for (; this.at < log.length; this.at++) this.hear(log[this.at]!);
    return { heap: this.heap, collections: this.collections, goroutines: this.goroutines };
  }

  private hear(line: string): void {
    const collection = /^gc (\d+) @.* \d+->\d+->(\d+) MB,/.exec(line);
    if (collection)
      [this.collections, this.heap] = collection.slice(1).map(Number) as [number, number];
    if (line.startsWith("SCHED ")) [this.goroutines, this.counting] = [this.counting, 0];
    const goroutine = /^\s+G\d+: status=(\d+)/.exec(line);
    if (goroutine && isLive(Number(goroutine[1]))) this.counting++;
  }
}

/** Whether a goroutine with this status is one that can run: see runtime/runtime2.go of Go. */
function isLive(status: number): boolean {
  const [runnable, copyStack, preempted, scan] = [1, 8, 9, 0x1000];
  const bare = status % scan;
  return (bare >= runnable && bare <= 4) || bare === copyStack || bare === preempted;
}

/** What is left in a page when its garbage is collected: MiB of JavaScript, nodes, listeners. */
export async function heldByPage(page: Page): Promise<Figures> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send("HeapProfiler.collectGarbage");
    await session.send("Performance.enable");
    const { metrics } = await session.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
    return {
      heap: of("JSHeapUsedSize") / 2 ** 20,
      nodes: of("Nodes"),
      listeners: of("JSEventListeners"),
    };
  } finally {
    await session.detach();
  }
}
