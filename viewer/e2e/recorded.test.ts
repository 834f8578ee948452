import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually } from "./support/wait.ts";

// What the two people read of a recording, and what each of them can do about it.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician | undefined;

const readers = "Who can open the recording: Auditors (key held by the relay).";

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
});

afterEach(async () => {
  await technician?.close();
  technician = undefined;
  await host?.stop();
});

afterAll(async () => {
  await relay?.remove();
  await desktop?.stop();
});

/** Waits until the technician reads how the recording stands, and gives what is behind it. */
async function reads(tech: Technician, label: string): Promise<string | null> {
  const badge = tech.page.getByTestId("recorded");
  await badge.filter({ hasText: label }).waitFor();
  return badge.getAttribute("title");
}

test("the technician asks, the person agrees, holds it back, and sees what was done", async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  await relay.changeRules({ recording: "optional", recordingPausable: true });
  host = Host.start(desktop, relay);
  const tech = (technician = await Technician.signIn(relay, "ines"));
  await tech.page.getByTestId("ask-record").check();
  await tech.redeem(await host.code());
  expect(await tech.page.getByTestId("waiting-recording").textContent()).toBe(
    "the person is asked",
  );
  const request = await host.request();
  expect(request).toContain("They ask to record the session, which you decide by itself.");
  expect(request).toContain(readers);
  host.program.say("control record");
  await tech.seesScreen();
  expect(await reads(tech, "Recorded")).toBe(readers);
  host.program.say("pause recording");
  expect(await reads(tech, "Recording paused")).toContain("in no recording");
  host.program.say("go on recording");
  await reads(tech, "Recorded");
  host.say("stop");
  await tech.ended();
  const [address] = await host.program.line(/^https:\/\/\S+\/mine#s_\w+\.\S+$/, 15_000, 0);
  expect(address).toContain(relay.url);
});

test("no recording without a yes to it", async ({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  await relay.changeRules({ recording: "optional" });
  host = Host.start(desktop, relay);
  const tech = (technician = await Technician.signIn(relay, "ines"));
  await tech.page.getByTestId("ask-record").check();
  await tech.redeem(await host.code());
  await host.request();
  host.say("control");
  await tech.seesScreen();
  await tech.may("control");
  expect(await tech.page.getByTestId("recorded").count()).toBe(0);
});

test("where it is required, a yes is one to the recording too", async ({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  await relay.changeRules({ recording: "required", recordingPausable: false });
  host = Host.start(desktop, relay);
  const tech = (technician = await Technician.signIn(relay, "ines"));
  expect(await tech.page.getByTestId("ask-record").count()).toBe(0);
  await tech.page.getByText("Your organisation records every session.").waitFor();
  await tech.redeem(await host.code());
  const request = await host.request();
  expect(request).toContain("The session will be recorded.");
  expect(request).toContain("Without the recording there is no session.");
  expect((await host.event("request"))["recorded"]).toBe(true);
  host.say("view");
  await tech.seesScreen();
  expect(await reads(tech, "Recorded")).toBe(readers);
  const from = host.linesSoFar;
  host.program.say("pause recording");
  await host.program.line(/does not let the recording be paused/, 15_000, from);
  await eventually("it goes on", async () => (await reads(tech, "Recorded")) === readers);
});
