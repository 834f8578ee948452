import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findings } from "./support/axe.ts";
import { screenPicture } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { showPattern } from "./support/pattern.ts";
import {
  average,
  distance,
  keepPictures,
  psnr,
  type Colour,
  type Picture,
} from "./support/picture.ts";
import { Middle, type Lie } from "./support/middle.ts";
import { Person } from "./support/person.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// Somebody shows their screen from the page alone: browser to browser, through a real relay.
let relay: Relay;
let ines: Technician; // signed in once; each test has a page of its own
let person: Person | undefined;
let technician: Technician | undefined;
let middle: Middle | undefined;

const teal: Colour = [0, 128, 128];

beforeAll(async () => {
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  ines = await Technician.signIn(relay, "ines");
});

afterEach(async () => {
  await middle?.close();
  await Promise.all([technician?.page.close(), person?.close()]);
  middle = technician = person = undefined;
});

afterAll(async () => {
  await ines?.close();
  await relay?.remove();
});

const report = () => console.error([relay, person, technician].map((p) => p?.report()).join("\n"));

/** The technician opens their page. */
async function arrive(): Promise<Technician> {
  return (technician = await ines.another(relay));
}

/** A technician asks a person who has just read out their number. */
async function ask(who: Person, what: "view" | "control" = "view"): Promise<Technician> {
  const [tech, code] = await Promise.all([arrive(), who.code()]);
  await tech.redeem(code, what);
  return tech;
}

/** A technician who sees a tab of this person. */
async function begin() {
  const made = await Person.withTab(relay, "teal");
  person = made.person;
  const tech = await ask(made.person);
  await made.person.yes();
  await tech.seesScreen();
  await made.person.bar("on");
  // The browser has gone to the tab that is shown, and hardly draws the page that shows it.
  await made.person.page.bringToFront();
  return { ...made, tech };
}

/** Waits until the technician's picture is of one colour. */
async function sees(tech: Technician, colour: Colour): Promise<void> {
  let seen: Picture | undefined;
  await eventually(`the colour ${colour.join()}`, async () => {
    seen = await screenPicture(tech.page);
    return distance(average(seen, 50, 50, 200, 200), colour) < 24; // browsers differ in shades
  }).catch((error: Error) => {
    const kept = seen ? keepPictures("share", { seen }) : [];
    throw new Error(`${error.message}; ${kept.join()}`);
  });
}

/** Looks at a page in every size and colour: axe finds nothing. */
const clean = async (page: Page, name: string) => expect(await findings(page, name)).toEqual([]);

test("a screen is shown to a technician who asked for control, and nothing else is given", async ({
  onTestFailed,
  onTestFinished,
}) => {
  onTestFailed(report);
  const desktop = await Desktop.start();
  onTestFinished(() => desktop.stop());
  await showPattern(desktop);
  const args = ["--auto-select-desktop-capture-source=Entire screen"];
  const at = { display: desktop.display, width: 500, height: 700 };
  const shows = (person = await Person.open(relay, { ...at, args }));
  const tech = await ask(shows, "control");
  await shows.isAsked();
  await shows.yes();
  await tech.seesScreen();
  await shows.bar("on");
  await tech.may("view");
  await eventually("the technician sees the desktop", async () => {
    const [seen, real] = [await screenPicture(tech.page), await desktop.screenshot()];
    return psnr(seen, real) > 25;
  });
  expect(await screenPicture(tech.page)).toMatchObject({ width: 1280, height: 720 });

  const before = await desktop.x.pointer();
  await tech.clickAt(700, 400);
  await tech.page.keyboard.type("nobody may type this");
  await tech.page.getByTestId("mode").getByText("can only be looked at").waitFor();
  expect(await tech.page.getByTestId("ask-for-control").count()).toBe(0);
  await tech.may("view");
  expect(await desktop.x.pointer()).toEqual(before);
  expect(await desktop.heldDown()).toEqual([]);
});

test("who closes the browser's question has said no", async ({ onTestFailed, onTestFinished }) => {
  onTestFailed(report);
  const desktop = await Desktop.start();
  onTestFinished(() => desktop.stop());
  const shows = (person = await Person.open(relay, { display: desktop.display }));
  const tech = await ask(shows);
  await shows.yes();
  await shows.page.getByTestId("share-choosing").waitFor();
  await eventually("the browser's question is closed", async () => {
    await desktop.xdotool("key", "Escape");
    return shows.page.getByTestId("ended").isVisible();
  });
  const { cause, words } = await shows.ended();
  expect(cause).toBe("cancelled");
  expect(words).toContain("has seen nothing");
  expect((await tech.ended()).cause).toBe("declined");
});

test(
  "pause hides at once, another size is followed, and stop ends it",
  { timeout: 150_000 },
  async ({ onTestFailed }) => {
    onTestFailed(report);
    const { person: shows, tab, tech } = await begin();
    await sees(tech, teal);
    expect(await shows.page.title()).toContain("ines");
    const words = await shows.page.getByTestId("verify-words").textContent();
    expect(await tech.page.getByTestId("verify-words").textContent()).toBe(words);
    await clean(shows.page, "share-live");

    await shows.page.getByTestId("share-pause").click();
    await shows.bar("paused");
    await tab.evaluate(() => (document.body.style.background = "rgb(200, 40, 40)"));
    await tech.page.getByTestId("paused").waitFor();
    await sleep(1000);
    const hidden = await screenPicture(tech.page).catch(() => undefined);
    if (hidden) {
      expect(distance(average(hidden, 50, 50, 200, 200), [200, 40, 40])).toBeGreaterThan(50);
    }
    await clean(shows.page, "share-paused");
    await shows.page.getByTestId("share-pause").click();
    await shows.bar("on");
    await sees(tech, [200, 40, 40]);

    await tab.setViewportSize({ width: 640, height: 480 });
    await eventually("the picture has the new size", async () => {
      const screen = tech.page.getByTestId("screen");
      return (await screen.getAttribute("width")) === "640";
    });
    await sees(tech, [200, 40, 40]);

    await shows.page.getByTestId("words-same").click();
    await shows.page.getByTestId("share-words-done").waitFor();
    await shows.page.getByTestId("share-stop").click();
    expect((await shows.ended()).cause).toBe("host_stopped");
    expect((await tech.ended()).cause).toBe("host_stopped");
  },
);

test("the two write to each other", async ({ onTestFailed }) => {
  onTestFailed(report);
  const { person: shows, tech } = await begin();
  await shows.page.getByTestId("chat-text").fill("<b>Where</b> do I click?");
  await shows.page.getByTestId("chat-send").click();
  await tech.page.getByTestId("chat-unread").waitFor();
  await tech.page.getByTestId("chat-toggle").click();
  await tech.page.getByTestId("chat").getByText("<b>Where</b> do I click?").waitFor();
  await tech.page.getByTestId("chat-text").fill("On the blue button.");
  await tech.page.getByTestId("chat-send").click();
  await shows.page.getByTestId("chat").getByText("On the blue button.").waitFor();
  await tech.page.getByTestId("stop").click();
  expect((await shows.ended()).cause).toBe("technician_stopped");
});

test("the browser's own button ends it", async ({ onTestFailed }) => {
  onTestFailed(report);
  const { person: shows, tab, tech } = await begin();
  await tab.close(); // as the button does, it ends the track
  expect((await shows.ended()).cause).toBe("surface_ended");
  expect((await tech.ended()).cause).toBe("host_stopped");
});

test("a number that was sent is typed already, and whoever sent it is waited for", async ({
  onTestFailed,
}) => {
  onTestFailed(report);
  const tech = await arrive();
  await tech.page.getByTestId("invite").click();
  await tech.page.getByTestId("invite-ticket").fill("INC-1042");
  await tech.page.getByTestId("invite-make").click();
  const code = (await tech.page.getByTestId("invited-code").innerText()).replaceAll(" ", "");
  const args = ["--auto-select-tab-capture-source-by-title=Share"];
  const shows = (person = await Person.open(relay, { args }, `#${code}`));
  await shows.page.getByTestId("share-go-on").click();
  const waiting = shows.page.getByTestId("share-waiting");
  await waiting.getByText("Waiting for ines").waitFor();
  await tech.page.getByTestId("join-invited").click();
  await shows.isAsked();
  expect(await shows.page.getByTestId("share-ticket").innerText()).toContain("INC-1042");
  await shows.page.getByTestId("share-no").click();
  expect((await shows.ended()).cause).toBe("declined");
  expect((await tech.ended()).cause).toBe("declined");
});

test(
  "who called nobody says so, and that technician is not let in again",
  { timeout: 150_000 },
  async ({ onTestFailed }) => {
    onTestFailed(report);
    const shows = (person = await Person.open(relay));
    await clean(shows.page, "share-start");
    const tech = await ask(shows);
    await shows.isAsked();
    await clean(shows.page, "share-asked");
    await shows.page.getByTestId("share-report").click();
    expect((await shows.ended()).cause).toBe("reported");
    expect((await tech.ended()).cause).toBe("reported");
    await clean(shows.page, "share-reported");
    await shows.page.getByTestId("share-again").click();
    const code = await shows.code();
    await clean(shows.page, "share-code");
    await tech.page.getByTestId("new-session").click();
    await tech.redeem(code, "view");
    expect((await tech.ended()).cause).toBe("declined");
    expect(await shows.page.getByTestId("share-request").count()).toBe(0);
  },
);

test("only a person's own press counts, and not too early; silence means no", async ({
  onTestFailed,
}) => {
  onTestFailed(report);
  const shows = (person = await Person.open(relay));
  await shows.page.clock.install();
  const tech = await ask(shows);
  const yes = shows.page.getByTestId("share-yes");
  await yes.waitFor();
  await yes.click({ force: true }); // too early
  await shows.page.keyboard.press("Enter"); // the keyboard is on no button
  await shows.page.clock.runFor(2000);
  await shows.isAsked();
  await yes.evaluate((button: HTMLElement) => button.click()); // by a script
  await sleep(300);
  expect(await yes.count()).toBe(1);
  await shows.page.clock.runFor(59_000);
  expect((await shows.ended()).cause).toBe("no_answer");
  expect((await tech.ended()).cause).toBe("no_answer");
});

test("a page that is loaded again has nobody looking, and a lost line comes back", async ({
  onTestFailed,
}) => {
  onTestFailed(report);
  const { person: shows, tech } = await begin();
  await relay.kill();
  await relay.restart();
  await sees(tech, teal); // the two need nobody between them
  await eventually("the line is back", async () => {
    const trouble = shows.page.getByText("cannot be reached right now");
    return (await trouble.count()) === 0;
  });
  shows.page.on("dialog", (dialog) => void dialog.accept());
  await shows.page.reload();
  expect((await tech.ended()).cause).toBe("host_quit");
  await shows.page.getByTestId("share-start").waitFor();
});

test("where recording is required, both are told so and nobody is asked", async ({
  onTestFailed,
  onTestFinished,
}) => {
  onTestFailed(report);
  await relay.changeRules({ recording: "required" });
  onTestFinished(() => relay.changeRules({ recording: "off" }));
  const [shows] = await Promise.all([Person.open(relay), sleep(1500)]);
  person = shows;
  const tech = await ask(shows);
  await tech.page.getByRole("alert").waitFor();
  expect(await tech.problem()).toContain("recorded");
  const { cause, words } = await shows.ended();
  expect(cause).toBe("recording_required");
  expect(words).toContain("use the program instead");
  expect(await shows.page.getByTestId("share-get").getAttribute("href")).toBe("/get");
  expect(await shows.page.getByTestId("share-request").count()).toBe(0);
});

/** Writes into a description the fingerprint that another one names. */
function renamed(sdp: string, by: string): string {
  const [line] = /a=fingerprint:\S+ \S+/.exec(by)!;
  return sdp.replaceAll(/a=fingerprint:\S+ \S+/g, line);
}

test.for<{ name: string; lie: Lie }>([
  { name: "swaps the fingerprint in the answer", lie: { answer: renamed } },
  { name: "sits in the middle, and passes everything on", lie: { inTheMiddle: true } },
])("it ends when the relay $name", async ({ lie }, { onTestFailed }) => {
  onTestFailed(report);
  const [made, tech] = await Promise.all([Person.withTab(relay, "teal"), arrive()]);
  const shows = (person = made.person);
  middle = await Middle.between(tech, lie);
  await tech.page.reload();
  await tech.page.getByTestId("code").waitFor();
  await tech.redeem(await shows.code(), "view");
  await shows.yes();
  expect((await tech.ended(40_000)).cause).toBe("words_differ");
  expect((await shows.ended(40_000)).cause).toMatch(
    /words_differ|connection_failed|technician_stopped/,
  );
});
