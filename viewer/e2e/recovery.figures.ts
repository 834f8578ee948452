import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { table } from "./support/figures.ts";
import { keep } from "./support/folder.ts";
import { Setting } from "./support/setting.ts";
import { sleep } from "./support/wait.ts";

// How soon a picture that a slow network has made small or grey is whole again when the network is
// good: from 300 kbit/s back to 20 Mbit/s, while it moves on, and when it becomes a page at rest.
// RECOVERY_ROUNDS=2 says how often.
const slow = "rate=300k delay=75ms";
const good = "rate=20M delay=15ms";
const width = 1920;
const patience = 30_000; // ms
const aim = 5_000; // ms
const rounds = Number(process.env["RECOVERY_ROUNDS"] ?? "2");

let setting: Setting;
const rows: string[][] = [];

beforeAll(async () => {
  setting = await Setting.start({ size: { width, height: 1080 }, seed: 1, linked: true });
  await setting.link.set(good);
  await setting.ask("", { width, height: 1080 });
  setting.host.say("control");
  await setting.tech.seesScreen();
}, 300_000);

afterAll(() => setting?.stop());

/** What the picture is like: its width, whether it has colours, and how many there were so far. */
interface Look {
  width: number;
  coloured: boolean;
  count: number;
}

const look = (page: Page): Promise<Look> => page.getByTestId("screen").evaluate(inPage);

/** Runs in the page. */
function inPage(element: Element): Look {
  const video = element as HTMLVideoElement;
  const [w, h] = [240, 135];
  const context = new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(video, 0, 0, w, h);
  const { data } = context.getImageData(0, 0, w, h);
  let most = 0;
  for (let at = 0; at < data.length; at += 4) {
    const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
    most = Math.max(most, Math.max(r, g, b) - Math.min(r, g, b));
  }
  const count = video.getVideoPlaybackQuality().totalVideoFrames;
  return { width: video.videoWidth, coloured: most > 24, count };
}

/** Waits until the picture is whole, or until it is not. Gives the ms, NaN when that took too long. */
async function until(isWhole: boolean): Promise<number> {
  const from = performance.now();
  while (performance.now() - from < patience) {
    const { width: now, coloured } = await look(setting.tech.page);
    if ((now === width && coloured) === isWhole) return performance.now() - from;
    await sleep(100); // a look takes the page some ms
  }
  return NaN;
}

const turns = Array.from({ length: rounds }, (_, at) => at + 1).flatMap((round) =>
  (["full", "text"] as const).map((scene) => ({ round, scene })),
);

test.for(turns)("$scene is whole again, round $round", { timeout: 120_000 }, async ({ scene }) => {
  const { stage, link, host } = setting;
  await stage.scene("full");
  await sleep(2_000);
  await link.set(slow);
  const { count: before } = await look(setting.tech.page);
  const worse = await until(false);
  await sleep(5_000);
  const { width: was, coloured, count } = await look(setting.tech.page);
  if (scene === "text") await stage.scene("text");
  await link.set(good);
  const ms = await until(true);
  const row = [
    `${was} wide, ${coloured ? "coloured" : "grey"}`,
    (worse / 1000).toFixed(1),
    String(count - before),
  ];
  rows.push([scene === "text" ? "a page at rest" : "it moves on", ...row, (ms / 1000).toFixed(1)]);
  const report = table(["then", "was", "after, s", "pictures", "whole again after, s"], rows);
  keep("recovery.md", `\n${report}\n`);
  console.log(report);
  if (scene === "text") expect(ms).toBeLessThan(aim);
  expect(host.program.running).toBe(true);
});
