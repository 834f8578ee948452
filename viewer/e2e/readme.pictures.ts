import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { checkout } from "./support/folder.ts";
import { Host } from "./support/host.ts";
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
  await furnish();
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

/** Gives the desktop what a person at work may have open. */
async function furnish(): Promise<void> {
  await desktop.xdotool("mousemove", "700", "690");
  await desktop.run("xsetroot", ["-solid", "#35606a"]);
  const file = (name: string, text: string, mode = 0o644) =>
    writeFileSync(join(desktop.home.path, name), text, { mode });
  file("To do.txt", note);
  file("shell", shell);
  file("lpstat", queue, 0o755);
  file("cancel", 'rm -f "$HOME/stuck"\n', 0o755);
  file("stuck", "");
  mkdirSync(join(desktop.home.path, "Invoices"));
  for (let n = 101; n < 119; n++) file(`Invoices/2026-10-${n}.pdf`, "");
  const font = ["-fa", "DejaVu Sans Mono", "-fs", "11"];
  const look = ["-T", "Terminal", "-bg", "#10201f", "-fg", "#e6efe9", "+sb"];
  const run = ["-e", "bash", "--rcfile", "shell"];
  desktop.open("xterm", [...font, ...look, "-geometry", "76x24+36+40", ...run]);
  await desktop.window("^Terminal$");
  desktop.open("l3afpad", ["To do.txt"]);
  const editor = await desktop.window("To do");
  await desktop.xdotool("windowsize", editor.id, "600", "250");
  await desktop.xdotool("windowmove", editor.id, "640", "400");
}

const note = `Monday

- Second floor: the printer is silent since the power cut.
  The help desk calls back at half past nine (INC-1042)
- Zoë needs the invoices of October on paper
- Order toner
`;

// A shell that looks like somebody's, with the commands of a printer that this machine has not.
const shell =
  'PS1="\\[\\e[1;32m\\]anna@\\h\\[\\e[0m\\]:\\[\\e[1;34m\\]~\\[\\e[0m\\]$ "\nPATH=$HOME:$PATH\nclear\n';

const queue = `[ -e "$HOME/stuck" ] || exit 0
echo "second-floor-118  anna  48128   Mon 23 Nov 2026 08:02"
`;
