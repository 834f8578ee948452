import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { Screening } from "./support/recorded.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// What is told afterwards of files that went: to auditors, and to the person.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;
let auditor: Browser;
let page: Page;

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  await Technician.addTo(relay, "otto", "auditor");
  await relay.changeRules({ recording: "required" });
  host = Host.start(desktop, relay);
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

/** The technician asks for what is not allowed yet, and the person says so much. */
async function allows(scope: string, answer: string): Promise<void> {
  const ask = technician.page.getByTestId(`ask-${scope}`);
  const from = host.linesSoFar;
  await ask.click();
  await host.request(from);
  host.program.say(answer);
  await ask.waitFor({ state: "detached" });
}

/** The technician sends a file, and the person gives one. */
async function move(sent: Buffer, given: string): Promise<void> {
  const { page } = technician;
  await page.getByTestId("files").click();
  await allows("files-to-host", "control receive");
  await allows("files-from-host", "control receive send");
  const file = { name: "driver <b>.zip", mimeType: "", buffer: sent };
  await page.getByTestId("files-send").waitFor();
  await page.getByTestId("files-chosen").setInputFiles(file);
  const kept = page.locator("[data-testid=file]:first-child[data-state=kept]");
  await kept.filter({ hasText: "driver" }).waitFor();
  await page.getByTestId("files-want").click();
  await host.program.line(/asks you for a file/, 5_000);
  await sleep(1_200); // no answer counts that the person cannot have read the question for
  host.program.say(given);
  await kept.filter({ hasText: "payroll.csv" }).waitFor();
}

/** The recordings that an auditor's search finds, a line each. */
async function found(query: string): Promise<string[]> {
  await page.goto("about:blank");
  await page.goto(`${relay.url}/#/recordings?${query}`);
  await page.getByTestId("found-count").waitFor({ state: "attached" });
  return page.getByTestId("recording-row").allInnerTexts();
}

test("files that went are found, seen in the film, drawn to be reviewed, and told to the person", async ({
  onTestFailed,
}) => {
  onTestFailed(() =>
    console.error([relay, host, technician, auditor].map((p) => p?.report()).join("\n")),
  );
  const sent = Buffer.from("a driver");
  const given = join(desktop.home.path, "payroll.csv");
  writeFileSync(given, "name,wage\n");
  await technician.takesControl(host);
  await move(sent, given);
  host.say("stop");
  await technician.ended();

  // By what happened, and by the files' names.
  for (const query of ["happened=files_in", "happened=files_out", "q=payroll", "q=driver"]) {
    await eventually(query, async () => (await found(`${query}&state=complete`)).length === 1);
  }
  const [row] = await found("happened=files_out");
  expect(row).toMatch(/files to the host[^]*files from the host/);
  // Nobody has viewed it yet.
  const drawn = await page.evaluate(async () =>
    (await fetch("/api/recordings/sample?count=5")).text(),
  );
  expect(drawn).toContain("files_out");
  await page.getByTestId("recording-open").click();
  await page.getByTestId("open-recording").waitFor();
  const screening = new Screening(page, relay, page.url().split("/").at(-1)!);
  await screening.open("case 14");
  const chapters = (await page.getByTestId("player-events").innerText()).replaceAll("\u2068", "");
  expect(chapters).toContain("driver _b_.zip");
  expect(chapters).toContain("payroll.csv");

  // The events that are exported have names, sizes and hashes, and no content.
  const told = JSON.stringify(host.events().filter((e) => e.event === "file"));
  expect(told).toContain(createHash("sha256").update(sent).digest("hex"));
  expect(told).not.toContain("wage");

  const [address] = await host.program.line(/^https:\/\/\S+\/mine#s_\w+\.\S+$/, 15_000, 0);
  await page.goto("about:blank");
  await page.goto(address);
  const summary = page.getByTestId("mine-summary");
  await summary.waitFor();
  expect(await summary.innerText()).toMatch(/driver _b_\.zip[^]*payroll\.csv/);
  expect(await summary.locator("b").count()).toBe(0);
});
