import { afterEach, beforeEach, expect, test } from "vitest";
import { Host } from "./support/host.ts";
import { Person } from "./support/nested.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { sleep } from "./support/wait.ts";

// The person's own hands, told apart from the technician's on the same desktop.

let person: Person;
let relay: Relay;
let host: Host;
let technician: Technician;

beforeEach(async ({ onTestFailed }) => {
  person = await Person.sitDown();
  relay = await Relay.start();
  await Technician.addTo(relay, "ines");
  host = Host.start(person.desktop, relay);
  technician = await Technician.signIn(relay, "ines");
  onTestFailed(() => console.error([host, technician].map((p) => p.report()).join("\n")));
  await technician.takesControl(host);
});

afterEach(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await person?.leave();
});

const pointer = async () => {
  const { x, y } = await person.desktop.x.pointer();
  return { x, y };
};

const note = () => technician.page.getByTestId("yielding").innerText();

test("the person moves their mouse: what the technician does waits for two seconds", async () => {
  await technician.pointAt(300, 300);
  await expect.poll(async () => (await pointer()).x, { timeout: 5_000 }).toBeCloseTo(300, -1);
  expect(await note(), "of the technician's own pointer").toBe("");

  await technician.page.keyboard.down("ShiftLeft");
  await expect.poll(() => person.desktop.heldDown(), { timeout: 5_000 }).not.toEqual([]);
  await person.does("mousemove", "700", "500");
  await expect.poll(() => person.desktop.heldDown(), { timeout: 1_000 }).toEqual([]);
  await expect.poll(note, { timeout: 2_000 }).toBe("They are using the mouse");

  const there = await pointer();
  await technician.pointAt(320, 200);
  await technician.page.keyboard.press("a");
  await sleep(500);
  expect(await pointer()).toEqual(there);
  await expect.poll(note, { timeout: 4_000 }).toBe("");
  await technician.pointAt(330, 210);
  await expect.poll(async () => (await pointer()).x, { timeout: 3_000 }).toBeCloseTo(330, -1);
  await technician.page.keyboard.up("ShiftLeft");
});

test("Ctrl+Alt+End ends the session when the person presses it, and only then", async () => {
  const { keyboard } = technician.page;
  await technician.clickAt(600, 400);
  for (const key of ["ControlLeft", "AltLeft", "End"]) await keyboard.down(key);
  await expect.poll(() => person.desktop.heldDown(), { timeout: 5_000 }).toHaveLength(3);
  for (const key of ["End", "AltLeft", "ControlLeft"]) await keyboard.up(key);
  // Nor by a program that the technician might start.
  await person.desktop.xdotool("key", "ctrl+alt+End");
  await expect.poll(() => person.desktop.heldDown(), { timeout: 5_000 }).toEqual([]);
  await sleep(500);
  expect(await technician.connection("Direct")).not.toBe("");
  expect(host.events().map((e) => e.event)).not.toContain("stopped");

  const pressed = performance.now();
  await person.does("key", "ctrl+alt+End");
  expect((await technician.ended()).cause).toBe("host_stopped");
  console.log(
    `from the key to the end in the browser: ${Math.round(performance.now() - pressed)} ms`,
  );
  expect((await host.event("stopped"))["reason"]).toBe("host_stopped");
  expect(await person.desktop.heldDown()).toEqual([]);
});
