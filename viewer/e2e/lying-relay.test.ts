import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { Middle, type Lie } from "./support/middle.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { sleep } from "./support/wait.ts";

// A relay that lies, between a real page in Chromium and a real host. It has everything that a
// relay has: it names the certificates to both, and signs the grants.
let desktop: Desktop;
let relay: Relay;
let host: Host | undefined;
let technician: Technician | undefined;
let middle: Middle | undefined;

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start();
  await Technician.addTo(relay, "ines");
});

afterEach(async () => {
  await middle?.close();
  await technician?.close();
  await host?.stop();
  middle = technician = host = undefined;
});

afterAll(async () => {
  await relay?.remove();
  await desktop?.stop();
});

/** Starts a session in which the person has said that the technician may control. */
async function begin(lie?: Lie): Promise<{ tech: Technician; host: Host }> {
  const person = (host = Host.start(desktop, relay, ["--verify-words"]));
  const tech = (technician = await Technician.signIn(relay, "ines"));
  if (lie) {
    middle = await Middle.between(tech, lie);
    await tech.page.reload();
    await tech.page.getByTestId("code").waitFor();
  }
  await tech.redeem(await person.code());
  await person.request();
  person.say("control");
  return { tech, host: person };
}

async function wordsAtHost(person: Host): Promise<string> {
  const words = (await person.event("words"))["words"] as string[];
  await person.program.line(new RegExp(`^Words: ${words.join(" ")}$`));
  return words.join(" ");
}

/** Moves, clicks and types on the whole page. */
async function useHands(tech: Technician): Promise<void> {
  await tech.page.mouse.move(600, 400);
  await tech.page.mouse.click(640, 420);
  await tech.page.keyboard.type("nobody may type this");
  await sleep(500);
}

async function expectMistrust(tech: Technician, person: Host): Promise<void> {
  expect((await tech.ended(40_000)).cause).toBe("words_differ");
  expect(await person.event("stopped", 40_000)).toHaveProperty("reason");
}

test("with an honest relay, both see the same words, and control comes with the person's", async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.error([host, technician].map((p) => p?.report()).join("\n")));
  const { tech, host: person } = await begin();
  await tech.seesScreen();
  // The line of the words has its room before they come: nothing moves under the pointer.
  const top = () => tech.page.getByTestId("screen").evaluate((e) => e.getBoundingClientRect().top);
  const early = await top();
  const words = await wordsAtHost(person);
  expect(await tech.page.getByTestId("verify-words").textContent()).toBe(words);
  expect(await top()).toBe(early);
  await tech.may("view");
  const before = await desktop.x.pointer();
  await useHands(tech);
  expect(await desktop.x.pointer()).toEqual(before);
  await shoot(tech, "asked");
  await tech.page.getByTestId("words-same").click();
  await shoot(tech, "waits");
  await tech.may("view"); // the technician's word opens nothing
  person.say("same");
  await tech.may("control");
  const shield = tech.page.getByTestId("verify-shield");
  await shield.waitFor();
  expect(await shield.getAttribute("title")).toContain(words);
  expect(await tech.page.getByTestId("verify-words").count()).toBe(0);
  await shoot(tech, "verified");
  await useHands(tech);
  expect(await desktop.x.pointer()).not.toEqual(before);
  await shield.click();
  expect(await tech.page.getByTestId("verify-words").textContent()).toBe(words);
  await tech.page.getByTestId("words-different").click();
  await expectMistrust(tech, person);
  await shoot(tech, "ended");
});

/** Writes into a description the fingerprint that another one names. */
function renamed(sdp: string, by: string): string {
  const [line] = /a=fingerprint:\S+ \S+/.exec(by)!;
  return sdp.replaceAll(/a=fingerprint:\S+ \S+/g, line);
}

/** Keeps a picture of the page, in a large and in a small window, where that is wanted. */
async function shoot(tech: Technician, name: string): Promise<void> {
  const folder = process.env["LENDHAND_PICTURES"];
  if (!folder) return;
  const size = tech.page.viewportSize()!;
  for (const width of [size.width, 420]) {
    await tech.page.setViewportSize({ width, height: size.height });
    await sleep(300);
    await tech.page.screenshot({ path: `${folder}/words-${name}-${width}.png` });
  }
  await tech.page.setViewportSize(size);
}

test.for<{ name: string; lie: Lie }>([
  {
    name: "swaps the fingerprint in the answer",
    lie: { answer: renamed },
  },
  {
    name: "swaps all but the fingerprint in the answer: passwords and addresses are its own",
    lie: { answer: (sdp, own) => renamed(own, sdp) },
  },
  { name: "sits in the middle, and passes everything on", lie: { inTheMiddle: true } },
])("no input from a relay that $name", async ({ lie }, { onTestFailed }) => {
  onTestFailed(() => console.error([host, technician].map((p) => p?.report()).join("\n")));
  const before = await desktop.x.pointer();
  const { tech, host: person } = await begin(lie);
  await expectMistrust(tech, person);
  expect(await desktop.x.pointer()).toEqual(before);
  expect(await desktop.heldDown()).toEqual([]);
});

test("different words at both ends of a relay that makes words with both", async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.error([host, technician].map((p) => p?.report()).join("\n")));
  const { tech, host: person } = await begin({ inTheMiddle: true, makesWords: true });
  const atHost = await wordsAtHost(person);
  const shown = tech.page.getByTestId("verify-words");
  await shown.waitFor();
  expect((await shown.textContent())?.split(" ")).toHaveLength(4);
  expect(await shown.textContent()).not.toBe(atHost);
  const before = await desktop.x.pointer();
  await useHands(tech);
  expect(await desktop.x.pointer()).toEqual(before);
  expect(await desktop.heldDown()).toEqual([]);
  person.say("differ");
  await expectMistrust(tech, person);
  expect(await person.event("stopped")).toMatchObject({ reason: "words_differ" });
});
