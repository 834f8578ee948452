import { afterAll, beforeAll, expect, test } from "vitest";
import { pageSpot } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { showPattern } from "./support/pattern.ts";
import { otherPointer, ownPointer } from "./support/pointer.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// The host's pointer as a technician sees it, on a desktop with a terminal (an I-beam) and a bare
// background (an arrow).
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;
const beside = { x: 1200, y: 650 }; // no window is there
const elsewhere = { x: 1100, y: 30 };
let inTerminal: { x: number; y: number };

beforeAll(async () => {
  desktop = await Desktop.start();
  const terminal = await showPattern(desktop);
  inTerminal = { x: terminal.x + 300, y: terminal.y + 300 };
  relay = await Relay.start([]);
  await Technician.addTo(relay, "ines");
  host = Host.start(desktop, relay);
  technician = await Technician.signIn(relay, "ines", "", { width: 1000, height: 700 });
});

afterAll(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

const person = (at: { x: number; y: number }) =>
  desktop.xdotool("mousemove", String(at.x), String(at.y));

/** Waits until the picture of the host's pointer points at a pixel of the screen. */
async function points(at: { x: number; y: number }): Promise<void> {
  const { page } = technician;
  const want = await pageSpot(page, at.x, at.y);
  const shape = await desktop.x.cursor();
  let last: { x: number; y: number } | undefined;
  await eventually("the host's pointer at its place", async () => {
    last = await otherPointer(page, shape);
    return last && Math.abs(last.x - want.x) <= 2 && Math.abs(last.y - want.y) <= 2;
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify({ last, want })}`);
  });
}

/** Waits until the browser's own pointer has the pixels that the X server's has. */
async function looksAlike(): Promise<void> {
  const { page } = technician;
  let furthest = Infinity;
  await eventually("the browser's pointer looks like the host's", async () => {
    const real = (await desktop.x.cursor()).pixels;
    const { pixels } = await ownPointer(page);
    if (pixels.length !== real.length) return false;
    furthest = Math.max(...pixels.map((v, n) => Math.abs(v - real[n]!)));
    return furthest <= 2; // a canvas keeps colours multiplied by their alpha
  }).catch((error: Error) => {
    throw new Error(`${error.message}: a value differs by ${furthest}`);
  });
}

test("the host's pointer is seen, followed, taken over and lost", async ({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p.report()).join("\n")));
  const { page } = technician;
  const other = page.getByTestId("host-pointer");
  await person(beside);
  await technician.redeem(await host.code());
  await host.request();
  host.say("view");
  await technician.seesScreen();

  // Who watches sees where the person points, and keeps the browser's usual pointer.
  await points(beside);
  expect((await ownPointer(page)).css).toBe("");
  for (let step = 0; step <= 10; step++) {
    await person({ x: 1000 + 10 * step, y: 300 + 20 * step });
    await sleep(15);
  }
  await points({ x: 1100, y: 500 });
  await person(inTerminal);
  await points(inTerminal);
  const box = await page.getByTestId("screen").boundingBox();
  expect(box!.width).toBeLessThan(desktop.x.width); // the screen is shown smaller than it is

  // Who controls moves the browser's own, which looks like the host's.
  host.say("control");
  await technician.may("control");
  await technician.pointAt(elsewhere.x, elsewhere.y);
  await other.waitFor({ state: "hidden" });
  await looksAlike();
  const arrow = await ownPointer(page);
  await technician.pointAt(inTerminal.x, inTerminal.y);
  await looksAlike();
  expect((await ownPointer(page)).pixels).not.toEqual(arrow.pixels);
  expect(await other.isVisible()).toBe(false);

  // The person moves it away: it is seen where it is, and the technician's own is a dot.
  await person(beside);
  await points(beside);
  await expect.poll(async () => (await ownPointer(page)).css).toContain("crosshair");
  await technician.pointAt(elsewhere.x, elsewhere.y);
  await other.waitFor({ state: "hidden" });
  await looksAlike();

  // Control is taken back: the host's pointer is seen again, though nobody has moved it.
  host.say("view");
  await technician.may("view");
  await points(elsewhere);
  expect((await ownPointer(page)).css).toBe("");

  host.say("stop");
  await technician.ended();
  expect(await other.count()).toBe(0);
});
