import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { screenPicture } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host } from "./support/host.ts";
import { blockUDP } from "./support/network.ts";
import { showPattern } from "./support/pattern.ts";
import { keepPictures, psnr, type Picture } from "./support/picture.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// The main job, as people do it: a person at a real desktop reads a code out, a technician works on
// it in a real browser, through a real relay.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician | undefined;

beforeAll(async () => {
  desktop = await Desktop.start();
  await showPattern(desktop);
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
});

beforeEach(() => {
  host = Host.start(desktop, relay);
});

afterEach(async () => {
  await technician?.close();
  technician = undefined;
  await host.stop();
});

afterAll(async () => {
  await relay?.remove();
  await desktop?.stop();
});

/** What is typed into the editor: shift, digits, punctuation, umlauts, an emoji. */
const typed = 'Hello, Ines! 0123456789 (50% off; "quoted" & more?) [Zwölf Boxkämpfer: ÄÖÜß] 😀';

/** Waits until the browser shows what the X server shows: luma of at least 30 dB. */
async function seesTheScreen(who: Technician): Promise<number> {
  let last = 0;
  let pictures: Record<string, Picture> = {};
  await eventually("the picture in the browser is that of the screen", async () => {
    pictures = { seen: await screenPicture(who.page), real: await desktop.screenshot() };
    last = psnr(pictures["seen"]!, pictures["real"]!);
    return last >= 30;
  }).catch((error: Error) => {
    keepPictures("session", pictures);
    throw new Error(`${error.message}; luma PSNR ${last.toFixed(1)} dB`);
  });
  return last;
}

test.for([
  { by: "the best path", query: "", path: "direct", transport: "direct, udp" },
  { by: "TURN over UDP", query: "?path=relay", path: "relay", transport: "relayed, udp" },
  { by: "TURN over TLS", query: "?path=relay", path: "relay", transport: "relayed, tls" },
])("the main job by $by", async ({ query, path, transport }, { onTestFailed, onTestFinished }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  if (transport.endsWith("tls")) onTestFinished(await blockUDP(relay.port));
  const editor = await Editor.open(desktop, `note-${transport.replaceAll(/\W+/g, "-")}.txt`);
  const place = await editor.place();
  const inEditor = { x: place.x + 60, y: place.y + 80 };

  // The person reads the code out; the technician types it and is named to the person.
  const tech = (technician = await Technician.signIn(relay, "ines", query));
  await tech.redeem(await host.code());
  await tech.page.getByTestId("waiting").waitFor();
  const request = await host.request();
  expect(request).toContain("ines (Example Help Desk)");
  expect(request).toContain("see your screen and use your mouse and keyboard");
  expect(request).toContain("will not be recorded");

  // "view": the desktop is seen, and nothing that the technician does reaches it.
  host.say("view");
  await tech.seesScreen();
  expect((await host.event("granted"))["scopes"]).toEqual(["view"]);
  await seesTheScreen(tech);
  expect(await host.event("connected")).toMatchObject({ path });
  const rest = await desktop.x.pointer();
  await tech.clickAt(inEditor.x, inEditor.y);
  await tech.page.keyboard.type("nobody allowed this");
  await sleep(500);
  expect(await desktop.x.pointer()).toEqual(rest);
  expect(await editor.text()).toBe("");

  // "control": the technician works.
  host.say("control");
  await tech.page.locator("[data-testid=mode].control").waitFor();
  await tech.clickAt(inEditor.x, inEditor.y);
  await tech.page.keyboard.type(typed, { delay: 30 });
  await editor.holds(typed);
  const before = await desktop.window("^pattern$");
  const grip = { x: before.x + 200, y: before.y - Math.round(before.titleHeight / 2) };
  await desktop.focus(before);
  await tech.drag(grip, { x: grip.x + 48, y: grip.y + 32 });
  await expect
    .poll(() => desktop.window("^pattern$"), { timeout: 5_000 })
    .toMatchObject({ x: before.x + 48, y: before.y + 32 });
  await tech.drag({ x: grip.x + 48, y: grip.y + 32 }, grip);
  await tech.page.getByTestId("stats-toggle").click();
  await expect.poll(() => tech.page.getByTestId("stats").textContent()).toContain(transport);

  // "stop", while a key and a button are down: both come up, and the next key arrives nowhere.
  await desktop.focus(await editor.place());
  await tech.clickAt(inEditor.x, inEditor.y);
  await tech.page.keyboard.down("Shift");
  await tech.page.mouse.down();
  await expect.poll(() => desktop.heldDown()).toHaveLength(2);
  host.say("stop");
  await expect.poll(() => desktop.heldDown(), { timeout: 1_000, interval: 20 }).toEqual([]);
  await tech.page.keyboard.press("a");
  await tech.page.mouse.up();
  await expect(tech.page.getByTestId("ended").getAttribute("data-cause")).resolves.toBe(
    "host_stopped",
  );
  expect(await host.event("stopped")).toMatchObject({ reason: "host_stopped" });
  await sleep(300);
  expect(await desktop.heldDown()).toEqual([]);
  await editor.holds(typed);
});
