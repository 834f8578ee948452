import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { clean } from "../src/protocol/check.ts";
import { Browser } from "./support/chromium.ts";
import { Cinema } from "./support/film.ts";
import { forge, type Opened } from "./support/forged.ts";
import { alarmsOf, strangers } from "./support/harmless.ts";
import { forbidden, payloads } from "./support/payloads.ts";

// Whatever is in a recording, or was written about it, is text; and a recording that lies takes
// nothing from who watches it but itself. Nothing stands between these texts and the page: no host
// has cleaned them, and no relay has checked the parts.
let cinema: Cinema;
let browser: Browser;
let page: Page;
let alarms: string[];

beforeAll(async () => {
  browser = await Browser.start({ width: 1280, height: 800 });
});

beforeEach(async () => {
  cinema = await Cinema.open();
  page = await browser.newPage();
  alarms = alarmsOf(page, cinema.url);
});

afterEach(async () => {
  expect(alarms).toEqual([]);
  expect(await strangers(page)).toEqual([]);
  await page.close();
  await cinema.close();
});

afterAll(async () => {
  await browser?.close();
});

/** All texts, also those that no host may send. */
const all = [...payloads, ...forbidden];

/** As the page has them: on one line, and without what would turn or hide what stands around. */
const shown = (text: string, most: number) =>
  clean(text.replaceAll(/\s+/g, " "), most).normalize().replaceAll(/\s+/g, " ");

/** Changes what is in a part. */
async function change(part: number, how: (part: Opened) => void): Promise<void> {
  cinema.pieces[part] = await forge(cinema.pieces[part]!, cinema.about.identity, how);
}
/** The part that repeats what happened in the first minute: the list shows it instead of the others. */
const index = () => cinema.about.indexParts[0]!;

/** Answers of the relay with something else in them. */
async function answered(path: RegExp, more: object): Promise<void> {
  await page.route(path, async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    const answer = await route.fetch();
    const json = { ...((await answer.json()) as object), ...more };
    return route.fulfill({ response: answer, json });
  });
}

async function open(): Promise<void> {
  await page.goto(cinema.at());
  await page.getByTestId("open-reason").fill("case 12");
  await page.getByTestId("open").click();
  await page.locator("[data-testid=player-picture][data-time]").waitFor();
}

/** The events that the list finds for a text. */
async function listed(text: string): Promise<string[]> {
  await page.getByTestId("player-search").fill(text);
  const found = await page.getByTestId("player-events").locator("bdi").allTextContents();
  return found.map((one) => one.normalize());
}

test("windows, chat, files, monitors, reasons", { timeout: 180_000 }, async () => {
  await change(index(), ({ events }) => {
    for (const text of all) {
      events.push(
        { t: 1000, type: "window", title: text, program: text },
        { t: 1000, type: "chat", from: text, text },
        { t: 1000, type: "file", to: text, name: text, size: 1, sha256: text },
        { t: 1000, type: "pause", what: text, reason: text },
        { t: 1000, type: "unpause", what: text, length: 1 },
        { t: 1000, type: "permissions", now: [text] },
        { t: 1000, type: text },
      );
    }
    const monitors = all.map((name, id) => ({ id, name, x: 0, y: 0, width: 1, height: 1 }));
    const screen = { x: 0, y: 0, width: 1024, height: 640 };
    events.push(
      ...monitors.map(({ id }) => ({ t: 1000, type: "screen", ...screen, monitor: id, monitors })),
    );
  });
  await open();
  await page.getByTestId("tab-events").click();
  await expect.poll(() => listed("alert")).not.toEqual([]);
  for (const text of all) {
    const wanted = shown(text, 512);
    const found = await listed(wanted);
    expect(
      found.some((row) => row.includes(wanted)),
      wanted,
    ).toBe(true);
  }
  expect(alarms).toEqual([]);
});

test("counts, sizes and places beyond all bounds", async () => {
  const huge = [1e308, -1e308, 2 ** 53, -1, 0.5, "9", null, { toString: 1 }, [1]];
  await change(index(), ({ events }) => {
    for (const n of huge) {
      events.push(
        { t: n, type: "keys", count: n },
        { t: n, type: "file", to: "host", name: "big.zip", size: n, sha256: n },
        { t: n, type: "clipboard", to: "host", characters: n },
        { t: n, type: "gap", from: n, to: n, reason: n },
        {
          t: n,
          type: "screen",
          x: n,
          y: n,
          width: n,
          height: n,
          monitor: n,
          monitors: [{ id: n }],
        },
        { t: n, type: "click", button: n, x: n, y: n, by: n },
        { t: n, type: "quality", codec: n, width: n, height: n, bitsPerSecond: n },
      );
    }
  });
  await open();
  await page.getByTestId("tab-events").click();
  await expect.poll(() => listed("big.zip")).not.toEqual([]);
  const rows = await listed("");
  expect(rows.filter((row) => /NaN|Infinity|undefined|null|e\+\d/.test(row))).toEqual([]);
});

/** Where a cluster says how large it is. */
function afterCluster(bytes: Buffer): number {
  const at = bytes.indexOf(Buffer.from("1f43b675", "hex"));
  expect(at).toBeGreaterThanOrEqual(0);
  return at + 4;
}

test("video that lies about its size, its codec and its length is named, and the rest plays", async () => {
  const [first, ...others] = cinema.about.keyFrames as [number, number, number, number];
  const lies: ((video: Record<string, unknown>, bytes: Buffer) => void)[] = [
    // A cluster of 2⁴⁹ bytes, a side of 2³⁰ pixels, a program instead of a codec.
    (_, bytes) => bytes.set([1, 2, 0, 0, 0, 0, 0, 0], afterCluster(bytes)),
    (video) => Object.assign(video, { width: 2 ** 30 }),
    (video) => Object.assign(video, { codec: "<script>alert(1)</script>" }),
  ];
  for (const [n, part] of others.entries()) {
    await change(part, ({ header, video }) => {
      lies[n]!(header["video"] as Record<string, unknown>, video);
    });
  }
  await open();
  expect(first).toBeLessThan(others[0]!);
  for (const part of others) {
    const { start } = JSON.parse(String(cinema.pieces[part]).split("\n")[0]!) as { start: number };
    const line = page.getByTestId("player-timeline");
    const box = (await line.boundingBox())!;
    const at = (start + 200) / cinema.about.length;
    await page.mouse.click(box.x + box.width * at, box.y + box.height / 2);
    await expect.poll(() => page.getByTestId("player-damaged").textContent()).toContain(`${part}`);
  }
  await page.keyboard.press("Home");
  await expect.poll(() => page.getByTestId("player-damaged").count()).toBe(0);
});

test("what was written about it: names, notes, reasons, objections", async () => {
  const by = (name: string) => ({ id: "u_1", name });
  const time = "2026-11-22T12:00:00Z";
  for (const text of [payloads[0]!, payloads[24]!, ...forbidden]) {
    await page.unrouteAll();
    await answered(/\/api\/recordings\/s_FILM$/, {
      technician: { id: text, name: text, organisation: text },
      host: { name: text, os: text },
      ticket: text,
      who: text,
      hold: { reason: text, by: by(text), since: time },
      readers: [{ name: text, key: text, held: false }],
      notes: all.map((one, n) => ({ id: `n_${n}`, at: n, text: one, by: by(one), time })),
      views: all.map((one) => ({ by: by(one), time, reason: one, kind: one })),
      objections: [{ time, text }],
      facts: {
        files: all.map((name) => ({ to: name, name, size: 1e308 })),
        windows: all,
        keys: -1,
      },
    });
    await page.goto("about:blank");
    await open();
    expect((await page.locator("h1 bdi").allTextContents())[0]).toBe(
      clean(text, 300) || "A technician",
    );
    await page.getByTestId("tab-notes").click();
    const notes = await page
      .getByTestId("player-notes")
      .locator(".film-event bdi")
      .allTextContents();
    expect(notes).toEqual(all.map((one) => clean(one, 2000)));
    const files = await page.locator(".done").first().locator("bdi").allTextContents();
    expect(files).toEqual(all.map((one) => clean(one, 300)));
    await page.locator("details.looks summary").click();
    expect(await page.locator("details.looks li").count()).toBe(all.length);
    expect(await strangers(page)).toEqual([]);
  }
});

test("what the person gets", async () => {
  for (const text of [payloads[0]!, payloads[24]!, ...forbidden]) {
    await page.unrouteAll();
    await answered(/\/api\/mine\/s_FILM$/, {
      technician: text,
      organisation: text,
      ticket: text,
      host: text,
      allowed: [text],
      readers: [{ name: text, held: false }],
      files: all.map((name) => ({ to: text, name })),
    });
    await page.goto("about:blank");
    await page.goto(`${cinema.url}/mine#${cinema.about.id}.token`);
    const files = page.getByTestId("mine-summary").locator("li");
    await files.first().waitFor();
    expect(await files.count()).toBe(all.length);
    const wanted = clean(payloads[2]!, 300);
    expect(await files.nth(2).textContent()).toContain(wanted);
    expect(await strangers(page)).toEqual([]);
  }
});
