import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Program } from "./support/program.ts";
import { Programs } from "./support/programs.ts";
import { Relay } from "./support/relay.ts";

// Somebody who needs help and has nothing yet: the page that gives them the program.
let programs: Programs;
let relay: Relay;
const open: Browser[] = [];

beforeAll(async () => {
  programs = Programs.make();
  relay = await Relay.start(["--organisation", "Example & Sons", "--downloads", programs.folder]);
});

afterEach(async () => {
  for (const browser of open.splice(0)) await browser.close();
});

afterAll(async () => {
  await relay?.remove();
  programs?.remove();
});

/** What a browser says of itself. */
interface Says {
  userAgent?: string;
  maxTouchPoints?: number;
  languages?: string[];
}

/** A stranger's browser, at a page of the relay. */
async function visit(path: string, says: Says = {}): Promise<Page> {
  const browser = await Browser.start({ ca: relay.ca });
  open.push(browser);
  const page = await browser.page();
  const all = says.userAgent ? { ...says, userAgentData: undefined } : says;
  await page.addInitScript((all) => {
    for (const [name, value] of Object.entries(all)) {
      Object.defineProperty(navigator, name, { get: () => value });
    }
    if ("userAgent" in all) Object.defineProperty(navigator, "userAgentData", { value: undefined });
  }, all);
  await page.goto(relay.url + path);
  await page.getByTestId("get").waitFor();
  return page;
}

const windows = { userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0.0.0" };
const phone = {
  userAgent: "Mozilla/5.0 (Linux; Android 16; K) Chrome/156.0.0.0 Mobile",
  maxTouchPoints: 5,
};

/** Fetches what a link on the page leads to, as a browser does. */
async function fetched(page: Page, link: string): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTestId(link).click(),
  ]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");
const shown = (page: Page, testId: string) => page.getByTestId(testId).textContent();

test("the program for this computer: named after the relay, with the hash that it has", async () => {
  const page = await visit("/get");
  expect(await page.title()).toBe("Get help · Lendhand");
  expect(await page.locator("h1").innerText()).toBe("Get help from Example & Sons");
  const { name, content } = await fetched(page, "get-download");
  expect(name).toBe(`lendhand@localhost_${relay.port}`);
  expect(await shown(page, "get-sha256")).toBe(sha256(content));
  expect(sha256(content)).toBe(sha256(readFileSync(`${programs.folder}/lendhand`)));
  expect(await shown(page, "get-command")).toBe(
    `chmod +x ~/Downloads/${name}~/Downloads/${name} --ca ~/Downloads/ca.pem`,
  );
  const ca = await fetched(page, "get-certificate");
  expect(ca.name).toBe("ca.pem");
  expect(ca.content.toString()).not.toContain("PRIVATE");
  expect(ca.content.toString().trim()).toBe(readFileSync(relay.ca, "utf8").trim());
});

test("the program that was fetched finds its relay by its name", async () => {
  const own = await Relay.start(); // offers what lies beside its own program
  const [desktop, browser] = await Promise.all([Desktop.start(), Browser.start({ ca: own.ca })]);
  open.push(browser);
  const page = await browser.page();
  await page.goto(`${own.url}/get`);
  const { name, content } = await fetched(page, "get-download");
  const path = join(desktop.home.path, name);
  writeFileSync(path, content, { mode: 0o700 });
  const program = new Program(name, path, ["--ca", own.ca, "--ui", "terminal"], {
    env: desktop.env,
  });
  try {
    await program.line(/^Code: \d{3} \d{3} \d{3}$/, 15_000);
  } finally {
    await program.stop();
    await desktop.stop();
    await own.remove();
  }
});

test("on Windows, with the number of an invitation, in German", async () => {
  const page = await visit("/join#482913077", { ...windows, languages: ["de-AT", "en"] });
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  expect(await page.title()).toBe("Hilfe bekommen · Lendhand");
  expect(await page.getByTestId("join-code").innerText()).toBe("482 913 077");
  const { name } = await fetched(page, "get-download");
  expect(name).toBe(`lendhand@localhost_${relay.port}.exe`);
  expect(await shown(page, "get-command")).toContain(" --invitation 482913077");
  expect(await page.getByTestId("get-share").getAttribute("href")).toBe("/share#482913077");
  // Whoever prefers another language takes it, and keeps what they see.
  await page.getByTestId("language-fr").click();
  await page.locator("html[lang=fr]").waitFor();
  expect(await page.getByTestId("join-code").innerText()).toBe("482 913 077");
});

test("on a phone: where to go on", async () => {
  const page = await visit("/join#482913077", phone);
  const there = page.getByTestId("get-phone");
  expect(await there.innerText()).toContain(`${relay.url}/join#482913077`);
  expect(await page.getByTestId("get-download").count()).toBe(0);
  expect(await page.getByTestId("get-share").count()).toBe(0);
});

test("a number that is typed, and ones that are none", async () => {
  const page = await visit("/get");
  await page.getByTestId("get-number").fill("482 913 07");
  await page.getByTestId("get-number-go").click();
  await page.getByRole("alert").waitFor();
  await page.getByTestId("get-number").fill("482-913-077");
  await page.keyboard.press("Enter");
  expect(await page.getByTestId("join-code").innerText()).toBe("482 913 077");
  expect(page.url()).toBe(`${relay.url}/get#482913077`);
  const broken = await visit("/join#4829");
  await broken.getByTestId("bad-invitation").waitFor();
  await broken.getByTestId("get-download").waitFor(); // the rest is there all the same
});

test("a program that is replaced is offered with its new hash", async () => {
  const page = await visit("/get");
  const before = await shown(page, "get-sha256");
  const made = programs.put("lendhand", "another program\n".repeat(1_000));
  expect(made).not.toBe(before);
  await expect
    .poll(
      async () => {
        await page.reload();
        await page.getByTestId("get-download").waitFor();
        return shown(page, "get-sha256");
      },
      { timeout: 15_000 },
    )
    .toBe(made);
});
