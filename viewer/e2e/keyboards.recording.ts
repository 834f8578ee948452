import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layouts, scriptOf } from "./support/strokes.ts";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { checkout } from "./support/folder.ts";
import { sleep } from "./support/wait.ts";

// Records what a real Chromium makes of real keys under each layout that the keyboard tests cover:
// `LENDHAND_KIND=recording .ci/e2e`. Each stroke notes the browser's events and the text that came
// of them in a plain text field, which is what the technician would have seen at home. What the
// viewer sends for them is added by its own test (keyboards.test.ts).
const folder = join(checkout, "signaling", "testdata", "keyboards");

let desktop: Desktop;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  desktop = await Desktop.start();
  browser = await Browser.start({ display: desktop.display });
  page = await browser.page();
  await page.setContent("<textarea autofocus style='width:100%;height:90vh'></textarea>");
  await page.locator("textarea").click();
  await listen();
});

afterAll(async () => {
  await browser?.close();
  await desktop?.stop();
});

interface Recorded {
  browser: string[];
  types: string;
}

/** Has the page note each event in a line: kind, code, modifiers, key. */
async function listen(): Promise<void> {
  await page.evaluate(() => {
    const log: string[] = [];
    Object.assign(window, { log });
    const field = document.querySelector("textarea")!;
    const states = ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "NumLock"];
    const key = (e: KeyboardEvent) => {
      const on = [..."scamgln"].filter((_, n) => e.getModifierState(states[n]!)).join("");
      const mods = on + (e.isComposing ? "i" : "") || "-";
      log.push(`${e.type === "keydown" ? "down" : "up"} ${e.code || "-"} ${mods} ${e.key}`);
    };
    field.addEventListener("keydown", key);
    field.addEventListener("keyup", key);
    field.addEventListener("input", (e) => {
      const { inputType, data, isComposing } = e as InputEvent;
      log.push(`input ${inputType} ${isComposing ? "i" : "-"} ${data ?? ""}`);
    });
    field.addEventListener("compositionend", (e) => log.push(`composed - - ${e.data}`));
  });
}

/** Plays keys by their X11 keycodes, the last stroke's keys all up again, and tells what came. */
async function record(actions: readonly string[]): Promise<Recorded> {
  await page.evaluate(() => {
    const field = document.querySelector("textarea")!;
    field.blur(); // what a dead key has begun ends
    field.focus();
    field.value = "";
    (window as unknown as { log: string[] }).log.length = 0;
  });
  await desktop.xdotool(...actions);
  await sleep(15);
  return page.evaluate(() => ({
    browser: [...(window as unknown as { log: string[] }).log],
    types: document.querySelector("textarea")!.value,
  }));
}

const isUnfinished = (line: string) => line.startsWith("input insertCompositionText i");

/** Where the last composition ended; after everything when there was none. */
function lastEnd(lines: readonly string[]): number {
  if (!lines.some(isUnfinished)) return lines.length;
  return lines.findLastIndex((line) => line.startsWith("composed"));
}

test.for(layouts)("$name", async ({ name, xkb }) => {
  await desktop.run("setxkbmap", ["-option", "", "-option", "compose:menu", ...xkb]);
  await sleep(400);
  await record(["keydown", "50", "keyup", "50"]);
  const strokes = [];
  for (const { press, actions, keep } of scriptOf(name)) {
    const recorded = await record(actions);
    const isWhole = recorded.browser.findLastIndex(isUnfinished) < lastEnd(recorded.browser);
    if (recorded.types !== "" && isWhole && keep(recorded.types)) {
      strokes.push({ press, ...recorded });
    }
  }
  expect(strokes.length).toBeGreaterThan(90);
  const lines = strokes.map((s) => JSON.stringify(s)).join(",\n");
  const head = `"layout":${JSON.stringify(name)},"setxkbmap":${JSON.stringify(xkb)}`;
  writeFileSync(join(folder, `${name}.json`), `{${head},"strokes":[\n${lines}\n]}\n`);
});
