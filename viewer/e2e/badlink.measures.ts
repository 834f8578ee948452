/** What badlink.figures.ts measures: what a person sees and does over a bad network. */

import type { Page } from "playwright-core";
import { count } from "./support/counters.ts";
import { quantile } from "./support/feel.ts";
import type { Link } from "./support/link.ts";
import { Eye, type Seen } from "./support/observer.ts";
import type { Moment, Scene, Stage } from "./support/stage.ts";
import { sleep } from "./support/wait.ts";

/** A session at its two ends, and what is between them. */
export interface Ends {
  page: Page;
  stage: Stage;
  link: Link;
  /** The round trip of the link, in ms. */
  roundTrip: number;
  /** The host's process. */
  pid: number;
}

const freeze = 500; // ms without a new frame
const pace = 120; // ms between keys of a fast typist
const step = 10; // ms between two looks at the clock
const clocks = 2; // ms by which those of the page and the host may differ
const patience = 5_000; // ms to wait for what a key does

/** What becomes of keys: ms to the program on the host, and how many did not come, or twice. */
export interface Input {
  ms: number[];
  lost: number;
  added: number;
}

/** What is seen of a scene that moves. */
export interface Motion {
  /** The ms until the first of its frames is seen. */
  begin: number;
  fps: number;
  /** How old the picture is that is seen, every 10 ms. */
  ages: number[];
  freezes: number;
  longest: number;
  /** What the host sends, in Mbit/s, and the part of its packets that finds the queue full. */
  megabits: number;
  overflow: number;
  /** Processor time of the host's program, and of what has nothing to do with it, in cores. */
  cores: number;
  others: number;
}

/** Presses keys, each when the picture of the last one was seen. Gives the ms of those seen. */
export async function keys({ page, stage, roundTrip }: Ends, presses: number): Promise<number[]> {
  const eye = await Eye.open(page);
  await eye.watchSquare(await stage.scene("key"));
  await sleep(2_000 + 2 * roundTrip);
  let count = 0;
  while (await eye.next(count + 1, 1)) count++;
  for (let press = 0; press < presses; press++) {
    await page.keyboard.press("a");
    if (await eye.next(count + 1, patience)) count++;
    await sleep(150 + Math.random() * 200); // so that nothing beats in time with anything
  }
  const { seen, keys: pressed } = await eye.stop();
  return pressed.flatMap((key, at) => {
    const change = seen.find((one) => one.at >= key);
    return change && change.at < (pressed[at + 1] ?? Infinity) ? [change.at - key] : [];
  });
}

/** Types without waiting for anything, in the scene that is played. */
export async function type({ page, stage }: Ends, presses: number): Promise<Input> {
  const eye = await Eye.open(page);
  await eye.watchSquare({ x: 0, y: 0, width: 8, height: 8 }); // it is the keys that count
  await stage.times("press");
  const start = performance.now();
  for (let press = 1; press <= presses; press++) {
    await page.keyboard.press("a");
    await sleep(start + press * pace - performance.now());
  }
  await sleep(patience); // what comes later counts as lost
  return arrivals((await eye.stop()).keys, await stage.times("press"));
}

/** Each key goes with the first arrival after it that is no other key's. */
export function arrivals(pressed: readonly number[], heard: readonly Moment[]): Input {
  const left = heard.map(({ from }) => from);
  const ms = pressed.flatMap((key) => {
    while (left[0]! < key - clocks) left.shift();
    const arrived = left.shift();
    return arrived === undefined ? [] : [arrived - key];
  });
  return { ms, lost: pressed.length - ms.length, added: heard.length - ms.length };
}

/** Watches a scene from its beginning. It goes on being played. */
export async function watch(ends: Ends, scene: Scene, seconds: number): Promise<Motion> {
  const { page, stage, link, pid } = ends;
  await stage.scene("idle");
  await sleep(4_000);
  await stage.times("frame");
  const eye = await Eye.open(page);
  const [region, before] = [await stage.scene(scene), await link.count()];
  const [from, spending] = [Date.now(), count([pid])];
  await eye.watchNumber(region);
  await sleep(seconds * 1000);
  const [to, spent, after] = [Date.now(), spending(), await link.count()];
  const shown = births((await eye.stop()).seen, await stage.times("frame"));
  const first = shown[0]?.at ?? to;
  const gaps = differences([...(shown.length ? shown.map(({ at }) => at) : [from]), to]);
  const entered = after.near.enteredPackets - before.near.enteredPackets;
  return {
    begin: shown.length ? first - from : NaN,
    fps: shown.length / ((to - first) / 1000),
    ages: ages(shown, first, to),
    freezes: gaps.filter((gap) => gap > freeze).length,
    longest: Math.max(...gaps),
    megabits: ((after.near.enteredBytes - before.near.enteredBytes) * 8) / 1000 / (to - from),
    overflow: (after.near.overflowed - before.near.overflowed) / entered,
    cores: spent.cores[0]!,
    others: spent.others - spent.cores[0]!, // the host's namespace is another one
  };
}

/** A frame that was seen, and when it was drawn. */
export interface Shown {
  at: number;
  drawn: number;
}

export function births(seen: readonly Seen[], frames: readonly Moment[]): Shown[] {
  const drawn = new Map(frames.map((frame) => [frame.number, frame.from]));
  return seen.flatMap(({ at, value }) =>
    drawn.has(value) ? [{ at, drawn: drawn.get(value)! }] : [],
  );
}

/** How old what is seen is, every 10 ms of a while. */
export function ages(shown: readonly Shown[], from: number, to: number): number[] {
  const all: number[] = [];
  let next = 0;
  for (let time = from; time < to; time += step) {
    while (next < shown.length && shown[next]!.at <= time) next++;
    all.push(next ? time - shown[next - 1]!.drawn : Infinity);
  }
  return all;
}

/**
 * Lets no packet through for ten seconds while a text scrolls. Gives the ms, from when packets pass
 * again, until a new frame is seen, and until for two seconds none is older than it may be.
 */
export async function blackout(ends: Ends): Promise<{ first: number; settled: number }> {
  const { page, stage, link, roundTrip } = ends;
  const eye = await Eye.open(page);
  await eye.watchNumber(await stage.scene("scroll"));
  await sleep(5_000);
  await link.set("down");
  await sleep(10_000);
  await link.set("up");
  const up = Date.now();
  await sleep(20_000);
  const shown = births((await eye.stop()).seen, await stage.times("frame"));
  const first = shown.find(({ at, drawn }) => at > up && drawn > up - 9_000);
  return {
    first: first ? first.at - up : NaN,
    settled: step * calm(ages(shown, up, up + 20_000), roundTrip + freeze, 2_000 / step),
  };
}

/** Where a stretch of so many values begins that are all small enough; NaN if there is none. */
export function calm(values: readonly number[], limit: number, count: number): number {
  let from = 0;
  for (let at = 0; at < values.length; at++) {
    if (values[at]! > limit) from = at + 1;
    if (at - from + 1 >= count) return from;
  }
  return NaN;
}

export function differences(times: readonly number[]): number[] {
  return times.slice(1).map((time, at) => time - times[at]!);
}

/** Three quantiles in a cell of a table. */
export function middle95most(ms: readonly number[]): string {
  return [0.5, 0.95, 1].map((part) => number(quantile(ms, part))).join(", ");
}

/** A number with so many decimals, or a dash for none. */
export function number(value: number, decimals = 0): string {
  return Number.isFinite(value) ? value.toFixed(decimals) : "–";
}
