import { afterEach, beforeEach, expect, onTestFailed, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host } from "./support/host.ts";
import { Link } from "./support/link.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { Work } from "./support/work.ts";

// The host is elsewhere: what it and the technician say to each other crosses a network that a test
// makes as bad as it likes. What this is measured to feel like is in badlink.figures.ts.
let desktop: Desktop;
let link: Link;
let relay: Relay;
let host: Host | undefined;
let tech: Technician | undefined;

beforeEach(async () => {
  await Link.build();
  desktop = await Desktop.start();
  link = await Link.start();
  relay = await Relay.start([], link.near);
  await Technician.addTo(relay, "ines");
}, 300_000);

afterEach(async () => {
  await tech?.close();
  await host?.stop();
  await relay?.remove();
  await link?.stop();
  await desktop?.stop();
  host = tech = undefined;
});

test("work is done over a bad link", async () => {
  onTestFailed(() => console.error([host, link, relay, tech].map((p) => p?.report()).join("\n")));
  await link.set("rate=5M delay=20ms loss=0.05");
  host = Host.start(desktop, relay, [], link.far);
  tech = await Technician.signIn(relay, "ines");
  await tech.redeem(await host.code());
  await host.request();
  host.say("control");
  expect(await host.event("connected")).toMatchObject({ path: "direct" });
  await tech.seesScreen();
  const work = new Work(desktop, await Editor.open(desktop));
  await work.isSeen(tech);
  await work.isDone(tech, "over the bad link");
  const { far, near } = await link.count();
  expect(near.leftBytes, "bytes of the picture").toBeGreaterThan(10_000);
  expect(far.leftPackets, "packets to the host").toBeGreaterThan(100);
  expect(near.lost + far.lost).toBeGreaterThan(0);
});
