import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";

let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "mallory");
  await Technician.addTo(relay, "ines");
});

afterEach(async () => {
  await technician?.close();
  await host?.stop();
});

afterAll(async () => {
  await relay?.remove();
  await desktop?.stop();
});

test("whoever was called by nobody is told so, and asks here no more", async ({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  host = Host.start(desktop, relay);
  technician = await Technician.signIn(relay, "mallory");
  const { page } = technician;
  await technician.redeem(await host.code());
  await host.request();
  const before = host.linesSoFar;
  host.say("report");
  const ended = page.getByTestId("ended");
  await ended.waitFor();
  expect(await ended.getAttribute("data-cause")).toBe("reported");
  expect(await ended.locator("h1").textContent()).toBe("The person says that they called nobody.");
  expect(await host.event("stopped")).toMatchObject({ reason: "reported" });

  // Another code does not help: the person is not asked again.
  await page.getByTestId("new-session").click();
  await technician.redeem(await host.code(before));
  await ended.waitFor();
  expect(await ended.getAttribute("data-cause")).toBe("declined");
  expect(host.program.lines.slice(before).join("\n")).not.toContain("Request:");

  // Whoever else asks is shown.
  const codes = () => host.events().filter(({ event }) => event === "code");
  await expect.poll(() => codes().length).toBe(3);
  await technician.close();
  technician = await Technician.signIn(relay, "ines");
  await technician.redeem(String(codes()[2]!["code"]));
  expect(await host.request(before)).toContain("ines (Example Help Desk)");
});
