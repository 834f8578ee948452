import { afterAll, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// Text between the clipboards of a real desktop and a real browser.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  copies("from before");
  host = Host.start(desktop, relay);
  technician = await Technician.signIn(relay, "ines");
  await technician.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
});

afterAll(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

/** The person copies something; xclip keeps it until somebody else does. */
function copies(text: string): void {
  desktop.open("sh", ["-c", 'printf %s "$0" | xclip -selection clipboard -quiet', text]);
}

const pasted = () => desktop.run("xclip", ["-selection", "clipboard", "-out"]);

test("text goes where the person has allowed it, and is gone from nowhere else", async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  const { page } = technician;
  const own = () => page.evaluate(() => navigator.clipboard.readText());
  const take = page.getByTestId("clipboard-take");
  const put = page.getByTestId("clipboard-put");
  const clip = (kind: string) => page.locator(`[data-testid=clip][data-kind=${kind}]`).waitFor();
  await technician.takesControl(host);
  await page.evaluate(() => navigator.clipboard.writeText("the technician's own"));
  expect(await take.getAttribute("data-state")).toBe("off");

  // What the person copies, from their yes on.
  copies("before the yes");
  await eventually("it is copied", async () => (await pasted()) === "before the yes");
  let from = host.linesSoFar;
  await take.click();
  await host.request(from);
  await expect.poll(() => take.getAttribute("data-state")).toBe("asked");
  host.say("control copy");
  await page.locator("[data-testid=clipboard-take][data-state=on]").waitFor();
  await sleep(500);
  expect(await own()).toBe("the technician's own");
  copies("<b>Grüße</b>\n世界");
  await clip("copied");
  expect(await own()).toBe("<b>Grüße</b>\n世界");
  await host.program.line(/gets what you copied \(15 characters\)/, 5_000);
  expect(await page.locator("[data-testid=clip] b").count()).toBe(0);

  // What the technician pastes, in an editor.
  from = host.linesSoFar;
  await put.click();
  await host.request(from);
  host.say("control copy paste");
  await page.locator("[data-testid=clipboard-put][data-state=on]").waitFor();
  const editor = await Editor.open(desktop, "paste.txt");
  const place = await editor.place();
  await technician.clickAt(place.x + 60, place.y + 80);
  await page.evaluate(() => navigator.clipboard.writeText("sudo “nothing”\tat all"));
  await page.keyboard.press("Control+V");
  await clip("there");
  await editor.holds("sudo “nothing”\tat all");
  expect(await pasted()).toBe("sudo “nothing”\tat all");
  await host.program.line(/put text into your clipboard \(21 characters\)/, 5_000);

  // All is taken back: the keys go, and no text does.
  host.say("control");
  await page.locator("[data-testid=clipboard-put][data-state=off]").waitFor();
  await page.evaluate(() => navigator.clipboard.writeText("never"));
  copies("after it was taken back");
  await eventually("it is copied", async () => (await pasted()) === "after it was taken back");
  await page.keyboard.press("Control+V");
  await editor.holds("sudo “nothing”\tat allafter it was taken back");
  expect(await own()).toBe("never");
  expect(host.events().filter((e) => e.event === "clipboard")).toMatchObject([
    { of: "technician", characters: 15 },
    { of: "host", characters: 21 },
  ]);
  const said = [relay.report(), JSON.stringify(host.events())].join("\n");
  for (const text of ["Grüße", "nothing", "before the yes"]) expect(said).not.toContain(text);
});
