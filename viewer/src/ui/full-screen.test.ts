import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toggleFullScreen } from "./full-screen.ts";

/** A document and a keyboard that note what is asked of them. */
function setUp({ canLock = true, isRefused = false } = {}) {
  const log: string[] = [];
  const page = Object.assign(new EventTarget(), {
    fullscreenElement: null as unknown,
    exitFullscreen: () => Promise.resolve(change(null)),
  });
  const change = (to: unknown) => {
    page.fullscreenElement = to;
    page.dispatchEvent(new Event("fullscreenchange"));
  };
  const element = {
    requestFullscreen: () =>
      isRefused ? Promise.reject(new Error("refused")) : Promise.resolve(change(element)),
  };
  const keyboard = {
    lock: (codes?: string[]) => Promise.resolve(void log.push(`lock ${codes ?? "all"}`)),
    unlock: () => void log.push("unlock"),
  };
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", canLock ? { keyboard } : {});
  return { log, page, change, element: element as unknown as HTMLElement };
}

afterEach(() => void vi.unstubAllGlobals());

describe("full screen", () => {
  let all: ReturnType<typeof setUp>;
  beforeEach(() => {
    all = setUp();
  });

  it("takes all keys, and gives them back when it ends", async () => {
    const { log, page, element } = all;
    await toggleFullScreen(element);
    expect(log).toEqual(["lock all"]);
    await toggleFullScreen(element);
    expect(page.fullscreenElement).toBeNull();
    expect(log).toEqual(["lock all", "unlock"]);
  });

  it("gives them back too when the person leaves it by holding Escape", async () => {
    const { log, change, element } = all;
    await toggleFullScreen(element);
    change(null);
    expect(log).toEqual(["lock all", "unlock"]);
    await toggleFullScreen(element);
    change(null);
    expect(log).toEqual(["lock all", "unlock", "lock all", "unlock"]);
  });

  it("goes without where a browser has no lock, and stays where it is refused", async () => {
    const without = setUp({ canLock: false });
    await toggleFullScreen(without.element);
    expect(without.page.fullscreenElement).toBe(without.element);
    without.change(null);
    const refused = setUp({ isRefused: true });
    await toggleFullScreen(refused.element);
    expect(refused.log).toEqual([]);
  });
});
