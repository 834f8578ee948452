import type { Page, WebSocketRoute } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { clean } from "../src/protocol/check.ts";
import { Browser } from "./support/chromium.ts";
import { FakeHost } from "./support/fake-host.ts";
import { alarmsOf, strangers } from "./support/harmless.ts";
import { forbidden, payloads } from "./support/payloads.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { vector } from "./support/wire.ts";

// Whatever others call themselves is text. The page is the relay's own, with its policy; what it
// hears is made up here, so that nothing but the page stands between these texts and a person: the
// relay, which cleans what hosts say, and the host's own program are left out.
let relay: Relay;
let browser: Browser;
let page: Page;
let alarms: string[];

beforeAll(async () => {
  relay = await Relay.start();
  await Technician.addTo(relay, "ines");
  browser = await Browser.start({ ca: relay.ca });
  const first = await browser.page();
  await Technician.enter(first, relay, "ines");
  await first.getByTestId("code").waitFor();
  await first.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  alarms = alarmsOf(page, relay.url);
});

afterEach(async () => {
  expect(alarms).toEqual([]);
  expect(await strangers(page)).toEqual([]);
  await page.close();
});

afterAll(async () => {
  await browser?.close();
  await relay?.remove();
});

/** The text of an element, as the document holds it. */
const textOf = async (testIdOrSelector: string): Promise<string> =>
  (await page.locator(testIdOrSelector).first().textContent()) ?? "";

/** Takes the relay's place on the technician's WebSocket. */
async function beRelay(): Promise<() => WebSocketRoute> {
  let line: WebSocketRoute | undefined;
  await page.routeWebSocket(/\/signal\/technician$/, (ws) => {
    line = ws;
    ws.onMessage(() => {});
  });
  await page.goto(relay.url);
  await page.getByTestId("code").waitFor();
  return () => line!;
}

const requested = (name: string, os: string) =>
  JSON.stringify({ ...JSON.parse(vector("requested.json")), host: { name, os } });
const ended = (reason: string) => JSON.stringify({ type: "ended", reason });
const granted = () => JSON.stringify({ ...JSON.parse(vector("granted.json")), iceServers: [] });

async function redeem(): Promise<void> {
  await page.getByTestId("code").fill("482913077");
  await page.getByTestId("connect").click();
}

test("hosts' names and systems, where the page shows them", { timeout: 180_000 }, async () => {
  const line = await beRelay();
  const lost = payloads.filter((p) => [...p].length > 64);
  expect(lost).toEqual([]); // all of them are names that the protocol lets through
  for (const payload of payloads) {
    await redeem();
    line().send(requested(payload, payload));
    const name = page.getByTestId("waiting").locator("h1 bdi");
    await name.waitFor();
    expect(await name.textContent()).toBe(payload);
    expect(await textOf("[data-testid=waiting] .soft bdi >> nth=1")).toBe(payload);
    line().send(granted());
    await page.locator(".bar-host-name").waitFor();
    expect(await textOf(".bar-host-name")).toBe(payload);
    expect(await textOf(".bar-host-os")).toBe(payload);
    expect(await page.locator(".bar-host").getAttribute("title")).toBe(`${payload} · ${payload}`);
    line().send(ended("host_stopped"));
    const over = page.getByTestId("ended").locator("bdi");
    await over.first().waitFor();
    expect(await over.allTextContents()).toEqual([payload, payload]);
    expect(alarms).toEqual([]);
    await page.getByTestId("new-session").click();
  }
});

test("names that the protocol forbids are not shown at all", async () => {
  const line = await beRelay();
  for (const payload of forbidden) {
    await redeem();
    line().send(requested(payload, ""));
    await page.getByRole("alert").first().waitFor();
    expect(await page.locator("#app").textContent()).not.toContain(payload);
    expect(await page.getByTestId("waiting").count()).toBe(0);
    await page.reload();
    await page.getByTestId("code").waitFor();
  }
});

/** Those that can stand as the code of an error or the reason of an end. */
const codes = payloads.filter((p) => /^[ -~]{1,32}$/.test(p));

test("errors, reasons and hints of the relay", { timeout: 120_000 }, async () => {
  const line = await beRelay();
  for (const payload of codes) {
    await redeem();
    const error = { type: "error", code: payload, message: payload, hint: payload };
    line().send(JSON.stringify(error));
    const problem = page.locator("#code-problem");
    await problem.waitFor();
    expect(await problem.textContent()).toContain(`Something went wrong (${payload}).`);
    await redeem();
    line().send(requested("pc", ""));
    await page.getByTestId("waiting").waitFor();
    line().send(ended(payload));
    await page.getByTestId("ended").waitFor();
    expect(await textOf("[data-testid=ended] h1")).toBe(`Something went wrong (${payload}).`);
    expect(alarms).toEqual([]);
    await page.getByTestId("new-session").click();
  }
});

test(
  "what a host says on the control channel: monitors, errors",
  { timeout: 120_000 },
  async () => {
    const host = await FakeHost.open(browser, relay.url);
    try {
      await host.serve(page, relay.url);
      for (let from = 0; from < payloads.length; from += 8) {
        const at = Math.min(from, payloads.length - 8); // one monitor alone has no map
        const names = payloads.slice(at, at + 8);
        await host.say({
          type: "monitors",
          shown: 0,
          monitors: names.map((name, id) => ({
            id,
            name,
            x: id * 100,
            y: 0,
            width: 100,
            height: 100,
            primary: false,
          })),
        });
        const map = page.locator(".monitor");
        await expect.poll(() => map.evaluateAll(titles)).toEqual(names);
        expect(alarms).toEqual([]);
      }
      for (const payload of codes) {
        await host.say({ type: "error", code: payload, message: payload, hint: payload });
        await page.getByText(`Something went wrong (${payload}).`).waitFor();
      }
    } finally {
      await host.close();
    }
  },
);

/** Runs in the page. */
function titles(elements: Element[]): (string | null)[] {
  return elements.map((element) => element.getAttribute("title"));
}

/** All texts, also the forbidden ones: these pages clean what the relay's database might hold. */
const all = [...payloads, ...forbidden];

/** Answers the page's requests in the relay's place. */
async function answer(answers: Record<string, object>): Promise<void> {
  await page.route("**/api/**", async (route) => {
    const json = answers[new URL(route.request().url()).pathname];
    await (json ? route.fulfill({ json }) : route.fulfill({ status: 404, json: {} }));
  });
}

const me = (name: string) => ({
  id: "u_1",
  name,
  signInName: name,
  organisation: name,
  roles: ["technician", "admin"],
  mustEnrol: false,
});
const now = "2026-11-22T12:00:00Z";

async function texts(selector: string): Promise<string[]> {
  const found = await page.locator(selector).allTextContents();
  return found.map((text) => text.normalize());
}

/** What is to be seen of them, in the order in which it is listed. */
function seen(most: number): string[] {
  return all.map((text) => clean(text, most).normalize());
}

test("people: names, groups", async () => {
  const people = all.map((text, n) => ({
    id: `u_${n}`,
    name: `${text}`,
    displayName: text,
    roles: [text, "auditor"],
    group: text,
  }));
  await answer({ "/api/me": me(all[0]!), "/api/admin/people": { people } });
  await page.goto(`${relay.url}/#/people`);
  await page.getByTestId("person-row").first().waitFor();
  const wanted = seen(300).sort();
  expect((await texts(".person .strong")).sort()).toEqual(wanted);
  expect((await texts(".person .soft bdi:first-child")).sort()).toEqual(wanted);
  for (const row of await page.locator(".person").all()) {
    await row.click();
    await page.getByTestId("person-disable").click();
    await page.getByTestId("confirm").waitFor();
    await page.keyboard.press("Escape");
  }
});

test("live sessions: technicians, hosts, tickets", async () => {
  const sessions = all.map((text, n) => ({
    id: `s_${n}`,
    state: text,
    technician: { id: "u", name: text },
    host: { name: text, os: text },
    ticket: text,
    scopes: [text],
    created: new Date(Date.UTC(2026, 0, 1) - n * 1000).toISOString(),
    path: text,
  }));
  await answer({ "/api/me": me("ada"), "/api/admin/sessions": { sessions } });
  await page.goto(`${relay.url}/#/sessions`);
  await page.getByTestId("session-row").first().waitFor();
  const wanted = seen(300);
  expect(await texts(".row .strong bdi:nth-child(1)")).toEqual(wanted);
  expect(await texts(".row .strong bdi:nth-child(2)")).toEqual(wanted);
  expect(await texts(".row .soft bdi")).toEqual(wanted);
});

test("the journal: actors, subjects, details", async () => {
  const events = all.map((text, n) => ({
    n: all.length - n,
    time: now,
    kind: text,
    actor: text,
    subject: `${text}2`,
    session: text,
    address: text,
    detail: { [text]: text },
  }));
  await answer({
    "/api/me": me("ada"),
    "/api/admin/people": { people: [] },
    "/api/admin/audit": { events },
  });
  await page.goto(`${relay.url}/#/journal`);
  await page.getByTestId("journal-row").first().waitFor();
  expect(await texts(".entry .strong")).toEqual(seen(64));
  expect(await texts(".entry .facts div:last-child dd")).toEqual(seen(2000));
});

test("one's own account: browsers, passkeys", async () => {
  const own = {
    totp: true,
    recoveryLeft: 3,
    passkeys: all.map((name, n) => ({ id: `p_${n}`, name, created: now })),
    signIns: all.map((text, n) => ({
      id: `i_${n}`,
      current: n === 0,
      created: now,
      used: now,
      address: text,
      browser: text,
    })),
  };
  await answer({ "/api/me": me(all[2]!), "/api/account": own });
  await page.goto(`${relay.url}/#/account`);
  await page.getByTestId("sign-in-row").first().waitFor();
  expect(await texts("[data-testid=sign-in-row] .strong")).toEqual(seen(128));
  expect(await texts("[data-testid=passkeys] .strong")).toEqual(seen(64));
  expect(await textOf(".who-name")).toBe(all[2]);
});

test("links: whom an invitation names, and what stands in its address", async () => {
  for (const text of [...payloads.slice(0, 12), ...forbidden]) {
    await page.unrouteAll();
    const link = { kind: text, name: text, displayName: text, organisation: text };
    await answer({ "/api/link": link });
    await page.goto("about:blank");
    await page.goto(`${relay.url}/welcome#${encodeURIComponent(text.slice(0, 200))}`);
    await page.getByTestId("welcome").waitFor();
    const wanted = clean(text, 300).normalize();
    expect((await texts("h1 bdi"))[0]).toBe(wanted);
    expect(await texts(".sees bdi")).toEqual([wanted, wanted]);
    await page.goto("about:blank");
    await page.goto(`${relay.url}/join#${encodeURIComponent(text.slice(0, 200))}`);
    await page.getByTestId("bad-invitation").or(page.getByTestId("join")).waitFor();
    expect(alarms).toEqual([]);
  }
});
