import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings } from "./support/axe.ts";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { blockAllUDP } from "./support/network.ts";
import { payloads } from "./support/payloads.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// Files between a real desktop and a real browser.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  host = Host.start(desktop, relay);
  technician = await Technician.signIn(relay, "ines");
});

afterAll(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

const folder = () => join(desktop.home.path, "Downloads", "Lendhand");
const here = (name: string) => readFileSync(join(folder(), name));
const there = () => (existsSync(folder()) ? readdirSync(folder()) : []);
const sumOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const element = (id: string) => technician.page.getByTestId(id);
/** The newest file of the list, once it stands so, and says this. */
const newest = async (state: string, timeout = 15_000, text = ""): Promise<Locator> => {
  const first = technician.page.locator(`[data-testid=file]:first-child[data-state=${state}]`);
  const row = first.filter({ hasText: text });
  await row.waitFor({ timeout });
  return row;
};

/** Chooses files in the panel, as a person does in the browser's dialogue. */
const send = (...files: { name: string; buffer: Buffer }[]) =>
  element("files-chosen").setInputFiles(files.map((f) => ({ ...f, mimeType: "text/html" })));

/** Chooses one that is too large to be handed over in a message. */
async function sendFrom(name: string, content: Buffer): Promise<void> {
  const path = join(desktop.home.path, name);
  writeFileSync(path, content);
  await element("files-chosen").setInputFiles(path);
}

/** Asks the person for what is not allowed, who says so much. */
async function ask(scope: string, answer: Parameters<Host["say"]>[0]): Promise<void> {
  const from = host.linesSoFar;
  await element(`ask-${scope}`).click();
  await host.request(from);
  host.say(answer);
  await element(`ask-${scope}`).waitFor({ state: "detached" });
}

test("files go both ways, bit by bit, and as far as the person allows it", async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  await technician.takesControl(host);
  await element("files").click();
  expect(await element("files-send").count()).toBe(0);
  await ask("files-to-host", "control receive");
  await ask("files-from-host", "control receive send");

  // To the host: much, nothing, and twice by the same name.
  const large = randomBytes(10_000_000);
  await send({ name: "driver.bin", buffer: large });
  await newest("kept", 30_000);
  expect(sumOf(here("driver.bin"))).toBe(sumOf(large));
  expect(statSync(join(folder(), "driver.bin")).mode & 0o111).toBe(0);
  await send(
    { name: "empty", buffer: Buffer.alloc(0) },
    { name: "driver.bin", buffer: Buffer.from("a") },
  );
  await newest("kept", 15_000, "driver (2).bin");
  expect(here("empty").length).toBe(0);
  expect(here("driver.bin").length).toBe(large.length);

  // From the host, which was asked for it.
  const given = join(desktop.home.path, "<b>log<b> & „1“.txt");
  const log = randomBytes(10_000_000);
  writeFileSync(given, log);
  await element("files-want").click();
  await host.program.line(/asks you for a file/, 5_000);
  await sleep(1_200); // no answer counts that the person cannot have read the question for
  host.say(`give ${given}`);
  const came = await newest("kept", 30_000, "arrived whole");
  expect(await came.getByTestId("file-name").innerText()).toBe("<b>log<b> & „1“.txt");
  const [saved] = await Promise.all([
    technician.page.waitForEvent("download"),
    came.getByTestId("file-save").click(),
  ]);
  expect(sumOf(readFileSync(await saved.path()))).toBe(sumOf(log));
  expect(host.events().filter((e) => e.event === "file")).toMatchObject([
    { name: "driver.bin", size: large.length, sha256: sumOf(large) },
    { name: "empty", size: 0 },
    { name: "driver (2).bin", size: 1 },
    { size: log.length, sha256: sumOf(log) },
  ]);
  expect(await findings(technician.page, "files")).toEqual([]);
});

test("names are names, here and there", async () => {
  const rows = (state = "") => technician.page.locator(`[data-testid=file]${state}`).count();
  const [files, listed] = [there().length, await rows()];
  const attacks = ["../../x", "CON", ".bashrc", "a:b", "trailing. ", ...payloads.slice(0, 8)];
  await send(...attacks.map((name) => ({ name, buffer: Buffer.from("1") })));
  await eventually(
    "all of them are listed",
    async () => (await rows()) === listed + attacks.length,
  );
  await eventually("all of them are there or refused", async () => {
    return (await rows(":is([data-state=waiting], [data-state=moving])")) === 0;
  });
  expect(
    await technician.page.locator("[data-testid=files-list] :is(script, img, svg[onload])").count(),
  ).toBe(0);
  expect(there().length).toBeGreaterThan(files);
  for (const name of there()) expect(name).toMatch(/^(?![.]|CON$)[^/\\:<>"|?*]*[^/\\:<>"|?*. ]$/);
  for (const name of ["x", ".bashrc"])
    expect(existsSync(join(desktop.home.path, name))).toBe(false);
});

test("what a cut has interrupted goes on, and what is taken back is gone", async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  const moves = async () => {
    const row = await newest("moving");
    await eventually("it moves", async () => {
      const done = await row.locator("progress").getAttribute("value");
      return Number(done) > 1_000_000;
    });
  };
  const large = randomBytes(40_000_000);
  await sendFrom("cut.bin", large);
  await moves();
  const lift = await blockAllUDP("1-2");
  await sleep(3_000);
  await lift();
  await newest("kept", 40_000, "cut.bin");
  expect(sumOf(here("cut.bin"))).toBe(sumOf(large));

  await sendFrom("taken-back.bin", large);
  await moves();
  host.say("control");
  expect(await (await newest("dropped")).innerText()).toContain("does not allow it any more");
  await element("ask-files-to-host").waitFor();
  await eventually("nothing is left of it", () =>
    there().every((name) => !name.includes("taken-back")),
  );
});
