import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Authenticator, nextTotp, totp } from "./support/factors.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";

// One person's way with their account: from the invitation, by each way to sign in, to the end of a
// sign-in that they left open somewhere.
let desktop: Desktop;
let relay: Relay;
let admin: Browser;
const open: Browser[] = [];

beforeAll(async () => {
  [desktop, relay] = await Promise.all([
    Desktop.start(),
    Relay.start(["--organisation", "Example Help Desk"]),
  ]);
  await Technician.addTo(relay, "ada", "admin");
  admin = await Browser.start({ ca: relay.ca });
  const page = await admin.page();
  await Technician.enter(page, relay, "ada");
  await page.getByTestId("sessions-page").waitFor();
});

afterEach(async () => {
  for (const browser of open.splice(0)) await browser.close();
});

afterAll(async () => {
  await admin?.close();
  await relay?.remove();
  await desktop?.stop();
});

const password = "seven green kettles whistle";

/** A browser of its own, at a page of the relay. */
async function atPage(path: string): Promise<Page> {
  const browser = await Browser.start({ ca: relay.ca });
  open.push(browser);
  const page = await browser.page();
  await page.goto(relay.url + path);
  return page;
}

async function give(page: Page, name: string): Promise<void> {
  await page.getByTestId("sign-in-name").fill(name);
  await page.getByTestId("sign-in-password").fill(password);
  await page.getByTestId("sign-in").click();
}

const isIn = (page: Page) => page.getByTestId("code").waitFor();

async function signOut(page: Page): Promise<void> {
  await page.getByTestId("sign-out").click();
  await page.getByTestId("sign-in-name").waitFor();
}

/** An administrator adds somebody, and gets a link to send them. */
async function invite(name: string): Promise<string> {
  const page = await admin.newPage();
  await page.goto(`${relay.url}/#/people`);
  await page.getByTestId("add-person").click();
  await page.getByTestId("person-display-name").fill(`${name} Okafor`);
  await page.getByTestId("person-name").fill(name);
  await page.getByTestId("person-add").click();
  const link = await page.getByTestId("invitation-link").inputValue();
  expect(link).toMatch(new RegExp(`^${relay.url}/welcome#[\\w-]{20,}$`));
  await page.close();
  return link;
}

/** Goes through an invitation, up to the offer of a second factor. */
async function arrive(name: string): Promise<{ page: Page; link: string }> {
  const link = await invite(name);
  const page = await atPage(new URL(link).pathname + new URL(link).hash);
  expect(await page.getByTestId("welcome").innerText()).toContain(`${name} Okafor`);
  // The relay has a say about passwords, and says what is wrong with this one.
  await page.getByTestId("password-new").fill("short");
  await page.getByTestId("password-again").fill("short");
  await page.getByTestId("choose").click();
  expect(await page.getByRole("alert").innerText()).toContain("too short");
  await page.getByTestId("password-new").fill(password);
  await page.getByTestId("password-again").fill(password);
  await page.getByTestId("choose").click();
  await page.getByTestId("enrol").waitFor();
  expect(page.url()).not.toContain("#"); // what was used up is not kept
  return { page, link };
}

test("an invitation leads to a password and two second factors, and each way leads in", async () => {
  const { page, link } = await arrive("ines");

  // An authenticator app, by the key that the QR code has as well; then the recovery codes, once.
  await page.getByTestId("totp-begin").click();
  await page.getByRole("img", { name: "QR code" }).waitFor();
  const secret = await page.getByTestId("totp-secret").innerText();
  await page.getByTestId("totp-code").fill("000000");
  await page.getByTestId("totp-confirm").click();
  await page.getByTestId("totp").getByRole("alert").waitFor();
  await page.getByTestId("totp-code").fill(totp(secret));
  await page.getByTestId("totp-confirm").click();
  const codes = await page.getByTestId("recovery-codes").locator("li").allInnerTexts();
  expect(codes.length).toBeGreaterThanOrEqual(8);
  expect(new Set(codes).size).toBe(codes.length);
  await page.getByTestId("recovery-kept").click();

  // A passkey.
  const device = await Authenticator.plugInto(page);
  await page.getByTestId("passkey-add").click();
  await page.getByTestId("passkey-name").fill("Work laptop");
  await page.getByTestId("passkey-make").click();
  await page.getByTestId("passkeys").getByText("Work laptop").waitFor();
  expect(await device.count()).toBe(1);
  await page.getByTestId("enrolled").click();
  await isIn(page);
  await signOut(page);

  // The password and the app. A code works once.
  const used = nextTotp(secret);
  await give(page, "ines");
  await page.getByTestId("second-code").fill(used);
  await isIn(page);
  await signOut(page);
  await give(page, "ines");
  await page.getByTestId("second-code").fill(used);
  await page.getByTestId("second-factor").getByRole("alert").waitFor();

  // The passkey as the second factor.
  await page.getByTestId("use-passkey").click();
  await page.getByTestId("second-passkey").click();
  await isIn(page);
  await signOut(page);

  // The passkey alone.
  await page.getByTestId("sign-in-passkey").click();
  await isIn(page);
  await signOut(page);

  // A recovery code, once.
  await give(page, "ines");
  await page.getByTestId("use-recovery").click();
  await page.getByTestId("second-code").fill(codes[0]!);
  await page.getByTestId("second-send").click();
  await isIn(page);
  await page.getByTestId("go-account").click();
  const left = page.getByTestId("recovery-left");
  expect(await left.innerText()).toContain(`${codes.length - 1} are left`);
  await signOut(page);
  await give(page, "ines");
  await page.getByTestId("use-recovery").click();
  await page.getByTestId("second-code").fill(codes[0]!);
  await page.getByTestId("second-send").click();
  await page.getByTestId("second-factor").getByRole("alert").waitFor();

  // The link has been used.
  await page.goto("about:blank");
  await page.goto(link);
  await page.getByTestId("bad-link").waitFor();
});

test("a wrong password is said, and the password alone is enough without a second factor", async () => {
  const { page } = await arrive("kim");
  await page.getByTestId("enrolled").click();
  await isIn(page);
  await signOut(page);
  await page.getByTestId("sign-in-name").fill("kim");
  await page.getByTestId("sign-in-password").fill("not this one");
  await page.getByTestId("sign-in").click();
  const refused = page.getByRole("alert");
  expect(await refused.innerText()).toContain("Name and password do not match.");
  await page.getByTestId("sign-in-password").fill(password);
  await page.keyboard.press("Enter");
  await isIn(page);
});

test("whoever ends a sign-in elsewhere ends the live session there within a second", async () => {
  await relay.addUser("jonas", "technician", password);
  const away = await atPage("/");
  await give(away, "jonas");
  await isIn(away);
  const host = Host.start(desktop, relay);
  try {
    await away.getByTestId("code").fill(await host.code());
    await away.getByTestId("connect").click();
    await host.request();
    host.say("control");
    await away.locator("[data-testid=mode].control").waitFor();

    const here = await atPage("/");
    await give(here, "jonas");
    await isIn(here);
    await here.getByTestId("go-account").click();
    await expect.poll(() => here.getByTestId("sign-in-row").count()).toBe(2);
    await here.getByTestId("end-sign-in").click();
    const asked = performance.now();
    await here.getByTestId("confirm").click();
    const ended = away.getByTestId("ended");
    await ended.waitFor({ timeout: 3_000 });
    expect(performance.now() - asked).toBeLessThan(1_500); // the click and two pages are in it
    await host.event("stopped", 3_000);
    await expect.poll(() => here.getByTestId("sign-in-row").count()).toBe(1);
    // The other browser is out for good.
    await away.goto("about:blank");
    await away.goto(relay.url);
    await away.getByTestId("sign-in-name").waitFor();
  } finally {
    await host.stop();
  }
});

test("an invitation to somebody who needs help: made, opened, joined", async () => {
  await relay.addUser("mia", "technician", password);
  const page = await atPage("/");
  await give(page, "mia");
  await isIn(page);
  await page.getByTestId("invite").click();
  await page.getByTestId("invite-ticket").fill("INC-7");
  await page.getByTestId("invite-make").click();
  const code = (await page.getByTestId("invited-code").innerText()).replaceAll(/\D/g, "");
  const link = await page.getByTestId("invited-link").innerText();
  expect(link).toBe(`${relay.url}/join#${code}`);

  const visitor = await atPage(`/join#${code}`);
  expect(await visitor.getByTestId("join-code").innerText()).toContain(code.slice(0, 3));
  const command = await visitor.getByTestId("join-command").textContent();
  expect(command).toBe(`lendhand --server ${relay.url} --ca ca.pem --invitation ${code}`);

  const host = Host.start(desktop, relay, ["--invitation", code]);
  try {
    await page
      .getByTestId("join-invited")
      .click()
      .catch((error: Error) => {
        throw new Error(`${error.message}\n${host.report()}\n${relay.report()}`);
      });
    expect(await host.request()).toContain("mia");
    host.say("view");
    await page.locator("[data-testid=mode].view").waitFor();
    await page.getByTestId("stop").click();
    await page.getByTestId("new-session").click();
    await page.getByTestId("invitations").waitFor();
    expect(await page.getByTestId("invitation-row").count()).toBe(0); // it is used up
  } finally {
    await host.stop();
  }
});
