import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { checkout } from "./support/folder.ts";
import { Host } from "./support/host.ts";
import { furnish } from "./support/furniture.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { sleep } from "./support/wait.ts";

// The pictures of the README, taken from a real session by `make pictures`.
const images = join(checkout, ".github", "images");
const most = 300_000; // bytes: they are in every clone

let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;

beforeAll(async () => {
  mkdirSync(images, { recursive: true });
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  host = Host.start(desktop, relay);
  technician = await Technician.signIn(relay, "ines");
});

afterAll(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

test("the technician's page, from the code to the desktop", async () => {
  await furnish(desktop);
  const { page } = technician;
  await page.getByTestId("code").fill(await host.code());
  await page.getByLabel(/^Ticket/).fill("INC-1042");
  await take("start.png");
  await page.getByTestId("connect").click();
  await host.request();
  host.say("control");
  await technician.seesScreen();
  await page.locator("[data-testid=mode].control").waitFor();
  await work("^Terminal$");
  await page.keyboard.type("lpstat -o\ncancel second-floor-118\nlpstat -o\nls Invoices\n", pace);
  await work("To do");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nThe queue is clear again. Ines, 9:41", pace);
  await sleep(4_000); // until the picture is as sharp as it gets
  await take("session.png");
});

const pace = { delay: 60 };

/** Clicks into a window as the technician, who types there next. */
async function work(title: string): Promise<void> {
  const { x, y, width, height } = await desktop.window(title);
  await technician.clickAt(x + width * 0.75, y + height * 0.5);
  await sleep(300);
}

async function take(name: string): Promise<void> {
  const path = join(images, name);
  await technician.page.screenshot({ path });
  expect(statSync(path).size, `${name}, in bytes`).toBeLessThan(most);
}
