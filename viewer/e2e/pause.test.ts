import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { screenPicture } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host } from "./support/host.ts";
import { showPattern } from "./support/pattern.ts";
import { keepPictures, psnr } from "./support/picture.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// The person holds everything back for a while: to type a password, to read a letter.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;

beforeAll(async () => {
  desktop = await Desktop.start();
  await showPattern(desktop);
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

/** The bytes of video that the browser has received. */
function receivedBytes(): Promise<number> {
  return technician.page.evaluate(async () => {
    const video = document.querySelector<HTMLVideoElement>("[data-testid=screen]")!;
    return video.getVideoPlaybackQuality().totalVideoFrames;
  });
}

test("a pause shows nothing, lets nothing be done, and ends where it began", async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  const { page } = technician;
  const editor = await Editor.open(desktop, "secret.txt");
  const place = await editor.place();
  await technician.clickAt(place.x + 60, place.y + 80);
  await page.keyboard.type("seen ");
  await editor.holds("seen ");

  host.say("pause");
  const veil = page.getByTestId("paused");
  await veil.waitFor();
  expect(await veil.textContent()).toContain("The person has paused the session");
  expect(await page.getByTestId("mode").textContent()).toContain("Paused");
  const black = await veil.evaluate((e) => {
    const { width, height } = e.getBoundingClientRect();
    const around = e.parentElement!.getBoundingClientRect();
    return {
      covers: width === around.width && height === around.height,
      ground: getComputedStyle(e).backgroundColor,
    };
  });
  expect(black.covers).toBe(true);
  expect(black.ground).toMatch(/^rgb\(/); // not transparent, not even in part
  const frames = await receivedBytes();
  await page.keyboard.type("typed in the pause");
  await desktop.focus(await editor.place());
  await desktop.xdotool("type", "hunter2");
  await eventually("the person's own word is typed", async () =>
    (await editor.text()).includes("hunter2"),
  );
  await sleep(2_500); // what a technician has typed is for two seconds no word of the person's
  expect(await receivedBytes()).toBe(frames);
  expect(await editor.text()).not.toContain("typed in the pause");
  expect(await host.event("pause")).toBeTruthy();

  host.say("go on");
  await veil.waitFor({ state: "detached" });
  expect(await host.event("unpause")).toBeTruthy();
  await page.getByTestId("veil").waitFor({ state: "detached" });
  // What is seen is what is there now.
  await eventually("the picture is that of the screen", async () => {
    const [seen, real] = [await screenPicture(page), await desktop.screenshot()];
    const like = psnr(seen, real);
    if (like < 30) keepPictures("pause", { seen, real });
    return like >= 30;
  });
  // Control goes on without a click.
  const before = await editor.text();
  await page.keyboard.type("!");
  await editor.holds(before + "!");

  host.say("pause");
  await veil.waitFor();
  host.say("stop");
  await page.getByTestId("ended").waitFor();
});
