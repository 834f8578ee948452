import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings } from "./support/axe.ts";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { face, Programs } from "./support/programs.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";

// Every page under axe, large and small, light and dark: nothing is found.
let desktop: Desktop;
let programs: Programs;
let relay: Relay;
let admin: Browser;
let stranger: Browser;

beforeAll(async () => {
  programs = Programs.make();
  [desktop, relay] = await Promise.all([
    Desktop.start(),
    Relay.start(["--organisation", "Example Help Desk", "--downloads", programs.folder]),
  ]);
  await Promise.all([Technician.addTo(relay, "ada", "admin"), Technician.addTo(relay, "ines")]);
  [admin, stranger] = await Promise.all([
    Browser.start({ ca: relay.ca }),
    Browser.start({ ca: relay.ca }),
  ]);
});

afterAll(async () => {
  await admin?.close();
  await stranger?.close();
  await relay?.remove();
  programs?.remove();
  await desktop?.stop();
});

const clean = async (page: Page, name: string) => expect(await findings(page, name)).toEqual([]);

// These two at once: each has a browser of its own, and mostly waits for its pages.
test.concurrent("the pages for people who need help", { timeout: 240_000 }, async () => {
  const page = await stranger.page();
  await page.goto(`${relay.url}/get`);
  for (const language of ["en", "de", "fr", "es", "ja"]) {
    await page.getByTestId(`language-${language}`).click();
    await page.locator(`html[lang=${language}]`).waitFor();
    await page.getByTestId("get-download").waitFor();
    await clean(page, `get-${language}`);
  }
  for (const folded of ["get-check", "get-others", "get-have"]) {
    await page.getByTestId(folded).click();
  }
  await page.getByTestId("get-number").fill("12");
  await page.getByTestId("get-number-go").click();
  await page.getByRole("alert").waitFor();
  await clean(page, "get-open");
  await page.goto(`${relay.url}/join#482913077`);
  await page.getByTestId("join-code").waitFor();
  await clean(page, "join");
  await page.goto("about:blank");
  await page.goto(`${relay.url}/join#4829`);
  await page.getByTestId("bad-invitation").waitFor();
  await clean(page, "join-broken");
  await phoneClean();
  await page.goto(`${relay.url}/share`);
  await page.locator("h1").waitFor();
  await clean(page, "share");
});

/** On a phone, the page says something else. */
async function phoneClean(): Promise<void> {
  const page = await stranger.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "userAgentData", { value: { mobile: true } });
  });
  await page.goto(`${relay.url}/get`);
  await page.getByTestId("get-phone").waitFor();
  await clean(page, "get-phone");
  await page.close();
}

test.concurrent(
  "the pages of administrators, and of an account",
  { timeout: 240_000 },
  async () => {
    const page = await admin.page();
    await page.goto(relay.url);
    await page.getByTestId("sign-in-name").waitFor();
    await clean(page, "sign-in");
    await Technician.enter(page, relay, "ada");
    await page.getByTestId("sessions-page").waitFor();
    await clean(page, "sessions-none");

    await page.getByTestId("go-people").click();
    await page.getByTestId("add-person").click();
    await page.getByTestId("person-display-name").fill("Kim Okafor");
    await clean(page, "people-add");
    await page.getByTestId("person-name").fill("kim");
    await page.getByTestId("person-add").click();
    const link = await page.getByTestId("invitation-link").inputValue();
    await page.getByTestId("person-ines").click();
    await clean(page, "people");

    await page.getByTestId("go-policy").click();
    await page.getByTestId("policy-page").waitFor();
    await clean(page, "policy");
    await page.getByTestId("go-journal").click();
    await page.getByTestId("journal-row").first().waitFor();
    await clean(page, "journal");

    await page.getByTestId("go-account").click();
    await page.getByTestId("photo-file").setInputFiles(await face(page));
    await page.getByTestId("photo-save").click();
    await page.getByTestId("photo-remove").waitFor();
    await clean(page, "account");

    const visitor = await stranger.newPage();
    await visitor.goto(link);
    await visitor.getByTestId("password-new").waitFor();
    await clean(visitor, "welcome");
    await visitor.close();
  },
);

test(
  "a session, from the code to its end, and what administrators see of it",
  { timeout: 240_000 },
  async () => {
    const technician = await Technician.signIn(relay, "ines");
    const host = Host.start(desktop, relay);
    const { page } = technician;
    try {
      await clean(page, "start");
      await page.getByTestId("code").fill(await host.code());
      await page.getByTestId("connect").click();
      await page.getByTestId("waiting").waitFor();
      await host.request();
      await clean(page, "waiting");
      host.say("control");
      await technician.seesScreen();
      await page.locator("[data-testid=mode].control").waitFor();
      await clean(page, "active");

      const board = await admin.newPage();
      await board.goto(`${relay.url}/#/sessions`);
      await board.getByTestId("session-row").waitFor();
      await clean(board, "sessions");
      await board.close();

      await page.getByTestId("stop").click();
      await page.getByTestId("ended").waitFor();
      await clean(page, "ended");
    } finally {
      await technician.close();
      await host.stop();
    }
  },
);
