import { afterEach, beforeEach, expect, onTestFailed, test } from "vitest";
import { Editor } from "./support/editor.ts";
import { Setting } from "./support/setting.ts";
import type { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";
import { Work } from "./support/work.ts";

// The host is elsewhere: what it and the technician say to each other crosses a network that a test
// makes as bad as it likes. What this is measured to feel like is in badlink.figures.ts.
let setting: Setting;

beforeEach(async () => {
  setting = await Setting.start({ linked: true });
}, 300_000);

afterEach(() => setting?.stop());

/** Begins a session with control over a link like that, direct or relayed. */
async function session(words: string, path: "direct" | "relay" = "direct"): Promise<Technician> {
  onTestFailed(() => console.error(setting.report()));
  await setting.link.set(words);
  await setting.ask(path === "relay" ? "?path=relay" : "");
  setting.host.say("control");
  expect(await setting.host.event("connected")).toMatchObject({ path });
  await setting.tech.seesScreen();
  return setting.tech;
}

test.for(["direct", "relay"] as const)("work is done over a bad link, %s", async (path) => {
  const tech = await session("rate=5M delay=20ms loss=0.05", path);
  const work = new Work(setting.desktop, await Editor.open(setting.desktop));
  await work.isSeen(tech);
  await work.isDone(tech, "over the bad link");
  const { far, near } = await setting.link.count();
  expect(near.leftBytes, "bytes of the picture").toBeGreaterThan(10_000);
  expect(far.leftPackets, "packets to the host").toBeGreaterThan(100);
  expect(near.lost + far.lost).toBeGreaterThan(0);
});

test("a link that is dead for ten seconds heals at once when it is back", async () => {
  const tech = await session("rate=20M delay=15ms");
  const work = new Work(setting.desktop, await Editor.open(setting.desktop));
  await setting.link.set("down");
  await tech.connection("Reconnecting…");
  await sleep(10_000);
  await setting.link.set("up");
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
    /^X=1000\nY=600$/m.test(await setting.desktop.xdotool("getmouselocation", "--shell"));
  await eventually("the host's pointer is there", aimed);
});
