import { createServer, connect } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { count } from "./support/counters.ts";
import { Desktop } from "./support/desktop.ts";
import { quantile, toPicture } from "./support/feel.ts";
import { needsOwnNamespaces } from "./support/network.ts";
import { Eye } from "./support/observer.ts";
import { ownShare } from "./support/own.ts";
import { toPNG } from "./support/picture.ts";
import { psnrRGB } from "./support/quality.ts";
import { Stage, type Region } from "./support/stage.ts";
import { sleep } from "./support/wait.ts";

// What `make bench` measures with must itself be right.
let desktop: Desktop;
let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  desktop = await Desktop.start();
  stage = Stage.start(desktop.env, 7);
  browser = await Browser.start();
});

afterAll(async () => {
  await browser?.close();
  await stage?.stop();
  await desktop?.stop();
});

/** What the eye sees in a page whose canvas shows the desktop as it is now, well or badly. */
async function seenIn(what: "square" | "number", region: Region, quality = 1) {
  const page = await browser.page();
  const picture = Buffer.from(toPNG(await desktop.screenshot())).toString("base64");
  await page.setContent("<canvas data-testid=screen></canvas>");
  await page.evaluate(showPicture, [picture, quality] as const);
  const eye = await Eye.open(page, 1280);
  await (what === "square" ? eye.watchSquare(region) : eye.watchNumber(region));
  await eye.next(1, 5_000);
  const { seen } = await eye.stop();
  await page.close();
  return seen.map(({ value }) => value);
}

/** Runs in the page: shows a picture after its compression to a quality from 0 to 1. */
async function showPicture([base64, quality]: readonly [base64: string, quality: number]) {
  const load = async (url: string) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  };
  const canvas = document.querySelector("canvas")!;
  const original = await load(`data:image/png;base64,${base64}`);
  Object.assign(canvas, { width: original.width, height: original.height });
  const context = canvas.getContext("2d")!;
  context.drawImage(original, 0, 0);
  context.drawImage(await load(canvas.toDataURL("image/jpeg", quality)), 0, 0);
}

test.for(["scroll", "full"] as const)("a frame of %s is known by its number", async (scene) => {
  const region = await stage.scene(scene);
  for (const quality of [1, 0.1]) {
    await stage.times("frame");
    await sleep(100);
    const [number, ...more] = await seenIn("number", region, quality);
    const played = (await stage.times("frame")).map((frame) => frame.number);
    expect(played).toContain(number);
    expect(more).toEqual([]);
  }
});

test.for(["key", "typing"] as const)("a key is seen in %s, and timed", async (scene) => {
  const region = await stage.scene(scene);
  await stage.times("press");
  const [before] = await seenIn("square", region);
  const pressed = Date.now();
  await desktop.xdotool("key", "a");
  await sleep(200);
  expect(await seenIn("square", region)).toEqual([1 - before!]);
  const [press, ...more] = await stage.times("press");
  expect(more).toEqual([]);
  expect(press!.from).toBeGreaterThanOrEqual(pressed);
  expect(press!.drawn).toBeLessThan(pressed + 5_000);
});

test("a page that answers keys by itself is seen to, as a canvas and as a video", async () => {
  const own = await ownShare({ width: 1280, height: 800 }, 8);
  for (const { ms, lost } of Object.values(own)) {
    expect(lost).toBe(0);
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThan(500);
  }
});

test("a key belongs to the next change, unless another key came first", () => {
  const seen = [40, 130, 460].map((at) => ({ at, value: 0 }));
  expect(toPicture([10, 100, 200, 400], seen)).toEqual([30, 30, 60]);
  expect(quantile([5, 1, 3], 0.5)).toBe(3);
  expect(quantile([1, 2], 0.5)).toBe(1.5);
  expect(quantile([], 0.5)).toBeNaN();
});

test("bytes on loopback are counted once, and a busy process is seen", async () => {
  needsOwnNamespaces();
  const server = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  const spent = count([process.pid]);
  for (const end = performance.now() + 300; performance.now() < end;);
  socket.end(Buffer.alloc(4_000_000));
  await once(socket, "close");
  const { seconds, cores, megabits } = spent();
  server.close();
  expect(megabits * seconds).toBeGreaterThan(32);
  expect(megabits * seconds).toBeLessThan(34);
  expect(cores[0]! * seconds).toBeGreaterThan(0.08);
});

test("the signal-to-noise ratio of colours is that of the textbook", () => {
  const grey = (value: number) => ({ width: 4, height: 4, rgb: new Uint8Array(48).fill(value) });
  expect(psnrRGB(grey(100), grey(100))).toBe(Infinity);
  expect(psnrRGB(grey(100), grey(101))).toBeCloseTo(48.13, 2);
});
