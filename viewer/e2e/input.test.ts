import type { CDPSession } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { pageSpot } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { sleep } from "./support/wait.ts";
import { Watcher } from "./support/watcher.ts";

// Hands of every kind, in a small window on a dense display: three pixels of it for two of CSS, and
// a picture that is shown at about half its size.
const display = { width: 900, height: 620, deviceScaleFactor: 1.5, hasTouch: true };

let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;
let fingers: CDPSession;
let watcher: Watcher | undefined;

beforeAll(async () => {
  desktop = await Desktop.start({ width: 1600, height: 900 });
  relay = await Relay.start();
  await Technician.addTo(relay, "ines");
  host = Host.start(desktop, relay);
  technician = await Technician.signIn(relay, "ines", "", display);
  await technician.takesControl(host);
  fingers = await technician.page.context().newCDPSession(technician.page);
});

afterAll(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

afterEach(async () => {
  await watcher?.close();
  watcher = undefined;
});

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error([host, technician].map((p) => p?.report()).join("\n")));
});

async function open(): Promise<Watcher> {
  return (watcher = await Watcher.open(desktop));
}

interface Place {
  x: number;
  y: number;
}

/** Puts fingers on the page, moves or lifts them: those that are listed are down after it. */
async function touch(type: "touchStart" | "touchMove" | "touchEnd", places: Place[]) {
  await fingers.send("Input.dispatchTouchEvent", {
    type,
    touchPoints: places.map(({ x, y }, id) => ({ x, y, id })),
  });
}

const onPage = (at: Place) => pageSpot(technician.page, at.x, at.y);

async function tap(at: Place, held = 50): Promise<void> {
  await touch("touchStart", [await onPage(at)]);
  await sleep(held);
  await touch("touchEnd", []);
}

/** How wide the picture is drawn, in CSS pixels. */
const drawnWidth = () =>
  technician.page.getByTestId("screen").evaluate((e) => e.getBoundingClientRect().width);

test("the pointer is within two pixels of where the technician points", async () => {
  for (const at of [
    { x: 3, y: 3 },
    { x: 401, y: 333 },
    { x: 800, y: 450 },
    { x: 1203, y: 777 },
    { x: 1596, y: 896 },
  ]) {
    await technician.pointAt(at.x, at.y);
    const off = async () => {
      const is = await desktop.x.pointer();
      return Math.max(Math.abs(is.x - at.x), Math.abs(is.y - at.y));
    };
    await expect.poll(off, { timeout: 3_000, interval: 30 }).toBeLessThanOrEqual(2);
  }
});

test("buttons, a double click and the wheel with its fractions", async () => {
  const watcher = await open();
  const { mouse } = technician.page;
  const at = await onPage(watcher.at(200, 200));
  const there = watcher.at(200, 200);
  const isThere = async () => {
    await mouse.move(at.x, at.y);
    const is = await desktop.x.pointer();
    return Math.abs(is.x - there.x) <= 2 && Math.abs(is.y - there.y) <= 2;
  };
  await expect.poll(isThere, { timeout: 10_000, interval: 50 }).toBe(true);
  await mouse.click(at.x, at.y, { button: "right" });
  await mouse.click(at.x, at.y, { button: "middle" });
  await mouse.dblclick(at.x, at.y);
  const click = (n: number) => [`button ${n} down`, `button ${n} up`];
  await watcher.sees([3, 2, 1, 1].flatMap(click));
  watcher.clear();
  // A trackpad: many small parts of a notch, which Chromium counts in pixels of the display.
  await technician.page.evaluate(() => {
    Object.assign(window, { rolled: 0 });
    window.addEventListener(
      "wheel",
      (e) => ((window as unknown as { rolled: number }).rolled += e.deltaY),
      { capture: true },
    );
  });
  for (let n = 0; n < 70; n++) await mouse.wheel(0, 10);
  const rolled = await technician.page.evaluate(
    () => (window as unknown as { rolled: number }).rolled,
  );
  expect(rolled).toBeGreaterThan(300);
  const down = Array<string[]>(Math.floor(rolled / 100))
    .fill(click(5))
    .flat();
  await watcher.sees(down);
  await mouse.wheel(180, 0);
  await watcher.sees([...down, ...click(7)]);
});

test("fingers tap, rest, drag, scroll and zoom", async () => {
  const watcher = await open();
  const at = watcher.at(200, 150);
  await tap(at);
  await watcher.sees(["button 1 down", "button 1 up"]);
  const { x, y } = await desktop.x.pointer();
  expect(Math.max(Math.abs(x - at.x), Math.abs(y - at.y))).toBeLessThanOrEqual(2);
  await sleep(500);
  watcher.clear();
  await tap(at, 700);
  await watcher.sees(["button 3 down", "button 3 up"]);

  // Two fingers that go up by 120 CSS pixels: three notches down.
  watcher.clear();
  const spot = await onPage(watcher.at(150, 300));
  const pair = (dy: number) => [
    { x: spot.x, y: spot.y - dy },
    { x: spot.x + 60, y: spot.y - dy },
  ];
  await touch("touchStart", pair(0));
  for (let dy = 10; dy <= 120; dy += 10) await touch("touchMove", pair(dy));
  await touch("touchEnd", []);
  await watcher.sees(Array<string[]>(3).fill(["button 5 down", "button 5 up"]).flat());

  // Spread, they zoom the view around them; what is under them stays there, and taps still hit.
  watcher.clear();
  const before = await drawnWidth();
  const under = await onPage(at);
  const spread = (by: number) => [
    { x: under.x - by, y: under.y },
    { x: under.x + by, y: under.y },
  ];
  await touch("touchStart", spread(30));
  for (let by = 35; by <= 60; by += 5) await touch("touchMove", spread(by));
  await touch("touchEnd", []);
  expect((await drawnWidth()) / before).toBeCloseTo(60 / 30, 1);
  const after = await onPage(at);
  expect(Math.hypot(after.x - under.x, after.y - under.y)).toBeLessThan(20);
  await tap(at);
  await watcher.sees(["button 1 down", "button 1 up"]);
  const there = await desktop.x.pointer();
  expect(Math.max(Math.abs(there.x - at.x), Math.abs(there.y - at.y))).toBeLessThanOrEqual(2);

  // Another way to show it begins anew.
  await technician.page.getByTestId("scale").click();
  await technician.page.getByTestId("scale").click();
  await expect.poll(drawnWidth).toBeCloseTo(before, 0);
  expect(await desktop.heldDown()).toEqual([]);
});

test("a finger that rests and then moves drags a window", async () => {
  const watcher = await open();
  const { x, y, titleHeight } = watcher.place;
  const grip = { x: x + 120, y: y - Math.round(titleHeight / 2) };
  const path = async (step: number) => onPage({ x: grip.x + step * 4, y: grip.y + step * 2 });
  await touch("touchStart", [await path(0)]);
  await sleep(650);
  for (let step = 1; step <= 25; step++) {
    await touch("touchMove", [await path(step)]);
    await sleep(40);
  }
  await touch("touchEnd", []);
  const moved = async () => {
    const now = await watcher.placeNow();
    return Math.max(Math.abs(now.x - x - 100), Math.abs(now.y - y - 50));
  };
  await expect.poll(moved, { timeout: 5_000 }).toBeLessThanOrEqual(4);
});

test("the host's Caps Lock changes nothing of what the technician types", async () => {
  const editor = await Editor.open(desktop);
  const place = await editor.place();
  await desktop.xdotool("key", "Caps_Lock");
  await technician.clickAt(place.x + 60, place.y + 80);
  const typed = "Caps Lock is ON here: aA zZ 1! äÄ é € @ 😀";
  await technician.page.keyboard.type(typed, { delay: 30 });
  await sleep(300);
  await desktop.xdotool("key", "Caps_Lock");
  await editor.holds(typed);
});

test("keys that the browser keeps are sent from a menu", async () => {
  const { page } = technician;
  const watcher = await open();
  await technician.clickAt(watcher.place.x + 50, watcher.place.y + 50);
  await watcher.sees(["button 1 down", "button 1 up"]);
  const send = async (keys: string) => {
    watcher.clear();
    await page.getByTestId("keys").click();
    await page.locator(`[data-keys="${keys}"]`).click();
    await page.getByTestId("keys-menu").waitFor({ state: "detached" });
  };
  await send("Ctrl+Alt+Del");
  const down = ["Control_L down", "Alt_L down", "Delete down"];
  await watcher.sees([...down, "Delete up", "Alt_L up", "Control_L up"]);
  await send("Ctrl+W");
  await watcher.sees(["Control_L down", "w down", "w up", "Control_L up"]);
  await send("System key");
  await watcher.sees(["Super_L down", "Super_L up"]);

  // What is typed next goes to the host, with no click in between.
  watcher.clear();
  await page.keyboard.press("x");
  await watcher.sees(["x down", "x up"]);

  // By keyboard alone: up from the first is the last; Escape closes it and nothing is sent.
  watcher.clear();
  await page.getByTestId("keys").focus();
  await page.keyboard.press("Enter");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-keys"));
  await expect.poll(focused).toBe("Ctrl+Alt+Del");
  await page.keyboard.press("ArrowUp");
  await expect.poll(focused).toBe("Num Lock");
  await page.keyboard.press("Escape");
  await page.getByTestId("keys-menu").waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  for (let n = 0; n < 7; n++) await page.keyboard.press("ArrowDown");
  await expect.poll(focused).toBe("Esc");
  await page.keyboard.press("Enter");
  await watcher.sees(["Escape down", "Escape up"]);

  await send("Alt+F4");
  expect(await watcher.ended).toBeDefined();
  expect(await desktop.heldDown()).toEqual([]);
});

test("in full screen the keys are the host's, and the browser's again after it", async () => {
  const { page } = technician;
  await page.evaluate(() => {
    const log: string[] = [];
    const { keyboard } = navigator as unknown as { keyboard: Record<string, () => unknown> };
    for (const name of ["lock", "unlock"]) {
      const real = keyboard[name]!.bind(keyboard);
      keyboard[name] = () => {
        const result = real();
        void Promise.resolve(result).then(
          () => log.push(name),
          (error: Error) => log.push(`${name}: ${error.message}`),
        );
        return result;
      };
    }
    Object.assign(window, { lockLog: log });
  });
  const lockLog = () => page.evaluate(() => (window as unknown as { lockLog: string[] }).lockLog);
  const watcher = await open();
  await technician.clickAt(watcher.place.x + 50, watcher.place.y + 50);
  await watcher.sees(["button 1 down", "button 1 up"]);
  watcher.clear();
  await page.getByRole("button", { name: "Full screen" }).click();
  await expect.poll(lockLog).toEqual(["lock"]);
  expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+w");
  const control = ["Control_L down", "w down", "w up", "Control_L up"];
  await watcher.sees(["Escape down", "Escape up", ...control]);
  expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await page.getByRole("button", { name: "Full screen" }).click();
  await expect.poll(lockLog).toEqual(["lock", "unlock"]);
});
