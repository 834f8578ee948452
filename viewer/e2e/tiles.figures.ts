import { afterAll, beforeAll, expect, test } from "vitest";
import { count } from "./support/counters.ts";
import { Desktop } from "./support/desktop.ts";
import { quantile } from "./support/feel.ts";
import { keep } from "./support/folder.ts";
import { Setting } from "./support/setting.ts";
import type { Scene } from "./support/stage.ts";
import type { Technician } from "./support/technician.ts";
import { prepare, wantTiles } from "./support/tiles.ts";
import { sleep } from "./support/wait.ts";
import type { XConnection } from "./support/x11.ts";

// What tiles are worth: from a key in the technician's browser to the pixel on the technician's own
// screen, with tiles and without them by turns in one session. The browser shows its window on an X
// server, and what that has is looked at every millisecond from outside: to look from inside the
// page costs more than what is measured.
const rounds = Number(process.env["TILES_ROUNDS"] ?? "6");
const presses = Number(process.env["TILES_KEYS"] ?? "12");
const size = { width: 1920, height: 1080 };

let setting: Setting;
let screen: Desktop; // the technician's
let eye: XConnection;
let tech: Technician;

beforeAll(async () => {
  setting = await Setting.start({ size, seed: 7 });
  screen = await Desktop.start(size);
  eye = screen.x;
  await setting.ask("", { display: screen.display, width: 1600, height: 900 }, prepare);
  setting.host.say("control");
  tech = setting.tech;
  await tech.seesScreen();
  await tech.may("control");
  await tech.clickAt(960, 900);
  await tech.page.evaluate(noteKeys);
});

afterAll(async () => {
  await setting?.leave();
  await screen?.stop();
  await setting?.stop();
});

declare global {
  interface Window {
    /** When the last key went down: ms of the wall clock. */
    lastKey?: number;
  }
}

/** Runs in the page. */
function noteKeys(): void {
  const tick = () => {
    const from = Date.now();
    while (Date.now() === from);
    return Date.now() - performance.now();
  };
  const offset = Math.max(tick(), tick(), tick(), tick(), tick());
  const note = (event: KeyboardEvent) => (window.lastKey = event.timeStamp + offset);
  window.addEventListener("keydown", note, { capture: true });
}

const clock = () => performance.timeOrigin + performance.now();

/** The place of the technician's screen where a key is to be seen: the middle of what it changes. */
async function spot(): Promise<{ x: number; y: number }> {
  const before = await eye.screenshot();
  await tech.page.keyboard.press("a");
  await sleep(1_000);
  const after = await eye.screenshot();
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let at = 0; at < after.rgb.length; at += 3) {
    if (Math.abs(after.rgb[at + 1]! - before.rgb[at + 1]!) < 120) continue;
    xs.push((at / 3) % after.width);
    ys.push(Math.floor(at / 3 / after.width));
  }
  // The mark below the line, or the square: the lowest of what has changed.
  return { x: Math.round(quantile(xs, 0.5)), y: Math.round(quantile(ys, 0.8)) };
}

/** Presses a key. Gives the ms until it was seen. */
async function press(at: { x: number; y: number }): Promise<number> {
  const green = async () => (await eye.part(at.x, at.y, 1, 1)).rgb[1]!;
  const was = (await green()) > 127;
  const pressed = tech.page.keyboard.press("a");
  const end = clock() + 2_000;
  let seen = NaN;
  while (clock() < end) {
    if ((await green()) > 127 !== was) {
      seen = clock();
      break;
    }
    await sleep(1);
  }
  await pressed;
  return seen - (await tech.page.evaluate(() => window.lastKey!));
}

interface Found {
  times: number[];
  host: number[];
  browser: number[];
}

async function measure(scene: Scene): Promise<Record<"on" | "off", Found>> {
  const none = (): Found => ({ times: [], host: [], browser: [] });
  const found = { on: none(), off: none() };
  await setting.stage.scene(scene);
  await sleep(2_000);
  const at = await spot();
  for (let round = 0; round < rounds * 2; round++) {
    const which = round % 2 === 0 ? "on" : "off";
    await wantTiles(tech.page, which === "on");
    await sleep(600);
    const pids = tech.browser.pids;
    const spent = count([setting.host.program.pid, ...pids]);
    for (let n = 0; n < presses; n++) {
      found[which].times.push(await press(at));
      await sleep(150 + Math.random() * 200);
    }
    const [mine, ...its] = spent().cores;
    found[which].host.push(mine!);
    found[which].browser.push(its.reduce((a, b) => a + b, 0));
  }
  return found;
}

test.for(["key", "typing"] as const)(
  "%s, with tiles and without",
  { timeout: 400_000 },
  async (scene) => {
    const found = await measure(scene);
    const row = (name: "on" | "off") => {
      const { times, host, browser } = found[name];
      const seen = times.filter((t) => !Number.isNaN(t));
      const ms = [0.05, 0.25, 0.5, 0.75, 0.95].map((q) => quantile(seen, q).toFixed(1));
      const cpu = [host, browser].map((list) => quantile(list, 0.5).toFixed(3));
      return [scene, name === "on" ? "tiles" : "video alone", seen.length, ...ms, ...cpu].join(
        " | ",
      );
    };
    const head =
      "scene | shown by | keys | p5 | p25 | median | p75 | p95 | host, cores | browser, cores";
    const text = [head, row("on"), row("off")].join("\n");
    console.log(text);
    keep(`tiles-${scene}.txt`, text + "\n");
    expect(found.on.times.filter(Number.isNaN)).toEqual([]);
  },
);
