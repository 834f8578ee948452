import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";

// What an administrator does reaches what runs, within a second.
let desktop: Desktop;
let relay: Relay;
let browser: Browser;
let page: Page;
let ines: Technician;
let host: Host;

beforeAll(async () => {
  [desktop, relay] = await Promise.all([Desktop.start(), Relay.start()]);
  for (const [name, role] of [
    ["ada", "admin"],
    ["ines", "technician"],
    ["otto", "auditor"],
  ] as const) {
    await Technician.addTo(relay, name, role);
  }
  browser = await Browser.start({ ca: relay.ca });
  page = await browser.page();
  await Technician.enter(page, relay, "ada");
  await page.getByTestId("sessions-page").waitFor();
});

beforeEach(async () => {
  host = Host.start(desktop, relay);
  ines = await Technician.signIn(relay, "ines");
});

afterEach(async () => {
  await ines?.close();
  await host?.stop();
});

afterAll(async () => {
  await browser?.close();
  await relay?.remove();
  await desktop?.stop();
});

/** The click, two pages and the way between them are in what is measured. */
const aSecond = 1_500;

async function inSession(): Promise<void> {
  await ines.takesControl(host);
}

test("a live session is listed, and ended at both ends", async () => {
  await page.getByTestId("go-sessions").click();
  await page.getByText("No session runs.").waitFor();
  await inSession();
  const row = page.getByTestId("session-row");
  await row.waitFor();
  expect(await row.innerText()).toMatch(/ines on reception-pc\s+runs · view, control · direct/);
  await row.getByTestId("end-session").click();
  const asked = performance.now();
  await page.getByTestId("confirm").click();
  const { cause } = await ines.ended(3_000);
  expect(performance.now() - asked).toBeLessThan(aSecond);
  expect(cause).toBe("revoked");
  expect(await host.event("stopped", 3_000)).toMatchObject({ reason: "revoked" });
  await page.getByText("No session runs.").waitFor();
});

test("a technician who is disabled is out at once, and back when enabled", async () => {
  await inSession();
  await page.getByTestId("go-people").click();
  await page.getByTestId("person-ines").click();
  await page.getByTestId("person-disable").click();
  const asked = performance.now();
  await page.getByTestId("confirm").click();
  await ines.ended(3_000);
  expect(performance.now() - asked).toBeLessThan(aSecond);
  await host.event("stopped", 3_000);
  await page.getByTestId("person-ines").getByText("disabled").waitFor();
  await Technician.enter(ines.page, relay, "ines");
  await ines.page.getByRole("alert").waitFor();
  await page.getByTestId("person-enable").click();
  await page.getByTestId("person-disable").waitFor();
  await Technician.enter(ines.page, relay, "ines");
  await ines.page.getByTestId("code").waitFor();
  await page.getByTestId("person-ines").click();
});

test("a policy that forbids control takes it from a session that runs", async () => {
  await inSession();
  await page.getByTestId("go-policy").click();
  await page.getByTestId("scope-control").uncheck();
  const asked = performance.now();
  await page.getByTestId("policy-save").click();
  await ines.may("view");
  expect(performance.now() - asked).toBeLessThan(aSecond);
  const rest = await desktop.x.pointer();
  await ines.clickAt(400, 300);
  await ines.page.waitForTimeout(300);
  expect(await desktop.x.pointer()).toEqual(rest);
  await page.getByText(/^In force: edition/).waitFor();
  await page.getByTestId("scope-control").check();
  await page.getByTestId("policy-save").click();
  await page.getByText("In force: edition 3.").waitFor();
});

test("two administrators who change the policy at once: the second is told", async () => {
  const other = await browser.newPage();
  await other.goto(`${relay.url}/#/policy`);
  await page.getByTestId("go-sessions").click();
  await page.getByTestId("go-policy").click();
  for (const [at, minutes] of [
    [page, "61"],
    [other, "62"],
  ] as const) {
    await at.getByTestId("rule-idle").fill(minutes);
    await at.getByTestId("rule-idle").blur();
  }
  await page.getByTestId("policy-save").click();
  await page.getByText(/^In force: edition/).waitFor();
  await other.getByTestId("policy-save").click();
  expect(await other.getByRole("alert").innerText()).toContain("changed in the meantime");
  await other.getByTestId("policy-reload").click();
  await other.getByTestId("confirm").click();
  await expect.poll(() => other.getByTestId("rule-idle").inputValue()).toBe("61");
  await other.close();
});

test("a group is only ever stricter, and the page says what holds in the end", async () => {
  await page.getByTestId("go-sessions").click();
  await page.getByTestId("go-policy").click();
  await page.getByTestId("group-name").fill("first-line");
  await page.getByTestId("group-add").click();
  const group = page.getByTestId("group-first-line");
  await group.getByTestId("scope-control").uncheck();
  const holds = group.getByTestId("effective");
  expect(await holds.innerText()).toMatch(/May ask for\s+view, clipboard to the host/);
  await page.getByTestId("policy-save").click();
  await page.getByText(/^In force: edition/).waitFor();
  await page.reload();
  expect(await group.getByTestId("scope-control").isChecked()).toBe(false);
});

test("the last administrator cannot lock themselves out", async () => {
  await page.getByTestId("go-people").click();
  await page.getByTestId("person-ada").click();
  await page.getByTestId("role-admin").uncheck();
  await page.getByTestId("role-auditor").check();
  await page.getByTestId("person-save").click();
  expect(await page.getByRole("alert").innerText()).toContain("last admin");
});

test("the journal tells what was done, to auditors too, who can change nothing", async () => {
  await page.getByTestId("go-journal").click();
  await page.getByTestId("journal-kind").selectOption("policy_changed");
  const row = page.getByTestId("journal-row");
  await row.first().waitFor();
  const kinds = await row.evaluateAll((rows) => rows.map((r) => r.getAttribute("data-kind")));
  expect(new Set(kinds)).toEqual(new Set(["policy_changed"]));
  expect(await row.first().innerText()).toContain("by ada");

  const auditor = await Browser.start({ ca: relay.ca });
  try {
    const reads = await auditor.page();
    await Technician.enter(reads, relay, "otto");
    await reads.getByTestId("go-journal").or(reads.getByText("cannot connect")).first().waitFor();
    await reads.goto(`${relay.url}/#/journal`);
    await reads.getByTestId("journal-row").first().waitFor();
    expect(await reads.getByTestId("go-people").count()).toBe(0);
    const status = await reads.evaluate(async () => {
      const body = JSON.stringify({ id: "s_1" });
      const headers = { "Content-Type": "application/json" };
      const paths = ["people/link", "sessions/end", "policy", "people/change"];
      const asked = paths.map((path) =>
        fetch(`/api/admin/${path}`, { method: "POST", headers, body }).then((r) => r.status),
      );
      return Promise.all(asked);
    });
    expect(status).toEqual([403, 403, 403, 403]);
  } finally {
    await auditor.close();
  }
});
