import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { temporary } from "./support/folder.ts";
import { Host } from "./support/host.ts";
import { run } from "./support/program.ts";
import { filesWith, GOOD, Screening, Shift } from "./support/recorded.ts";
import { Relay, relayBinary } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually } from "./support/wait.ts";

// The whole way of a recording: what happened on a real desktop is what an auditor sees, and nobody else.
const secret = "hunter2-typed";
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;
let auditor: Browser;
let page: Page;
let shift: Shift;

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  await Technician.addTo(relay, "otto", "auditor");
  await relay.changeRules({ recording: "required" });
  technician = await Technician.signIn(relay, "ines");
  auditor = await Browser.start({ ca: relay.ca });
  page = await auditor.page();
  await Technician.enter(page, relay, "otto");
  await page.getByTestId("go-recordings").waitFor();
});

afterAll(async () => {
  await technician?.close();
  await auditor?.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

const report = () =>
  console.error([relay, host, technician, auditor].map((p) => p?.report()).join("\n"));
const command = (...args: string[]) =>
  run(relayBinary, ["recordings", ...args, "--data", relay.data]);

/** The recordings that an auditor's search finds, a line each. */
async function found(query: string): Promise<string[]> {
  await page.goto("about:blank");
  await page.goto(`${relay.url}/#/recordings?${query}`);
  await page.getByTestId("found-count").waitFor({ state: "attached" });
  return page.getByTestId("recording-row").allInnerTexts();
}

/** The recording that is the only one of a search. */
async function only(query: string): Promise<Screening> {
  await eventually(`a recording of ${query}`, async () => (await found(query)).length === 1);
  await page.getByTestId("recording-open").click();
  await page.getByTestId("open-recording").waitFor();
  return new Screening(page, relay, page.url().split("/").at(-1)!);
}

async function beginSession(ticket: string): Promise<void> {
  host = Host.start(desktop, relay);
  await technician.page.goto("about:blank");
  await technician.page.goto(relay.url);
  await technician.page.getByTestId("ticket").fill(ticket);
  await technician.takesControl(host);
}

test("a session is followed while it runs", async ({ onTestFailed }) => {
  onTestFailed(report);
  await beginSession("INC-4711");
  shift = await Shift.begin(desktop, technician);
  const screening = await only("state=live");
  await screening.open("it runs just now");
  const live = page.getByTestId("player-live");
  if ((await live.getAttribute("aria-pressed")) !== "true") await live.click();
  await shift.work();
  const list = desktop.open("xterm", ["-T", "Just now", "-geometry", "100x30+300+100"]);
  await desktop.window("^Just now$");
  expect(await screening.shows("just now", await desktop.screenshot())).toBeGreaterThan(GOOD);
  await list.stop();
  await shift.signIn(secret);
  host.say("stop");
  await host.event("stopped");
  await host.stop();
});

test("it is found by who, what for and what was done, and shows what the desktop showed", async ({
  onTestFailed,
}) => {
  onTestFailed(report);
  for (const query of ["q=Invoices%202026", "q=ines", "happened=control", "state=complete"]) {
    await eventually(query, async () => (await found(query)).length === 1);
  }
  expect(await found("q=Invoices%202027")).toEqual([]);
  expect(await found("happened=files_out")).toEqual([]);
  const screening = await only("q=INC-4711&state=complete");
  await screening.open("case 12");
  for (const moment of shift.moments) {
    expect(await screening.likeness(moment), moment.name).toBeGreaterThan(GOOD);
  }
  const chapters = await page.getByTestId("player-events").getByRole("button").allInnerTexts();
  expect(chapters.filter((text) => text.includes("Nothing allowed"))).toEqual([]);
  expect(chapters.filter((text) => text.includes("Allowed: view, control"))).toHaveLength(1);
});

test("it is verified and exported, in the browser and by the command line", async ({
  onTestFailed,
}) => {
  onTestFailed(report);
  const { id } = await only("q=INC-4711");
  await page.getByTestId("verify").click();
  const verdict = page.getByTestId("verdict");
  const reason = page.getByTestId("reason");
  await verdict.or(reason).first().waitFor();
  if (await reason.isVisible()) {
    await reason.fill("case 12");
    await page.getByTestId("reason-give").click();
  }
  await verdict.waitFor();
  expect(await verdict.getAttribute("data-verdict"), await verdict.innerText()).toBe("right");
  expect(await verdict.innerText()).toContain("Nothing is missing or altered.");
  expect(await verdict.innerText()).toContain("The relay had the newest");
  expect(await command("verify", id)).toContain("is as the host recorded it");
  // Folders are chosen in a dialog of the browser's, which no test can answer.
  await page.evaluate(() => Reflect.deleteProperty(window, "showDirectoryPicker"));
  const saved = new Map<string, string>();
  page.on(
    "download",
    (d: Download) => void d.path().then((path) => saved.set(d.suggestedFilename(), path)),
  );
  await page.getByTestId("export").click();
  await page.getByTestId("reason").fill("case 12");
  await page.getByTestId("export-give").click();
  await page.getByTestId("exported").waitFor();
  const video = await eventually("the video", () => saved.get(`${id}.webm`));
  const probe = ["-v", "error", "-count_packets", "-show_entries", "stream=width,nb_read_packets"];
  const told = await run("ffprobe", [...probe, "-of", "csv=p=0", video]);
  expect(told).toMatch(/^1280,\d\d+$/);
});

test("a password is in no file, and in nothing that is opened", async ({ onTestFailed }) => {
  onTestFailed(report);
  expect(filesWith(relay.data, "INC-4711")).not.toEqual([]);
  expect(filesWith(relay.data, secret)).toEqual([]);
  expect(relay.report() + host.report()).not.toContain(secret);
  const out = temporary("export");
  try {
    const { id } = await only("q=INC-4711");
    const key = join(relay.data, "keys", "auditors.age");
    await command("export", id, "--into", out.path, "--identity", key, "--reason", "case 12");
    const texts = readdirSync(out.path).filter((name) => name.endsWith(".jsonl"));
    const events = texts.map((name) => readFileSync(join(out.path, name), "utf8")).join("");
    for (const type of ["consent", "screen", "window", "click", "keys", "end"]) {
      expect(events).toContain(`"type":"${type}"`);
    }
    expect(filesWith(out.path, secret)).toEqual([]);
  } finally {
    out.remove();
  }
});

test("where the relay holds no key, the auditor's own opens it, in the browser", async ({
  onTestFailed,
}) => {
  onTestFailed(report);
  const own = await generateX25519Identity();
  await command("readers", "add", "Otto", await identityToRecipient(own));
  await command("readers", "remove", "relay");
  await beginSession("INC-4712");
  expect(await technician.page.getByTestId("recorded").getAttribute("title")).toContain("Otto");
  const sealed = await Shift.begin(desktop, technician, "second.txt");
  await sealed.work();
  host.say("stop");
  await host.event("stopped");
  const screening = await only("q=INC-4712&state=complete");
  await screening.open("case 13", `# the auditor's own\n${own}\n`);
  for (const moment of sealed.moments) {
    expect(await screening.likeness(moment), moment.name).toBeGreaterThan(GOOD);
  }
  expect(await found("q=INC-4712%20Invoices")).toEqual([]);
  expect(filesWith(relay.data, own)).toEqual([]);
  const key = join(relay.data, "keys", "auditors.age");
  const out = temporary("sealed");
  const into = ["--into", out.path, "--identity", key, "--reason", "case 13"];
  await expect(command("export", screening.id, ...into)).rejects.toThrow();
  expect(readdirSync(out.path)).toEqual([]);
  out.remove();
  // Who came later opens it once the auditor's page has sealed its key to theirs.
  const later = await generateX25519Identity();
  await command("readers", "add", "Legal", await identityToRecipient(later));
  await screening.open("case 13", `${own}\n`);
  await page.getByTestId("share-recording").click();
  await page.getByTestId("reason").fill("they asked");
  await page.getByTestId("reason-give").click();
  await expect.poll(() => page.getByTestId("share").count()).toBe(0);
  await screening.open("case 13", `${later}\n`);
  expect(filesWith(relay.data, later)).toEqual([]);
});
