import { afterEach, beforeEach, expect, onTestFailed, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host } from "./support/host.ts";
import { Link } from "./support/link.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";
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

/** Begins a session with control over a link like that. */
async function session(words: string): Promise<Technician> {
  onTestFailed(() => console.error([host, link, relay, tech].map((p) => p?.report()).join("\n")));
  await link.set(words);
  host = Host.start(desktop, relay, [], link.far);
  tech = await Technician.signIn(relay, "ines");
  await tech.redeem(await host.code());
  await host.request();
  host.say("control");
  expect(await host.event("connected")).toMatchObject({ path: "direct" });
  await tech.seesScreen();
  return tech;
}

test("work is done over a bad link", async () => {
  const tech = await session("rate=5M delay=20ms loss=0.05");
  const work = new Work(desktop, await Editor.open(desktop));
  await work.isSeen(tech);
  await work.isDone(tech, "over the bad link");
  const { far, near } = await link.count();
  expect(near.leftBytes, "bytes of the picture").toBeGreaterThan(10_000);
  expect(far.leftPackets, "packets to the host").toBeGreaterThan(100);
  expect(near.lost + far.lost).toBeGreaterThan(0);
});

test("a link that is dead for ten seconds heals at once when it is back", async () => {
  const tech = await session("rate=20M delay=15ms");
  const work = new Work(desktop, await Editor.open(desktop));
  await link.set("down");
  await tech.connection("Reconnecting…");
  await sleep(10_000);
  await link.set("up");
  await tech.connection("Direct", 4_000);
  await work.isSeen(tech);
  await work.isDone(tech, "after the silence");
});

test("on a slow link the video is smaller, and a click lands where it is aimed", async () => {
  const tech = await session("rate=300k delay=75ms");
  const picture = tech.page.getByTestId("screen");
  const widths = () =>
    picture.evaluate((video: HTMLVideoElement) => [video.width, video.videoWidth] as const);
  await tech.may("control");
  const [whole, sent] = await widths();
  expect([whole, sent < whole]).toEqual([1280, true]);
  await tech.pointAt(1000, 600);
  const aimed = async () =>
    /^X=1000\nY=600$/m.test(await desktop.xdotool("getmouselocation", "--shell"));
  await eventually("the host's pointer is there", aimed);
});
