import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { removeMonitor, setMode, setMonitor, Target } from "./support/monitors.ts";
import type { Place, Rectangle } from "./support/monitors.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// A host with three monitors of different sizes and gaps between them. What the technician clicks on
// is what is pressed, whichever of them they look at and whatever happens to the monitors meanwhile.
const own = { x: 0, y: 0, width: 800, height: 600 };
const right = { x: 900, y: 200, width: 640, height: 480 };
const low = { x: 100, y: 640, width: 500, height: 250 };
const all = { x: 0, y: 0, width: 1540, height: 890 };

let relay: Relay;
let desktop: Desktop;
let targets: Target[];
let host: Host;
let tech: Technician;

beforeAll(async () => {
  relay = await Relay.start();
  await Technician.addTo(relay, "ines");
});

beforeEach(async () => {
  desktop = await Desktop.start({ width: 1600, height: 900 });
  await setMonitor(desktop, "own", own);
  await setMonitor(desktop, "right", right);
  await setMonitor(desktop, "low", low);
  targets = [];
  for (const [name, { x, y, width, height }] of Object.entries({ own, right, low })) {
    const inside = { x: x + 2, y: y + 2, width: width - 12, height: height - 40 };
    targets.push(await Target.open(desktop, `on ${name}`, inside));
  }
  host = Host.start(desktop, relay);
  tech = await Technician.signIn(relay, "ines");
  await tech.takesControl(host);
  await tech.page.getByTestId("monitors").waitFor();
});

afterEach(async () => {
  await tech?.close();
  await host?.stop();
  await desktop?.stop();
});

afterAll(() => relay?.remove());

const presses = (): Place[] => targets.flatMap((target) => target.presses);

/** The button of a monitor on the map. */
const onMap = (name: string) => tech.page.getByTestId("monitors").getByRole("button", { name });

/** Waits until the picture has the size of what is shown. Gives the time that it took, in ms. */
async function seesSize({ width, height }: Rectangle): Promise<number> {
  const began = performance.now();
  await tech.page.waitForFunction(
    ([width, height]) => {
      // The page lays it out anew a moment after the first picture of that size.
      const video = document.querySelector<HTMLVideoElement>("[data-testid=screen]")!;
      const isShown = video.videoWidth === width && video.videoHeight === height;
      return isShown && video.width === width && video.height === height;
    },
    [width, height],
    { timeout: 5_000, polling: 10 },
  );
  return performance.now() - began;
}

/** Waits until a click at a place of the picture is a press there. Gives the time, in ms. */
async function clicksAt(shown: Rectangle, at: Place): Promise<void> {
  const want = { x: shown.x + at.x, y: shown.y + at.y };
  await eventually("a press", async () => {
    const before = presses().length;
    await tech.clickAt(at.x, at.y);
    await sleep(60);
    return presses().some((p) => isNear(p, want)) && presses().length > before;
  }).catch(async (error: Error) => {
    const { x, y } = await desktop.x.pointer();
    const last = JSON.stringify(presses().slice(-3));
    throw new Error(
      `${error.message}; want ${want.x},${want.y}; the pointer is at ${x},${y}; ${last}`,
    );
  });
}

function isNear(p: Place, want: Place): boolean {
  return Math.abs(p.x - want.x) <= 2 && Math.abs(p.y - want.y) <= 2;
}

/** Places all over a rectangle where one of the targets is. */
function spots({ width, height }: Rectangle): Place[] {
  const [right, bottom] = [width - 40, height - 50];
  return [
    { x: 40, y: 50 },
    { x: right, y: 50 },
    { x: 40, y: bottom },
    { x: right, y: bottom },
    { x: Math.round(width / 2), y: Math.round(height / 2) },
  ];
}

/** Clicks at each place, and checks that it is pressed right there. */
async function isPrecise(shown: Rectangle, on: Rectangle): Promise<void> {
  for (const spot of spots(on)) {
    const want = { x: on.x + spot.x, y: on.y + spot.y };
    const before = presses().length;
    await tech.clickAt(want.x - shown.x, want.y - shown.y);
    await expect.poll(() => presses().length, { timeout: 3_000, interval: 10 }).toBe(before + 1);
    const pressed = await tech.page.evaluate(() => 0).then(() => desktop.x.pointer());
    expect(isNear(pressed, want), `${pressed.x},${pressed.y} for ${want.x},${want.y}`).toBe(true);
    expect(presses().some((p) => isNear(p, want))).toBe(true);
  }
}

test("the monitors are listed, and each is shown and clicked on precisely", async () => {
  const map = tech.page.getByTestId("monitors");
  expect(await map.getByRole("button").allInnerTexts()).toEqual(["1", "2", "3", "All"]);
  expect(await onMap("own").getAttribute("aria-pressed")).toBe("true");
  expect(await onMap("own").getAttribute("title")).toBe("own · 800 × 600, primary");
  await isPrecise(own, own);
  for (const [name, place] of Object.entries({ right, low, own })) {
    await onMap(name).click();
    await seesSize(place);
    await clicksAt(place, { x: 60, y: 60 });
    expect(await onMap(name).getAttribute("aria-pressed")).toBe("true");
    await isPrecise(place, place);
  }
  // Pixel for pixel, a picture that is larger than its room is scrolled.
  await tech.page.getByTestId("scale").click();
  await isPrecise(own, { ...own, height: 500 });
  await tech.page.getByTestId("scale").click();

  // By the keyboard, all of them at once.
  await onMap("All").focus();
  await tech.page.keyboard.press("Enter");
  await seesSize(all);
  await clicksAt(all, { x: 60, y: 60 });
  for (const place of [own, right, low]) await isPrecise(all, place);
  // Where no monitor is, nothing is pressed.
  const [before, pointer] = [presses().length, await desktop.x.pointer()];
  await tech.clickAt(850, 100);
  await sleep(300);
  expect(presses()).toHaveLength(before);
  expect(await desktop.x.pointer()).toEqual(pointer);
});

test("the primary monitor is shown within a second when the watched one goes", async () => {
  await onMap("right").click();
  await seesSize(right);
  await clicksAt(right, { x: 60, y: 60 });
  const [seen] = await Promise.all([seesSize(own), removeMonitor(desktop, "right")]);
  console.info(`the primary monitor was seen after ${Math.round(seen)} ms`);
  expect(seen).toBeLessThan(1000);
  expect(await tech.problem()).toContain("The monitor that you saw was disconnected.");
  await clicksAt(own, { x: 60, y: 60 });
  await isPrecise(own, own);
  await expect.poll(() => tech.page.getByTestId("monitors").getByRole("button").count()).toBe(3);

  // It comes back, and only the map shows that.
  await setMonitor(desktop, "right", right);
  await expect.poll(() => tech.page.getByTestId("monitors").getByRole("button").count()).toBe(4);
  await isPrecise(own, own);
});

test("a monitor that changes its size is seen in it within a second", async () => {
  const smaller = { ...own, width: 640, height: 400 };
  const [seen] = await Promise.all([seesSize(smaller), setMonitor(desktop, "own", smaller)]);
  expect(seen).toBeLessThan(1000);
  await clicksAt(smaller, { x: 60, y: 60 });
  await isPrecise(smaller, { ...smaller, height: 390 });
  // And one of a single monitor, as when its mode is changed.
  for (const name of ["right", "low", "own"]) await removeMonitor(desktop, name);
  await seesSize({ ...all, width: 1600, height: 900 });
  const mode = { x: 0, y: 0, width: 1200, height: 700 };
  const [again] = await Promise.all([seesSize(mode), setMode(desktop, mode.width, mode.height)]);
  expect(again).toBeLessThan(1000);
  await clicksAt(mode, { x: 60, y: 60 });
  await isPrecise(mode, own);
  expect(await tech.page.getByTestId("monitors").count()).toBe(0);
  console.info(`new sizes were seen after ${Math.round(seen)} and ${Math.round(again)} ms`);
});

test("no click lands elsewhere, whatever happens to the monitors", async () => {
  // The technician clicks all the time at one place of the window. That is one place on each of the
  // pictures; a press anywhere else would be of one picture and the place of another.
  const box = (await tech.page.getByTestId("screen").boundingBox())!;
  const at = { x: Math.round(box.x + box.width * 0.3), y: Math.round(box.y + box.height * 0.4) };
  const aim = async (shown: Rectangle): Promise<Place> => {
    const spot = await tech.page.getByTestId("screen").evaluate((element, at) => {
      const video = element as HTMLVideoElement;
      const { x, y, width, height } = video.getBoundingClientRect();
      const scale = Math.min(width / video.width, height / video.height);
      return { x: (at.x - x) / scale, y: (at.y - y) / scale };
    }, at);
    return { x: shown.x + spot.x, y: shown.y + spot.y };
  };
  const aims: Place[] = [await aim(own)];
  await onMap("right").click();
  await seesSize(right);
  await clicksAt(right, { x: 60, y: 60 });
  aims.push(await aim(right));
  const moved = { ...right, x: 910, y: 260 };
  await setMonitor(desktop, "right", moved);
  await sleep(700);
  await clicksAt(moved, { x: 60, y: 60 });
  aims.push(await aim(moved));

  const before = presses().length;
  let isClicking = true;
  const clicking = (async () => {
    for (; isClicking; await sleep(8)) await tech.page.mouse.click(at.x, at.y);
  })();
  const watch = (name: string) => onMap(name).evaluate((button) => (button as HTMLElement).click());
  for (let turn = 0; turn < 6; turn++) {
    await watch("own");
    await sleep(250);
    await watch("right");
    await sleep(250);
    await setMonitor(desktop, "right", turn % 2 ? moved : right);
    await sleep(250);
    if (turn % 3 < 2) continue;
    await removeMonitor(desktop, "right");
    await sleep(700);
    await setMonitor(desktop, "right", moved);
    await onMap("right").waitFor();
  }
  isClicking = false;
  await clicking;
  await sleep(500);
  const landed = targets.flatMap((t) => t.presses).length - before;
  const stray = presses().filter((p) => ![...aims, ...asides()].some((aim) => isNear(p, aim)));
  expect(stray).toEqual([]);
  for (const aim of aims) expect(presses().filter((p) => isNear(p, aim)).length).toBeGreaterThan(3);
  console.info(`${landed} clicks landed where they were aimed at`);
});

/** Where the test itself has clicked to see what is shown. */
function asides(): Place[] {
  return [right, { x: 910, y: 260 }].map(({ x, y }) => ({ x: x + 60, y: y + 60 }));
}
