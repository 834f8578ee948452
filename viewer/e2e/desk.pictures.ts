import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { FakeRecordings } from "./support/fake-recordings.ts";
import { checkout } from "./support/folder.ts";
import { Host } from "./support/host.ts";
import { furnish } from "./support/furniture.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// The pictures of recordings in the README, taken by `make pictures`: a session is recorded, reviewed and verified.
const images = join(checkout, ".github", "images");
const most = 300_000; // bytes: they are in every clone
const size = { width: 1280, height: 860 };

let desktop: Desktop;
let relay: Relay;
let host: Host;
let browsers: Browser[] = [];
let page: Page;
let copy: string;

beforeAll(async () => {
  mkdirSync(images, { recursive: true });
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  await Technician.addTo(relay, "otto", "auditor");
  await Technician.addTo(relay, "ada", "admin");
  const rules = { recording: "required", recordingCopy: "recording", recordingPausable: true };
  await relay.changeRules(rules);
  await furnish(desktop);
  copy = await session();
}, 120_000);

afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

/** Somebody is helped, and holds the recording back for a while. Gives the address of their copy. */
async function session(): Promise<string> {
  const technician = await Technician.signIn(relay, "ines");
  const { page } = technician;
  host = Host.start(desktop, relay);
  await page.getByTestId("ticket").fill("INC-1042");
  await technician.takesControl(host);
  const work = async (title: string, text: string) => {
    const { x, y, width, height } = await desktop.window(title);
    await technician.clickAt(x + width * 0.75, y + height * 0.5);
    await sleep(300);
    await page.keyboard.type(text, { delay: 60 });
    await sleep(3000);
  };
  await work("^Terminal$", "lpstat -o\ncancel second-floor-118\n");
  await work("To do", "\nThe queue is clear again.");
  host.program.say("pause recording");
  await sleep(5000);
  host.program.say("go on recording");
  host.program.say("say Thank you! Please have a look at the invoices, too.");
  await sleep(3000);
  await work("^Terminal$", "lpstat -o\nls Invoices\n");
  await work("To do", " Ines, 9:41\n");
  await sleep(6000);
  host.say("stop");
  await technician.ended();
  const [address] = await host.program.line(/^https:\/\/\S+\/mine#s_\w+\.\S+$/, 15_000, 0);
  await technician.close();
  return address;
}

async function signedIn(name: string, place: string): Promise<void> {
  const browser = await Browser.start({ ...size, ca: relay.ca });
  browsers.push(browser);
  page = await browser.page();
  await Technician.enter(page, relay, name);
  await page.getByTestId(`go-${place}`).click();
}

async function take(name: string, what: Page | Locator = page): Promise<void> {
  const path = join(images, name);
  await page.mouse.move(0, 0);
  await what.screenshot({ path });
  expect(statSync(path).size, `${name}, in bytes`).toBeLessThan(most);
}

/** Goes to a place on the line of time: from 0 to 1. */
async function seek(at: number): Promise<void> {
  await page.getByTestId("player-timeline").scrollIntoViewIfNeeded();
  const box = (await page.getByTestId("player-timeline").boundingBox())!;
  await page.mouse.click(box.x + box.width * at, box.y + box.height / 2);
  await sleep(1000);
}

async function note(at: number, text: string): Promise<void> {
  await seek(at);
  await page.getByTestId("note-text").fill(text);
  await page.getByTestId("note-add").click();
  await page.getByTestId("player-notes").getByText(text).waitFor();
}

test("the auditor's desk: what is found, the player, what is proven", async () => {
  await signedIn("otto", "recordings");
  await eventually("the recording, complete", async () => {
    await page.reload();
    await page.getByTestId("found-count").waitFor({ state: "attached" });
    return (await page.getByTestId("recording-row").allInnerTexts()).some(
      (text) => !text.includes("Live"),
    );
  });
  await page.getByTestId("recording-open").click();
  await page.getByTestId("open-reason").fill("INC-1042: what became of the printer?");
  await page.getByTestId("open").click();
  await page.locator("[data-testid=player-picture][data-time]").waitFor();
  await page.getByTestId("tab-notes").click();
  await note(0.2, "The queue is cleared by hand.");
  await note(0.8, "Looks into Invoices, as they were asked to.");
  await page.getByTestId("tab-chapters").click();
  await seek(0.85);
  await take("desk-player.png");
  await page.getByTestId("verify").click();
  await page.getByTestId("verdict").waitFor();
  await take("desk-verified.png", page.locator(".film-about"));
});

test("the search, with what an office has after a while", async () => {
  await signedIn("otto", "recordings");
  const fake = new FakeRecordings();
  fake.found = fake.found.slice(0, 4);
  fake.filters.push({ id: "f_1", name: "Files out at night", query: "happened=files_out" });
  await fake.serve(page);
  await page.goto(`${relay.url}/#/recordings`);
  await page.reload();
  await page.getByTestId("recording-row").first().waitFor();
  await take("desk-search.png");
});

test("where recordings are kept, and who can open them", async () => {
  await signedIn("ada", "storage");
  await page.getByTestId("readers").waitFor();
  await take("desk-storage.png");
});

test("what the person gets", async () => {
  const browser = await Browser.start({ ...size, ca: relay.ca });
  browsers.push(browser);
  page = await browser.page();
  await page.goto(copy);
  await page.locator("[data-testid=player-picture][data-time]").waitFor();
  await seek(0.85);
  await page.screenshot({ path: join(images, "mine.png"), fullPage: true });
});
