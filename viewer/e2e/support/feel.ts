/** How a session feels, in figures: each function plays a scene and measures what a person sees. */

import type { Page } from "playwright-core";
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

/** Lets the first picture through: ms from the answer. The scene's square is bright at first. */
export async function firstPicture(peer: Peer): Promise<Figures> {
  const square = await peer.stage.scene("key");
  const eye = await Eye.open(peer.page);
  await eye.watchSquare(square);
  await sleep(500); // a person reads before they answer
  const answered = await peer.answer();
  await eye.bright(15_000);
  const bright = (await eye.stop()).seen.find(({ value }) => value === 1);
  if (!bright) throw new Error("no picture within 15 s");
  return { "first.ms": bright.at - answered };
}

/** Clicks into the screen's picture, so that the keyboard is the host's. */
export async function takeHold(peer: Peer): Promise<void> {
  await peer.control();
  const spot = await pageSpot(peer.page, 960, 900);
  await peer.page.mouse.click(spot.x, spot.y);
  await sleep(300);
}

/** The ms from keys to their pictures, in a scene that answers keys. */
export async function keys(peer: Peer, scene: Scene, presses: number): Promise<Figures> {
  const eye = await Eye.open(peer.page);
  await eye.watchSquare(await peer.stage.scene(scene));
  await sleep(settle);
  await peer.stage.times("press"); // forget what came before
  const spent = spending(peer);
  await pressKeys(peer.page, eye, presses);
  const { cpu, others } = spent();
  const { seen, keys, cost } = await eye.stop();
  const arrived = arrivals(keys, await peer.stage.times("press"));
  const times = toPicture(keys, seen);
  const hands = quantile(arrived, 0.5);
  return prefixed(scene, {
    ...delays(times),
    lost: presses - times.length,
    hands,
    cpu: cpu!,
    cost,
    others: others!,
  });
}

/** Presses keys one after the other, each when the last one was seen. */
export async function pressKeys(page: Page, eye: Eye, presses: number): Promise<void> {
  let before = 0;
  while (await eye.next(before + 1, 1)) before++;
  for (let press = 1; press <= presses; press++) {
    await page.keyboard.press("a");
    await eye.next(before + press, 2_000);
    await sleep(150 + Math.random() * 200); // so that nothing beats in time with anything
  }
}

/** For each key the ms until the next change, if that was seen before the next key. */
export function toPicture(keys: readonly number[], seen: readonly Seen[]): number[] {
  return keys.flatMap((key, at) => {
    const change = seen.find((one) => one.at >= key);
    return change && change.at < (keys[at + 1] ?? Infinity) ? [change.at - key] : [];
  });
}

/** For each key the ms until the program on the host had it. */
function arrivals(keys: readonly number[], heard: readonly Moment[]): number[] {
  return heard.length === keys.length ? heard.map(({ from }, at) => from - keys[at]!) : [];
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
  const { seen, cost, torn } = await eye.stop();
  const played = await peer.stage.times("frame");
  const drawn = played.filter((frame) => frame.from >= from && frame.from < to).length;
  const handed = new Map(played.map((frame) => [frame.number, frame.from]));
  const shown = seen.filter(({ at, value }) => at >= from && at < to && handed.has(value));
  const ages = shown.map(({ at, value }) => at - handed.get(value)!);
  const gaps = shown.slice(1).map(({ at }, before) => at - shown[before]!.at);
  const perSecond = 1000 / (to - from);
  const rates = { fps: shown.length * perSecond, drawn: drawn * perSecond };
  return prefixed(scene, {
    ...rates,
    ...delays(ages),
    gap: quantile(gaps, 0.95),
    torn: 100 * torn,
    ...used,
    cost,
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

/** How near a page of text is to the original, three seconds after it appeared, in dB. */
export async function text(peer: Peer): Promise<Figures> {
  await peer.stage.scene("text");
  await sleep(3_000);
  const shown = await screenPicture(peer.page);
  const original = await peer.screenshot();
  return { "text.rgb": psnrRGB(original, shown), "text.luma": psnr(original, shown) };
}

/** Cores and Mbit/s from now on. */
function spending(peer: Peer): () => Figures {
  const programs = peer.programs();
  const counted = count([...programs, ...(peer.server ? [peer.server] : [])]);
  return () => {
    const { cores, megabits, others } = counted();
    const cpu = cores.slice(0, programs.length).reduce((sum, one) => sum + one, 0);
    return { cpu, ...(peer.server ? { server: cores.at(-1)! } : {}), mbit: megabits, others };
  };
}

/** The spread of delays, in ms. */
export function delays(times: readonly number[]): Figures {
  return { ms: quantile(times, 0.5), p5: quantile(times, 0.05), p95: quantile(times, 0.95) };
}

function prefixed(name: string, figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [`${name}.${key}`, value]),
  );
}

/** The value that this part of the values is below; NaN for none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place % 1);
}
