import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { colours, share, showPattern } from "./support/pattern.ts";
import { average, crop, distance, pixel, psnr, type Picture } from "./support/picture.ts";

// What the other tests measure with must itself be right: a screenshot that is always black would
// agree with a picture that is always black.
let desktop: Desktop;

beforeAll(async () => {
  desktop = await Desktop.start();
});

afterAll(() => desktop.stop());

test("a screenshot shows the pattern in its true colours", async () => {
  const place = await showPattern(desktop);
  const picture = await desktop.screenshot();
  expect([picture.width, picture.height]).toEqual([1280, 720]);
  for (const [, colour] of colours) expect(share(picture, colour)).toBeGreaterThan(0.01);
  const firstBar = average(picture, place.x + 10, place.y + 10, 20, 20);
  expect(distance(firstBar, colours[0]![1])).toBe(0);
});

test("keys and buttons that are down are seen, and seen no more once released", async () => {
  expect(await desktop.heldDown()).toEqual([]);
  await desktop.xdotool("mousemove", "1270", "710", "keydown", "shift", "mousedown", "1");
  const held = await desktop.heldDown();
  await desktop.xdotool("mouseup", "1", "keyup", "shift");
  expect(held).toHaveLength(2);
  expect(held).toContain("button 1");
  expect(await desktop.heldDown()).toEqual([]);
  expect(await desktop.x.pointer()).toMatchObject({ x: 1270, y: 710 });
});

test("the editor gives back what was typed, and only that", async () => {
  const editor = await Editor.open(desktop);
  await desktop.xdotool("type", "--delay", "40", "Lend 7 hands!");
  await editor.holds("Lend 7 hands!");
  await expect(editor.holds("Lend 8 hands!", 600)).rejects.toThrow(/it holds "Lend 7 hands!"/);
});

test("a window is found by its title and moved by its title bar", async () => {
  const before = await desktop.window("^pattern$");
  await desktop.focus(before);
  const [x, y] = [before.x + 200, before.y - Math.round(before.titleHeight / 2)];
  // At a person's pace: openbox grabs the pointer at one movement and drags from the next one on.
  const steps = Array.from({ length: 16 }, (_, step) => Math.min(step * 3, 37));
  const go = (dx: number) => ["mousemove", `${x + dx}`, `${y + Math.min(dx, 21)}`, "sleep", "0.04"];
  await desktop.xdotool(...go(0), "mousedown", "1", ...steps.flatMap(go), "mouseup", "1");
  const wanted = { ...before, x: before.x + 37, y: before.y + 21 };
  await expect.poll(() => desktop.window("^pattern$"), { timeout: 5_000 }).toEqual(wanted);
});

test("the signal-to-noise ratio is that of the textbook", () => {
  const grey = (value: number): Picture => ({
    width: 4,
    height: 4,
    rgb: new Uint8Array(48).fill(value),
  });
  expect(psnr(grey(7), grey(7))).toBe(Infinity);
  expect(psnr(grey(0), grey(255))).toBeCloseTo(0);
  expect(psnr(grey(100), grey(101))).toBeCloseTo(48.13, 2);
  expect(() => psnr(grey(0), crop(grey(0), 0, 0, 2, 2))).toThrow(/compared/);
  expect(() => pixel(grey(0), 4, 0)).toThrow(/outside/);
});

test("the browser is there and runs a page", async () => {
  const browser = await Browser.start();
  try {
    const page = await browser.page();
    await page.setContent("<title>here</title><script>console.log('said')</script>");
    expect(await page.title()).toBe("here");
    expect(browser.report()).toContain("log: said");
  } finally {
    await browser.close();
  }
});
