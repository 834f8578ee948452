/** How a session feels, in figures: each function plays a scene and measures what a person sees. */

import { pageSpot, screenPicture } from "./chromium.ts";
import { count } from "./counters.ts";
import { Eye, type Seen } from "./observer.ts";
import type { Peer } from "./peers.ts";
import { psnr } from "./picture.ts";
import { psnrRGB } from "./quality.ts";
import type { Moment, Scene } from "./stage.ts";
import { sleep } from "./wait.ts";

/** What one repetition found, by the name of the figure. */
export type Figures = Record<string, number>;

const settle = 1_500; // ms for the picture of a new scene to come to rest

/** Shows the first picture: ms from the answer. The stage plays `key`, whose square is bright. */
export async function firstPicture(peer: Peer): Promise<Figures> {
  const square = await peer.stage.scene("key");
  const eye = await Eye.open(peer.page);
  await eye.watchSquare(square);
  await sleep(500); // a person reads before they answer
  const answered = await peer.answer();
  await eye.bright(15_000);
  const bright = (await eye.stop()).seen.find(({ value }) => value === 1);
  if (!bright) throw new Error(`no picture within 15 s\n${peer.report()}`);
  return { "first.ms": bright.at - answered };
}

/** Presses keys one after the other, each when the last one was seen: ms until it is. */
export async function keys(peer: Peer, scene: Scene, presses: number): Promise<Figures> {
  const eye = await Eye.open(peer.page);
  await eye.watchSquare(await peer.stage.scene(scene));
  await sleep(settle);
  const before = await seenSoFar(eye);
  await peer.stage.times("press");
  for (let press = 1; press <= presses; press++) {
    await peer.page.keyboard.press("a");
    await eye.next(before + press, 2_000);
    await sleep(150 + Math.random() * 200); // so that nothing beats in time with anything
  }
  const { seen, keys } = await eye.stop();
  const heard = await peer.stage.times("press");
  return summary(scene, toPicture(keys, seen), arrivals(keys, heard), presses);
}

async function seenSoFar(eye: Eye): Promise<number> {
  let count = 0;
  while (await eye.next(count + 1, 1)) count++;
  return count;
}

/** For each key the ms until the next change that was seen before the next key. */
function toPicture(keys: readonly number[], seen: readonly Seen[]): number[] {
  return keys.flatMap((key, at) => {
    const change = seen.find((one) => one.at >= key);
    const next = keys[at + 1] ?? Infinity;
    return change && change.at < next ? [change.at - key] : [];
  });
}

/** For each key the ms until the program on the host had it. */
function arrivals(keys: readonly number[], heard: readonly Moment[]): number[] {
  if (heard.length !== keys.length) return [];
  return heard.map((moment, at) => moment.from - keys[at]!);
}

function summary(name: string, times: number[], arrived: number[], presses: number): Figures {
  return {
    [`${name}.ms`]: quantile(times, 0.5),
    [`${name}.p5`]: quantile(times, 0.05),
    [`${name}.p95`]: quantile(times, 0.95),
    [`${name}.hands`]: quantile(arrived, 0.5),
    [`${name}.lost`]: presses - times.length,
  };
}

/** Watches a scene that moves: frames a second, their age in ms, what programs and network use. */
export async function motion(peer: Peer, scene: Scene, seconds: number): Promise<Figures> {
  const region = await peer.stage.scene(scene);
  const eye = await Eye.open(peer.page);
  await sleep(settle);
  await eye.watchNumber(region);
  await sleep(500);
  const [from, spent] = [Date.now(), spending(peer)];
  await sleep(seconds * 1000);
  const [to, used] = [Date.now(), spent()];
  await sleep(500);
  const { seen } = await eye.stop();
  const frames = new Map((await peer.stage.times("frame")).map((it) => [it.number, it.from]));
  const shown = seen.filter(({ at, value }) => at >= from && at < to && frames.has(value));
  const ages = shown.map(({ at, value }) => at - frames.get(value)!);
  const gaps = shown.slice(1).map(({ at }, before) => at - shown[before]!.at);
  return prefixed(scene, {
    fps: shown.length / ((to - from) / 1000),
    ms: quantile(ages, 0.5),
    p95: quantile(ages, 0.95),
    gap: quantile(gaps, 0.95),
    ...used,
  });
}

/** Watches a screen that rests. Nothing looks at it meanwhile, as that costs time too. */
export async function idle(peer: Peer, seconds: number): Promise<Figures> {
  await peer.stage.scene("idle");
  await sleep(6_000);
  const spent = spending(peer);
  await sleep(seconds * 1000);
  return prefixed("idle", spent());
}

/** How near a page of text is to the original, three seconds after it appeared. */
export async function text(peer: Peer): Promise<Figures> {
  await peer.stage.scene("text");
  await sleep(3_000);
  const shown = await screenPicture(peer.page);
  const original = await peer.screenshot();
  return { "text.rgb": psnrRGB(original, shown), "text.luma": psnr(original, shown) };
}

/** Points at the middle of the screen and clicks there, so that the keyboard is the host's. */
export async function takeHold(peer: Peer): Promise<void> {
  await peer.control();
  const spot = await pageSpot(peer.page, 960, 900);
  await peer.page.mouse.click(spot.x, spot.y);
  await sleep(300);
}

function spending(peer: Peer): () => Figures {
  const counted = count([...peer.programs, ...(peer.server ? [peer.server] : [])]);
  return () => {
    const { cores, megabits } = counted();
    const sum = cores.slice(0, peer.programs.length).reduce((a, b) => a + b, 0);
    const server = peer.server ? cores.at(-1)! : NaN;
    return { cpu: sum, server, mbit: megabits };
  };
}

function prefixed(name: string, figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [`${name}.${key}`, value]),
  );
}

/** The value below which this part of the values is; NaN for none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place % 1);
}
