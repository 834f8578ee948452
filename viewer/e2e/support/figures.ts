/** What the figures of `make bench` are read from, and how they are shown. */

import { readFileSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { sleep } from "./wait.ts";

const ticksPerSecond = 100; // USER_HZ: what Linux counts processor time in, on every machine

/** What a process used over a while. */
export interface Usage {
  /** Processor time, in percent of one core. */
  cpu: number;
  /** Resident memory in MiB: at the end, and at its highest. */
  memory: number;
  peak: number;
}

/** Watches processes for a while, all at once, and says what each used. */
export async function usage(pids: readonly number[], seconds: number): Promise<Usage[]> {
  const from = pids.map((pid) => {
    writeFileSync(`/proc/${pid}/clear_refs`, "5"); // begins VmHWM anew, see proc_pid_clear_refs(5)
    return processorTime(pid);
  });
  const start = performance.now();
  await sleep(seconds * 1000);
  const passed = (performance.now() - start) / 1000;
  return pids.map((pid, at) => ({
    cpu: (100 * (processorTime(pid) - from[at]!)) / passed,
    memory: mebibytes(pid, "VmRSS"),
    peak: mebibytes(pid, "VmHWM"),
  }));
}

/** User and system time of a process and its threads, in seconds. */
export function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name may hold anything but is in brackets; utime and stime are the 12th and 13th after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function mebibytes(pid: number, field: "VmRSS" | "VmHWM"): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m");
  const match = line.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (!match) throw new Error(`process ${pid} has no ${field}`);
  return Number(match[1]) / 1024;
}

/** Waits for the next picture of the host's screen to be painted, the first one too: when it was. */
export function picturePainted(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          const video = document.querySelector<HTMLVideoElement>("[data-testid=screen]");
          if (video) video.requestVideoFrameCallback(() => resolve(Date.now()));
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** The video that the viewer receives, in kbit/s, from its own figures, which must be open. */
export async function received(page: Page, seconds: number): Promise<number> {
  const data = page.getByTestId("stats").locator("div", { hasText: "Data" }).locator("dd");
  let sum = 0;
  for (let second = 0; second < seconds; second++) {
    await sleep(1000);
    sum += Number((await data.innerText()).replaceAll(/\D/g, ""));
  }
  return sum / seconds;
}

/** The value in the middle and, in brackets, the least and the greatest. */
export function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return `${median.toFixed(0)} (${sorted[0]!.toFixed(0)}–${sorted.at(-1)!.toFixed(0)})`;
}

/** A Markdown table with its columns lined up; all but the first are numbers, to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]!.length)));
  const line = (row: readonly string[]) => {
    const [first, ...others] = row;
    const numbers = others.map((cell, at) => cell.padStart(widths[at + 1]!));
    return `| ${[first!.padEnd(widths[0]!), ...numbers].join(" | ")} |`;
  };
  const rule = widths.map((width, at) => (at ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
