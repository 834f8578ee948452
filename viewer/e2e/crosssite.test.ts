import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";

// Pages of others, in the browser of a technician who is signed in. One is of another site. The
// other is as close as it gets: the same machine, over TLS that the browser trusts, on another port,
// which browsers count as the same site and send the cookie of.
let relay: Relay;
let neighbour: Relay;
let stranger: Server;
let browser: Browser;
let own: Page;

beforeAll(async () => {
  [relay, neighbour] = await Promise.all([Relay.start(), Relay.start()]);
  await neighbour.stop();
  for (const name of ["ca.pem", "ca.key"]) {
    copyFileSync(join(relay.data, name), join(neighbour.data, name));
  }
  await neighbour.restart();
  stranger = createServer((_, answer) => {
    answer.setHeader("Content-Type", "text/html");
    answer.end("<!doctype html><title>A page of somebody else</title>");
  }).listen(0, "127.0.0.1");
  await once(stranger, "listening");

  await Technician.addTo(relay, "ines");
  browser = await Browser.start({ ca: relay.ca });
  own = await browser.page();
  await Technician.enter(own, relay, "ines");
  await own.getByTestId("code").waitFor();
});

afterAll(async () => {
  await browser?.close();
  stranger?.close();
  await neighbour?.remove();
  await relay?.remove();
});

/** A page of that origin, without any policy of its own about what it may ask for. */
async function pageOf(who: "a stranger" | "a neighbour"): Promise<Page> {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setBypassCSP", { enabled: who === "a neighbour" });
  const { port } = stranger.address() as AddressInfo;
  await page.goto(who === "a stranger" ? `http://127.0.0.1:${port}/` : `${neighbour.url}/join`);
  return page;
}

interface Got {
  technician: string;
  host: string;
  me: string;
}

/** Opens both WebSockets and reads who is signed in, in the page. */
function reach(page: Page): Promise<Got> {
  return page.evaluate(async (url) => {
    const open = (path: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url.replace("http", "ws") + path);
        socket.onopen = () => {
          socket.close();
          resolve("open");
        };
        socket.onerror = () => resolve("refused");
      });
    const read = async () => {
      try {
        const answer = await fetch(`${url}/api/me`, { credentials: "include" });
        return `${answer.status} ${await answer.text()}`;
      } catch {
        return "not to be read";
      }
    };
    const [technician, host] = await Promise.all([
      open("/signal/technician"),
      open("/signal/host"),
    ]);
    return { technician, host, me: await read() };
  }, relay.url);
}

test("the relay's own page reaches everything: what is refused below is there", async () => {
  const got = await reach(own);
  expect(got).toMatchObject({ technician: "open", host: "open" });
  expect(got.me).toMatch(/^200 .*"ines"/);
});

test("the cookie is Strict, HttpOnly and Secure", async () => {
  const [cookie, ...others] = await own.context().cookies(relay.url);
  expect(others).toEqual([]);
  expect(cookie).toMatchObject({
    name: "__Host-lendhand",
    sameSite: "Strict",
    httpOnly: true,
    secure: true,
    path: "/",
  });
  expect(await own.evaluate(() => document.cookie)).toBe("");
});

/** The status of each answer that the page's posts get, also of those that it may not see. */
async function statusesIn(page: Page): Promise<() => number[]> {
  const posts = new Set<string>(); // what else the page asks for may still be under way
  const answers: { requestId: string; statusCode: number }[] = [];
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (request.method === "POST") posts.add(requestId);
  });
  session.on("Network.responseReceivedExtraInfo", (answer) => answers.push(answer));
  return () => answers.filter((a) => posts.has(a.requestId)).map((a) => a.statusCode);
}

test.for(["a stranger", "a neighbour"] as const)("the page of %s reaches nothing", async (who) => {
  const page = await pageOf(who);
  expect(await reach(page)).toEqual({
    technician: "refused",
    host: "refused",
    me: "not to be read",
  });

  // Posts are refused before they do anything, also those that a browser sends without asking first.
  const statuses = await statusesIn(page);
  await page.evaluate(async (url) => {
    const simple = { method: "POST", mode: "no-cors", credentials: "include" } as const;
    for (const path of ["/api/sign-out", "/api/account/sign-ins/end", "/api/sign-in"]) {
      await fetch(url + path, { ...simple, body: '{"others":true}' }).catch(() => {});
    }
  }, relay.url);
  await expect.poll(statuses).toEqual([403, 403, 403]);

  await page.close();

  await own.reload();
  await own.getByTestId("code").waitFor();
});

test("a stranger's form is refused, though it takes the whole page along", async () => {
  const page = await pageOf("a stranger");
  const landed = page.waitForResponse((r) => r.request().method() === "POST");
  await page.evaluate((url) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action: `${url}/api/sign-out` });
    document.body.append(form);
    form.submit();
  }, relay.url);
  expect((await landed).status()).toBe(403);
  await page.close();
  await own.reload();
  await own.getByTestId("code").waitFor();
});

test("no other page can show the relay's page in a frame", async () => {
  const page = await pageOf("a stranger");
  const refused = page.waitForEvent("console", (m) => m.text().includes("frame-ancestors"));
  await page.evaluate((url) => {
    const frame = document.createElement("iframe");
    frame.src = url;
    document.body.append(frame);
  }, relay.url);
  await refused;
  const inside = page.frames().find((frame) => frame !== page.mainFrame());
  expect(await inside?.locator("#app").count()).toBe(0);
  await page.close();
});

test("a stranger's requests do not even carry the cookie", async () => {
  const page = await pageOf("a stranger");
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const seen = new Promise<{ cookie: string; why: string[] }>((resolve) =>
    session.on("Network.requestWillBeSentExtraInfo", ({ headers, associatedCookies }) => {
      const ours = associatedCookies.filter(({ cookie }) => cookie.name === "__Host-lendhand");
      const cookie = headers["Cookie"] ?? headers["cookie"] ?? "";
      if (ours.length > 0)
        resolve({ cookie, why: ours.flatMap(({ blockedReasons }) => blockedReasons) });
    }),
  );
  await page.evaluate((url) => {
    void fetch(`${url}/api/me`, { mode: "no-cors", credentials: "include" });
  }, relay.url);
  const { cookie, why } = await seen;
  expect(cookie).toBe("");
  expect(why.join()).toContain("SameSiteStrict");
  await page.close();
});
