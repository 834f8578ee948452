import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, onTestFailed, test } from "vitest";
import { screenPicture } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { Link } from "./support/link.ts";
import { pixel, psnr } from "./support/picture.ts";
import { Relay } from "./support/relay.ts";
import { Stage } from "./support/stage.ts";
import { Technician } from "./support/technician.ts";
import { keepTiles, overlay, prepare } from "./support/tiles.ts";
import { eventually, sleep } from "./support/wait.ts";

// What little changes is on the page before its frame of video, exact to the last bit, and gone with
// it: over a good network and a bad one.
let desktop: Desktop;
let stage: Stage;
let relay: Relay;
let link: Link | undefined;
let host: Host | undefined;
let tech: Technician | undefined;

beforeEach(async () => {
  desktop = await Desktop.start();
  stage = Stage.start(desktop.env, 7);
});

afterEach(async () => {
  await tech?.close();
  await host?.stop();
  await relay?.remove();
  await link?.stop();
  await stage?.stop();
  await desktop?.stop();
  host = tech = link = undefined;
});

/** A session in which the technician types into a scene, in a page that has been prepared. */
async function begin(prepared: (page: Page) => Promise<unknown> = prepare): Promise<Technician> {
  onTestFailed(() => console.error([host, link, relay, tech].map((p) => p?.report()).join("\n")));
  relay = await Relay.start([], link?.near);
  await Technician.addTo(relay, "ines");
  host = Host.start(desktop, relay, [], link?.far);
  tech = await Technician.signIn(relay, "ines");
  await prepared(tech.page);
  await tech.page.reload();
  await tech.takesControl(host);
  await stage.scene("typing");
  await tech.clickAt(640, 700);
  await sleep(2_000);
  return tech;
}

/** How many pixels tiles cover. */
async function coveredBy(who: Technician): Promise<number> {
  return (await overlay(who.page)).covered.filter(Boolean).length;
}

/**
 * Types a letter with the eyes closed to what the video then shows. Gives how many pixels are
 * covered by tiles; those are what the X server has.
 */
async function typed(who: Technician): Promise<number> {
  await eventually("no tile is left", async () => (await coveredBy(who)) === 0);
  await keepTiles(who.page, true);
  await who.page.keyboard.press("a");
  await sleep(500);
  const { picture, covered } = await overlay(who.page);
  const real = await desktop.screenshot();
  let count = 0;
  for (const [at, is] of covered.entries()) {
    if (!is) continue;
    const [x, y] = [at % real.width, Math.floor(at / real.width)];
    expect(pixel(picture, x, y), `${x},${y}`).toEqual(pixel(real, x, y));
    count++;
  }
  await keepTiles(who.page, false);
  return count;
}

/** The mark that each letter changes. */
const mark = 24 * 24;

test("a letter is there to the last bit, and gone when the video has it", async () => {
  const who = await begin();
  const counts: number[] = [];
  for (let n = 0; n < 6; n++) counts.push(await typed(who));
  // The host leaves a tile out while packets wait.
  expect(counts.filter((n) => n >= mark).length, `${counts}`).toBeGreaterThan(2);
  await eventually("no tile is left", async () => (await coveredBy(who)) === 0);
  const { page } = who;
  const boxes = await Promise.all(
    ["screen", "tiles"].map((id) => page.getByTestId(id).boundingBox()),
  );
  expect(boxes[1]).toEqual(boxes[0]);
});

test("nothing lies over a video that moves", async () => {
  const who = await begin();
  const lies = () =>
    who.page.getByTestId("tiles").evaluate((canvas) => getComputedStyle(canvas).visibility);
  expect(await lies()).toBe("visible");
  await stage.scene("full");
  await eventually("the tiles are away", async () => (await lies()) === "hidden");
  await stage.scene("typing");
  await eventually("they are back", async () => (await lies()) === "visible");
  expect(await typed(who)).toBeGreaterThan(0);
});

test("nothing stays wrong when packets are lost", { timeout: 300_000 }, async () => {
  await Link.build();
  link = await Link.start();
  await link.set("rate=5M delay=20ms loss=0.05");
  const who = await begin();
  await who.page.keyboard.type("nothing stays wrong when packets are lost", { delay: 60 });
  const counts: number[] = [];
  for (let n = 0; n < 6; n++) counts.push(await typed(who));
  expect(Math.max(...counts), `${counts}`).toBeGreaterThanOrEqual(mark);
  await eventually("no tile is left", async () => (await coveredBy(who)) === 0);
  await eventually("the video shows the screen", async () => {
    return psnr(await screenPicture(who.page), await desktop.screenshot()) > 35;
  });
  const { near } = await link.count();
  expect(near.lost).toBeGreaterThan(0);
});

test("a browser that has no workers works without tiles", async () => {
  const who = await begin((page) =>
    page.addInitScript(() => Reflect.deleteProperty(window, "Worker")),
  );
  await stage.times("press");
  await who.page.keyboard.press("a");
  await eventually("the key has come", async () => (await stage.times("press")).length > 0);
  expect(await coveredBy(who)).toBe(0);
});
