import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Named } from "./support/access.ts";
import { Browser, pageSpot } from "./support/chromium.ts";
import type { WindowPlace } from "./support/desktop.ts";
import { Person } from "./support/nested.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";
import { barName, centre, Cover, HostWindow } from "./support/window.ts";

// The window of the host's program: a person with a keyboard or a mouse of their own on one side, and
// whoever helps, or pretends to, on the other.

interface Scene {
  person: Person;
  window: HostWindow;
  technician: Technician;
}

let relay: Relay;
let person: Person;
let window: HostWindow;
let technician: Technician;

/** A question that nobody answers; its minute is waited for behind everything else. */
let silent: Scene | undefined;

/** What a person needs to read a question; before, no answer counts. */
const reading = 1_700;

beforeAll(async () => {
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  await Technician.addTo(relay, "mallory");
  await Technician.addTo(relay, "otto", "auditor");
});

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, window, technician].map((p) => p?.report()).join("\n")));
});

afterEach(async () => {
  if (window !== silent?.window) await leave({ person, window, technician });
});

afterAll(async () => {
  if (silent) await leave(silent);
  await relay?.remove();
});

async function leave(scene: Partial<Scene>): Promise<void> {
  await scene.technician?.close();
  await scene.window?.stop();
  await scene.person?.leave();
}

/** Has somebody ask a person for a session, and gives the code that they used. */
async function asks(name: string, what: "view" | "control", extra: readonly string[] = []) {
  person = await Person.sitDown();
  window = await HostWindow.start(person, relay, extra);
  technician = await Technician.signIn(relay, name);
  const code = await window.code();
  await technician.redeem(code, what);
  await window.host.event("request");
  return code;
}

/** Has Ines in control of the desktop. */
async function control(extra: readonly string[] = []): Promise<void> {
  await asks("ines", "control", extra);
  await sleep(reading);
  await window.types("Let them look and control");
  await technician.seesScreen();
  await technician.may("control");
}

test("the whole job with the keyboard, and the bar's stop with the mouse", async () => {
  const code = await asks("ines", "view");
  expect(code).toMatch(/^\d{9}$/);
  await window.sees("ines asks to see your screen");
  expect(await window.reads()).toContain("ines (Example Help Desk)");
  await sleep(reading);
  await window.types("Let them look");
  await technician.seesScreen();
  await technician.may("view");
  expect((await window.host.event("granted"))["scopes"]).toEqual(["view"]);
  await window.onBar("ines sees your screen");

  await technician.page.getByTestId("ask-for-control").click();
  await window.sees("ines asks to see your screen and use your mouse and keyboard");
  await window.onBar("Please answer the question");
  await sleep(reading);
  await window.types("Let them look and control");
  await technician.may("control");
  await window.onBar("ines sees and controls");

  await window.clicksOnBar("Stop");
  expect((await technician.ended()).cause).toBe("host_stopped");
  await window.sees("The session is over");
  await window.sees("You stopped it.");
  await expect.poll(() => window.reads()).not.toContain(barName);
  await sleep(reading);
  await window.types("Get a new code");
  await window.host.event("code", 5_000, 2);
});

test("nothing that a program does answers a question", async () => {
  await control(["--confirm-every", "1s"]);
  await window.host.event("confirm");
  await window.sees(question);
  const bar = await window.barWindow();
  const cover = await Cover.over(person.desktop, bar);
  const buttons = await window.bus.buttons();
  const names = ["Yes, go on", "Only let them look", "End the session", "Stop"];
  expect(buttons.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  const spots = await placesOf(buttons);
  await sleep(reading);

  for (let round = 0; round < 3; round++) {
    for (const { x, y } of spots) {
      await person.desktop.xdotool("mousemove", String(x), String(y), "click", "1");
    }
    await person.desktop.xdotool("key", "Tab", "space", "Tab", "Return", "Escape");
    await (await window.sees("Yes, go on")).act(); // assistive technology may not say yes either, unless it was allowed to
    for (const deed of [...cover.deeds(), ...against(bar)]) {
      await person.desktop.xdotool(...deed);
      await eventually(`the bar is there after ${deed[0]}`, () => window.isOnTop(bar), 1_000, 20);
    }
    await window.sees(question);
  }
  silent = { person, window, technician };
});

test("nothing that comes through the session answers a question", async () => {
  await control();
  const { page } = technician;
  const screen = page.getByTestId("screen");
  const spots = [0.3, 0.4].map((part) => ({ x: 1280 * part, y: 720 * part }));
  const pointer = () => person.desktop.x.pointer();
  await technician.clickAt(spots[0]!.x, spots[0]!.y);
  await expect.poll(pointer).toMatchObject(spots[0]!);

  await page.getByTestId("clipboard-take").click();
  await window.host.event("request", 5_000, 2);
  await window.sees("Let them look and control");
  const answers = await placesOf(await window.bus.buttons());
  await sleep(reading); // from then on a press may count, if it is the person's
  for (let round = 0; round < 5; round++) {
    for (const { x, y } of answers) {
      const { y: on } = await pageSpot(page, x, y);
      if (on > (await screen.boundingBox())!.y) await technician.clickAt(x, y);
    }
    await screen.focus();
    for (const key of ["Space", "Enter"]) await page.keyboard.press(key);
  }
  await window.sees("Let them look and control");
  expect(await pointer()).toMatchObject(spots[0]!);
  expect(window.host.events().filter(({ event }) => event === "granted")).toHaveLength(1);

  await window.types("No");
  await eventually("the technician's hands count again, after the person's own", async () => {
    await technician.clickAt(spots[1]!.x, spots[1]!.y);
    const { x, y } = await pointer();
    return x === spots[1]!.x && y === spots[1]!.y;
  });
});

/** The middle of each. */
function placesOf(buttons: readonly Named[]) {
  return Promise.all(buttons.map(async ({ it }) => centre(await it.place())));
}

const question = "May ines go on?";

/** What programs that a technician starts might do to the bar. */
function against({ id }: WindowPlace): string[][] {
  return [
    ["windowmove", id, "5", "500"],
    ["windowunmap", id],
    ["windowsize", id, "9", "9"],
  ];
}

test("a pause, words both ways and control taken back, from the bar; and the stop key", async () => {
  await control();
  const { page } = technician;
  await sleep(reading);
  await window.clicksOnBar("Pause");
  await page.getByTestId("paused").waitFor();
  await window.onBar("Paused: ines sees nothing");
  await sleep(reading);
  await window.clicksOnBar("Go on");
  await page.getByTestId("paused").waitFor({ state: "detached" });

  await window.clicksOnBar("Chat");
  await window.sees("Write to ines");
  await person.does("type", "Where do I click?");
  await person.does("key", "Return");
  await page.getByTestId("chat-toggle").click();
  await page.getByTestId("chat").getByText("Where do I click?", { exact: false }).waitFor();
  await page.getByTestId("chat-text").fill("Nowhere, I do.");
  await page.getByTestId("chat-send").click();
  await window.sees("ines: Nowhere, I do.");

  await sleep(reading);
  await window.clicksOnBar("Take control back");
  await technician.may("view");
  await window.onBar("ines sees your screen");

  await person.does("key", "ctrl+alt+End");
  expect((await technician.ended()).cause).toBe("host_stopped");
  await window.sees("You stopped it.");
});

test("a program that has the window killed ends the session", async () => {
  await asks("ines", "view");
  await sleep(reading);
  await window.types("Let them look");
  await technician.seesScreen();
  await person.desktop.xdotool("windowkill", (await window.barWindow()).id);
  expect((await technician.ended()).cause).toBe("host_quit");
  expect(await window.host.program.ended).toBe(1);
});

test("whoever called nobody says so, and is not asked by them again", async () => {
  const code = await asks("mallory", "control");
  await window.sees("I did not call anyone");
  await sleep(reading);
  await window.types("I did not call anyone");
  expect((await technician.ended()).cause).toBe("reported");
  await window.sees("Nobody was let in");
  expect((await window.host.event("stopped"))["reason"]).toBe("reported");

  const { page } = technician;
  await page.getByTestId("new-session").click();
  await technician.redeem(code, "view");
  await page.getByRole("alert").waitFor();
  await sleep(reading);
  await window.types("Get a new code");
  await window.host.event("code", 5_000, 2);
  await technician.redeem(await window.code(), "view");
  expect((await technician.ended()).cause).toBe("declined");
  expect(window.host.events().filter(({ event }) => event === "request")).toHaveLength(1);

  const auditor = await Browser.start({ ca: relay.ca });
  try {
    const reads = await auditor.page();
    await Technician.enter(reads, relay, "otto");
    await reads.getByTestId("go-journal").or(reads.getByText("cannot connect")).first().waitFor();
    await reads.goto(`${relay.url}/#/journal`);
    const row = reads.locator("[data-testid=journal-row][data-kind=reported]");
    await row.waitFor();
    expect(await row.innerText()).toContain("mallory");
  } finally {
    await auditor.close();
  }
});

// The last one: its minute has been running behind the others.
test(
  "silence takes control back, and a bar that is closed ends the session",
  { timeout: 100_000 },
  async () => {
    ({ person, window, technician } = silent!);
    const [confirm, granted] = [
      await window.host.event("confirm"),
      await window.host.event("granted", 70_000, 2),
    ];
    expect(granted["scopes"]).toEqual(["view"]);
    expect(Date.parse(granted.time) - Date.parse(confirm.time)).toBeGreaterThan(55_000);
    await window.sees("There was no answer. They can only look now.");
    await technician.may("view");
    expect(window.host.events().filter(({ event }) => event === "stopped")).toEqual([]);

    await person.desktop.xdotool("windowclose", (await window.barWindow()).id);
    expect((await technician.ended()).cause).toBe("bar_hidden");
    expect((await window.host.event("stopped"))["reason"]).toBe("bar_hidden");
    await window.sees("The session is over");
  },
);
