import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Host } from "./support/host.ts";
import { blockAllUDP } from "./support/network.ts";
import { Person } from "./support/nested.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";

// Whatever ends a session, or only the technician's attention: nothing stays down.

const upWithin = 2_500;

let person: Person;
let relay: Relay;
let host: Host;
let technician: Technician;
let lift: () => Promise<void>;

beforeAll(async () => {
  person = await Person.sitDown();
  relay = await Relay.start();
  await Technician.addTo(relay, "ines");
  host = Host.start(person.desktop, relay);
  technician = await Technician.signIn(relay, "ines");
});

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error([host, technician].map((p) => p.report()).join("\n")));
});

afterAll(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await person?.leave();
});

/** A session with control, the first or after one that has ended. */
async function meet(from: number): Promise<void> {
  await technician.page.goto(relay.url);
  await technician.redeem(await host.code(from));
  await host.request(from);
  host.say("control");
  await technician.seesScreen();
  await technician.may("control");
}

interface Way {
  name: string;
  happens: () => Promise<unknown> | void;
  /** What gives control again where the session goes on; where it has ended there is none. */
  then?: () => Promise<unknown>;
}

const ways: Way[] = [
  {
    name: "the page loses the keyboard",
    happens: () => technician.page.evaluate(() => window.dispatchEvent(new Event("blur"))),
    then: async () => {},
  },
  {
    name: "the person takes control back",
    happens: () => host.say("view"),
    then: async () => {
      await technician.may("view");
      host.say("control");
      await technician.may("control");
    },
  },
  {
    name: "the person moves their mouse",
    happens: () => person.does("mousemove", "100", "100"),
    then: async () => {
      const note = technician.page.getByTestId("yielding");
      await expect.poll(() => note.innerText(), { timeout: 5_000 }).not.toBe("");
      await expect.poll(() => note.innerText(), { timeout: 5_000 }).toBe("");
    },
  },
  {
    name: "the network lets nothing through",
    happens: async () => {
      const nothing = "1-2"; // no ports that the relay forwards from
      lift = await blockAllUDP(nothing);
    },
    then: async () => {
      await lift();
      await technician.connection("Direct", 30_000);
      await technician.may("control");
    },
  },
  { name: "the person says stop", happens: () => host.say("stop") },
  {
    name: "the person presses the key that stops",
    happens: () => person.does("key", "ctrl+alt+End"),
  },
  {
    name: "the technician stops",
    happens: () =>
      technician.page.getByTestId("stop").evaluate((button) => (button as HTMLElement).click()),
  },
  { name: "the page is gone", happens: () => technician.page.goto("about:blank") },
  {
    name: "the host is killed",
    happens: async () => {
      await host.kill();
      host = Host.start(person.desktop, relay);
    },
  },
  { name: "the technician's browser is killed", happens: () => technician.close() },
];

describe("Ctrl, Shift, a letter and a button are up in time after", () => {
  let isMet = false;
  let from = 0;

  for (const { name, happens, then } of ways) {
    test(name, async () => {
      if (!isMet) await meet(from);
      from = host.linesSoFar;
      await technician.pointAt(640, 400);
      const { keyboard, mouse } = technician.page;
      for (const key of ["ControlLeft", "ShiftLeft", "KeyQ"]) await keyboard.down(key);
      await mouse.down({ button: "right" });
      await expect.poll(() => person.desktop.heldDown(), { timeout: 5_000 }).toHaveLength(4);

      const [began, before] = [performance.now(), host];
      const done = happens();
      await expect
        .poll(() => person.desktop.heldDown(), { timeout: upWithin, interval: 20 })
        .toEqual([]);
      console.log(`up after ${Math.round(performance.now() - began)} ms`);
      await done;

      isMet = then !== undefined;
      if (host !== before) from = 0;
      if (name === "the technician's browser is killed") return;
      for (const key of ["KeyQ", "ShiftLeft", "ControlLeft"]) await keyboard.up(key);
      await mouse.up({ button: "right" });
      await then?.();
    });
  }
});
