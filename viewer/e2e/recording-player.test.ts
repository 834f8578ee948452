import { readFileSync } from "node:fs";
import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { findings } from "./support/axe.ts";
import { Browser } from "./support/chromium.ts";
import { Cinema } from "./support/film.ts";
import { watchPictures } from "./support/pictures.ts";

// Playing alone: a recording of a painted desktop, every picture of which has its time painted into it.
let cinema: Cinema;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await Browser.start({ width: 1280, height: 800 });
});

beforeEach(async () => {
  cinema = await Cinema.open();
  page = await browser.newPage();
});

afterEach(async () => {
  await page?.close();
  await cinema?.close();
  const faults = browser.log.splice(0).filter((line) => /^uncaught|Content Security/.test(line));
  expect(faults).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
});

/** Gives a reason, and waits for the first picture. */
async function open(at = 0): Promise<void> {
  await page.goto("about:blank");
  await page.goto(cinema.at(at));
  await page.getByTestId("open-reason").fill("case 12");
  await watchPictures(page);
  await page.getByTestId("open").click();
  await page.locator("[data-testid=player-picture][data-time]").waitFor();
}

/** The time that is painted into the picture on the page: 24 squares, white for 1. */
function painted(): Promise<number> {
  return page.getByTestId("player-picture").evaluate((element) => {
    const copy = new OffscreenCanvas(384, 16).getContext("2d")!;
    copy.drawImage(element as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 0, 384, 16);
    let time = 0;
    for (let bit = 0; bit < 24; bit++) {
      time = time * 2 + (data[4 * (8 * 384 + bit * 16 + 8)]! > 127 ? 1 : 0);
    }
    return time;
  });
}

/** Clicks the line of time, and waits for a picture. */
async function pick(ms: number): Promise<void> {
  const box = (await page.getByTestId("player-timeline").boundingBox())!;
  const before = await page.evaluate(() => window.pictures.count);
  await page.mouse.click(box.x + (box.width * ms) / cinema.about.length, box.y + box.height / 2);
  await page.waitForFunction((before) => window.pictures.count > before, before);
}

/** Where the player says to be, in seconds. */
async function position(): Promise<number> {
  return Number(await page.getByTestId("player-timeline").getAttribute("aria-valuenow"));
}

test("a reason is asked first; then there is a picture", async () => {
  await open();
  expect(cinema.reasons).toEqual(["case 12"]);
  expect(await painted()).toBeLessThan(500);
  expect(await page.getByTestId("who-opens").count()).toBe(0);
});

// How long these take, player.figures.ts measures.
test("a click on the line of time shows the picture of that moment", async () => {
  await open();
  for (const ms of [31_500, 54_500, 2000, 66_000, 500, 32_000, 56_000, 1000, 67_000]) {
    await pick(ms);
    const right = await page.evaluate(() => window.pictures.time);
    expect(await painted()).toBe(right);
    expect(right).toBeLessThanOrEqual(ms + 200);
  }
});

test.each(["VP8", "VP9"])("a recording in %s plays and seeks", async (codec) => {
  await cinema.close();
  cinema = await Cinema.open(`desk-${codec.toLowerCase()}.lendhand`);
  await page.addInitScript(() => {
    if (!isSecureContext) return; // the empty page before it
    const { configure } = VideoDecoder.prototype;
    VideoDecoder.prototype.configure = function (config) {
      document.documentElement.dataset["codec"] = config.codec;
      configure.call(this, config);
    };
  });
  await open();
  const decoded = await page.locator("html").getAttribute("data-codec");
  expect(decoded).toMatch(codec === "VP8" ? /^vp8$/ : /^vp09\./);
  const { length } = cinema.about;
  for (const ms of [length * 0.7, length * 0.2, length - 1000, 600, length * 0.5]) {
    await pick(ms);
    const right = await page.evaluate(() => window.pictures.time);
    expect(await painted()).toBe(right);
    expect(right).toBeLessThanOrEqual(ms + 200);
  }
  await page.keyboard.press("Home");
  await expect.poll(painted).toBe(0);
  await page.keyboard.press("Space");
  await expect.poll(painted, { timeout: 8000 }).toBeGreaterThan(1500);
  expect(await page.getByTestId("player-damaged").count()).toBe(0);
});

test("the newest of many places wins while the line is dragged", async () => {
  await open();
  const box = (await page.getByTestId("player-timeline").boundingBox())!;
  await page.mouse.move(box.x + 5, box.y + 20);
  await page.mouse.down();
  for (let n = 1; n <= 30; n++) await page.mouse.move(box.x + 5 + (n * box.width) / 32, box.y + 20);
  await page.mouse.move(box.x + (box.width * 34_000) / cinema.about.length, box.y + 20);
  await page.mouse.up();
  await expect.poll(async () => Math.abs((await painted()) - 34_000)).toBeLessThan(300);
});

test("plays, faster too, and skips what nothing happens in", async () => {
  await open();
  await page.getByTestId("player-play").click();
  await page.waitForTimeout(2000);
  expect(await painted()).toBeGreaterThan(1000);
  expect(await page.evaluate(() => window.pictures.isInOrder)).toBe(true);
  await page.getByTestId("player-speed").selectOption("16");
  await page.getByTestId("player-skipped").waitFor();
  await expect.poll(position, { timeout: 8000 }).toBeGreaterThan(50);
  await page.getByTestId("player-play").click();
});

test("obeys the keyboard, and says how", async () => {
  await open();
  await page.keyboard.press("ArrowRight");
  await expect.poll(painted).toBeGreaterThan(4500);
  await page.keyboard.press("l");
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowRight");
  await expect.poll(position).toBe(10);
  const at = await painted();
  await page.keyboard.press(",");
  await expect.poll(painted).toBeLessThan(at);
  await page.keyboard.press(".");
  await expect.poll(painted).toBe(at);
  await page.keyboard.press(">");
  expect(await page.getByTestId("player-speed").inputValue()).toBe("2");
  await page.keyboard.press("End");
  await expect.poll(position).toBe(Math.round(cinema.about.length / 1000));
  await page.keyboard.press("Home");
  await expect.poll(painted).toBe(0);
  await page.keyboard.press("Space");
  await expect.poll(painted).toBeGreaterThan(300);
  await page.keyboard.press("k");
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Play or pause").waitFor();
  await page.keyboard.press("Escape");
  // Where somebody types, keys are letters.
  await page.getByTestId("player-search").fill("");
  await page.getByTestId("player-search").press("k");
  expect(await page.getByTestId("player-search").inputValue()).toBe("k");
});

test("what happened is listed, found, and gone to", async () => {
  await open();
  await page.getByTestId("player-events").getByText("Recording paused (by the person)").click();
  expect(await page.getByTestId("player-gap").innerText()).toMatch(
    /paused\s+by the person, for 12 s/,
  );
  await page.getByTestId("player-events").getByText("Devices and printers").click();
  await expect.poll(painted).toBeGreaterThanOrEqual(54_000);
  expect(await page.getByTestId("player-monitor").innerText()).toContain("HDMI-1, 1024 × 640");
  expect(await page.getByTestId("player-gap").count()).toBe(0);
  await page.getByTestId("tab-events").click();
  await page.getByTestId("player-search").fill("driver zip");
  const found = page.getByTestId("player-events").getByRole("button");
  await expect.poll(() => found.count()).toBe(1);
  expect(await found.innerText()).toMatch(/File to the host: printer-driver-7.2.zip \(4.8 MB\)/);
  await found.click();
  await pick(5000);
  await page.getByTestId("player-pointer").waitFor();
});

test("a note is pinned to a time, and leads there", async () => {
  await open();
  await pick(41_000);
  await page.getByTestId("tab-notes").click();
  await page.getByTestId("note-text").fill("asks for the <b>password</b>");
  await page.getByTestId("note-add").click();
  const note = page.getByTestId("player-notes").getByText("asks for the <b>password</b>");
  await note.waitFor();
  expect(cinema.notes[0]!.at).toBeGreaterThan(40_500);
  await page.keyboard.press("Escape");
  await pick(2000);
  await note.click();
  await expect.poll(painted).toBeGreaterThan(35_000);
});

test("in sealed mode the auditor's own key opens it, and stays in memory", async () => {
  cinema.isSealed = true;
  await page.goto(cinema.at());
  expect(await page.getByTestId("who-opens").innerText()).toContain("Only who has the key");
  await page.getByTestId("open-reason").fill("case 12");
  await page.getByTestId("open").click();
  await page.getByTestId("key-text").fill(cinema.about.identity);
  await page.getByTestId("key-open").click();
  await page.getByText("This key does not open this recording.").waitFor();
  const buffer = Buffer.from(`# the auditor's\n${cinema.about.auditor}\n`);
  await page
    .getByTestId("key-file")
    .setInputFiles({ name: "auditor.key", mimeType: "text/plain", buffer });
  await page.getByTestId("key-open").click();
  await page.locator("[data-testid=player-picture][data-time]").waitFor();
  const kept = await page.evaluate(async () => [
    localStorage.length + sessionStorage.length,
    (await indexedDB.databases()).length,
  ]);
  expect(kept).toEqual([0, 0]);
  expect(page.workers().length).toBe(1);
  await page.getByTestId("all-recordings").click();
  await expect.poll(() => page.workers().length).toBe(0);
});

test("in sealed mode this page alone can share it: the recording's key is sealed to one more", async () => {
  const legal = await generateX25519Identity();
  cinema.readers.push({ name: "Legal", key: await identityToRecipient(legal), held: false });
  cinema.isSealed = true;
  await page.goto(cinema.at());
  expect(await page.getByTestId("share").innerText()).toContain("open the recording with your key");
  expect(await page.getByTestId("share-recording").count()).toBe(0);
  await page.getByTestId("open-reason").fill("case 12");
  await page.getByTestId("open").click();
  await page.getByTestId("key-text").fill(cinema.about.auditor);
  await page.getByTestId("key-open").click();
  await page.getByTestId("share-recording").click();
  expect(await page.getByTestId("share-key").innerText()).toContain(cinema.readers[0]!.key);
  expect(await findings(page, "recording-share")).toEqual([]);
  await page.getByTestId("reason").fill("they asked");
  await page.getByTestId("reason-give").click();
  await expect.poll(() => cinema.shares.length).toBe(1);
  const { sealedKey, ...rest } = cinema.shares[0]!;
  expect(rest).toEqual({ reader: "Legal", reason: "they asked" });
  const opens = new Decrypter();
  opens.addIdentity(legal);
  const own = await opens.decrypt(Buffer.from(String(sealedKey), "base64"), "text");
  expect(own.trim()).toBe(cinema.about.identity);
});

test("a session that runs is followed, to its end", async () => {
  cinema.shown = 8;
  await open();
  await page.getByTestId("player-live").click();
  await page.locator("[data-testid=player-live][aria-pressed=true]").waitFor();
  cinema.shown = 14;
  await expect.poll(painted, { timeout: 8000 }).toBeGreaterThan(8000);
  cinema.shown = cinema.pieces.length;
  await expect.poll(() => page.getByTestId("player-live").count(), { timeout: 8000 }).toBe(0);
  expect(await page.getByTestId("player-time").innerText()).toContain("1:37");
});

test("what cannot be opened is said, and the rest plays", async () => {
  const broken = Buffer.from(cinema.pieces[6]!);
  broken[broken.length - 600]! ^= 1;
  cinema.pieces[6] = broken;
  await open(4000);
  await page.getByTestId("player-play").click();
  await page.getByTestId("player-damaged").waitFor();
  await pick(34_000);
  await expect.poll(painted).toBeGreaterThan(33_700);
});

test("no page of it is closed to anybody", { timeout: 120_000 }, async () => {
  await page.goto(cinema.at());
  await page.getByTestId("open-reason").waitFor();
  expect(await findings(page, "recording-reason")).toEqual([]);
  await open(34_000);
  await page.getByTestId("player-events").waitFor();
  expect(await findings(page, "recording-player")).toEqual([]);
  await page.getByTestId("tab-notes").click();
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  expect(await findings(page, "recording-keys")).toEqual([]);
});

test("the person reads what was done, watches it, and objects", { timeout: 120_000 }, async () => {
  const { id, identity } = cinema.about;
  await page.goto(`${cinema.url}/mine#${id}.wrong`);
  await page.getByTestId("mine-gone").waitFor();
  await page.goto("about:blank");
  await page.goto(`${cinema.url}/mine#${id}.token`);
  const summary = page.getByTestId("mine-summary");
  expect(await summary.innerText()).toMatch(/printer-driver-7.2.zip was put on your computer/);
  expect(await page.getByTestId("player").count()).toBe(0);
  await page.getByTestId("mine-object-text").fill("they read my letter");
  await page.getByTestId("mine-object-send").click();
  await page.getByTestId("mine-objected").waitFor();
  expect(cinema.objections).toEqual(["they read my letter"]);
  await page.getByTestId("language-de").click();
  await page.getByText("hat Ihnen geholfen").waitFor();
  await page.goto("about:blank");
  await page.goto(`${cinema.url}/mine#${id}.token.${identity}`);
  await page.locator("[data-testid=player-picture][data-time]").waitFor();
  await page.getByTestId("player-events").getByText("Recording paused").waitFor();
  expect(await page.getByTestId("tab-notes").count()).toBe(0);
  expect(await findings(page, "mine")).toEqual([]);
});

test.each(["de", "fr", "es", "ja"])(
  "the person's page says nothing in English in %s",
  async (to) => {
    const { id, identity } = cinema.about;
    await page.goto(`${cinema.url}/mine#${id}.token.${identity}`);
    await page.locator("[data-testid=player-picture][data-time]").waitFor();
    await page.getByTestId(`language-${to}`).click();
    await page.locator(`html[lang=${to}]`).waitFor();
    await page.getByTestId("tab-events").click();
    await page.getByTestId("player-events").waitFor();
    const shown = await texts();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    shown.push(...(await texts()));
    await page.keyboard.press("Escape");
    await page.locator(".film-gap").first().click({ force: true });
    await page.getByTestId("player-gap").waitFor();
    shown.push(...(await texts()));
    expect(shown.length).toBeGreaterThan(50);
    const english = sentences("en").filter(([key]) => /^(mine|film)\./.test(key));
    const left = english.filter(([, text]) => shown.some((one) => saysSo(one, text)));
    expect(left.map(([key]) => key)).toEqual([]);
  },
);

/** Everything that the page says, to eyes or to a screen reader, but what stands on keys. */
function texts(): Promise<string[]> {
  return page.evaluate(() => {
    const said: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { parentElement, textContent } = walk.currentNode;
      if (parentElement?.localName !== "kbd") said.push(textContent ?? "");
    }
    for (const element of document.querySelectorAll("*")) {
      for (const name of ["aria-label", "title", "placeholder", "aria-valuetext"]) {
        said.push(element.getAttribute(name) ?? "");
      }
    }
    return said.map((text) => text.trim()).filter((text) => text !== "");
  });
}

const languages = new URL("../src/languages/", import.meta.url);
const sentences = (language: string) =>
  Object.entries(
    JSON.parse(readFileSync(new URL(`${language}.json`, languages), "utf8")) as object,
  ) as [string, string][];

/** Whether a text is a sentence, whatever its gaps are filled with. */
function saysSo(shown: string, sentence: string): boolean {
  const [escape, gap] = [/[.*+?^$()|[\]\\]/g, /\{\w+\}/g];
  return new RegExp(`^${sentence.replace(escape, "\\$&").replace(gap, ".+")}$`).test(shown);
}
