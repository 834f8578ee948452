import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { sleep } from "./support/wait.ts";

// The two write to each other: a terminal on one side, a page on the other.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
});

beforeEach(async () => {
  host = Host.start(desktop, relay);
  technician = await Technician.signIn(relay, "ines");
  await technician.takesControl(host);
});

afterEach(async () => {
  await technician?.close();
  await host?.stop();
});

afterAll(async () => {
  await relay?.remove();
  await desktop?.stop();
});

test("what one writes the other reads, as text and nothing else", async ({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  const { page } = technician;
  const editor = await Editor.open(desktop, "chat.txt");
  const place = await editor.place();
  await technician.clickAt(place.x + 60, place.y + 80);

  // A message comes while the panel is closed: a badge, and a screen reader reads it out.
  host.say("say Is it <b>safe</b>? <img src=x onerror=alert(1)>");
  const unread = page.getByTestId("chat-unread");
  await unread.waitFor();
  expect(await unread.textContent()).toBe("1");
  expect(await page.locator(".desktop > [role=status]").textContent()).toContain(
    "Is it <b>safe</b>?",
  );

  await page.keyboard.press("Control+Alt+Shift+C");
  const panel = page.getByTestId("chat");
  await panel.waitFor();
  await unread.waitFor({ state: "detached" });
  expect(await panel.locator("[role=log]").getAttribute("aria-live")).toBe("polite");
  expect(await panel.locator(".line").allTextContents()).toEqual([
    "They: Is it <b>safe</b>? <img src=x onerror=alert(1)>",
  ]);
  expect(await panel.locator("img, b").count()).toBe(0);

  // The keyboard is in the field: nothing of it reaches the host's desktop.
  await page.keyboard.type("Yes. Click Allow\u202e, please.");
  await page.keyboard.press("Enter");
  await host.program.line(/^ines \(Example Help Desk\): Yes\. Click Allow, please\.$/, 5_000);
  await panel.locator(".line.mine[data-heard=true]").waitFor();
  expect(await editor.text()).toBe("");
  await host.event("chat", 5_000, 2);
  expect(host.events().some((e) => JSON.stringify(e).includes("Allow"))).toBe(false);

  // In a pause they still can, and the end of the pause takes no keyboard away.
  host.say("pause");
  await page.getByTestId("paused").waitFor();
  await page.getByTestId("chat-text").click();
  await page.keyboard.type("I wait");
  await sleep(2_500); // what the technician has typed on the host is no word of the person's by now
  host.say("go on");
  await page.getByTestId("paused").waitFor({ state: "detached" });
  await page.keyboard.type(".");
  await page.getByTestId("chat-send").click();
  await host.program.line(/^ines \(Example Help Desk\): I wait\.$/, 5_000);
  expect(await editor.text()).toBe("");

  // Escape goes back to the screen, where the keyboard is the host's again.
  await page.getByTestId("chat-text").press("Escape");
  await panel.waitFor({ state: "detached" });
  await page.keyboard.type("ok");
  await editor.holds("ok");
});

test("what is too much is said to be so, and kept", async ({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  const { page } = technician;
  await page.getByTestId("chat-toggle").click();
  await page.getByTestId("chat-empty").waitFor();
  const field = page.getByTestId("chat-text");
  await field.fill("x".repeat(1001));
  await page.getByTestId("chat-send").click();
  expect(await page.getByTestId("chat-trouble").textContent()).toContain("longer than 1,000");
  expect(await field.inputValue()).toHaveLength(1001);
  const trouble = page.getByTestId("chat-trouble");
  const lines = page.getByTestId("chat").locator(".line.mine");
  const isTooMuch = async () =>
    (await trouble.allTextContents()).join().includes("too much at once");
  let sent = 0;
  for (; ; sent++) {
    await field.fill(`message ${sent + 1}`);
    await field.press("Enter");
    await expect.poll(async () => (await lines.count()) > sent || isTooMuch()).toBe(true);
    if (await isTooMuch()) break;
  }
  expect(sent).toBeGreaterThanOrEqual(20);
  expect(await field.inputValue()).toBe(`message ${sent + 1}`);
  expect(await lines.count()).toBe(sent);
  await host.event("chat", 5_000, sent);
  // It is gone after the session.
  host.say("stop");
  await page.getByTestId("new-session").click();
  await page.getByTestId("code").waitFor();
  expect(await page.getByText("message 1").count()).toBe(0);
});
