import type { Page } from "playwright-core";
import type { Region } from "./stage.ts";

/** The picture of the host's screen, in Lendhand's page and in noVNC's. */
export const screenElement = "[data-testid=screen], #noVNC_container canvas";

/** What was seen, and when: ms of the wall clock. */
export interface Seen {
  at: number;
  value: number;
}

/** What the page has for the watching; see `install`. */
interface Observer {
  watch(what: "square" | "number", region: Region, screen: { width: number }): void;
  next(count: number, timeout: number): Promise<boolean>;
  last(): number | undefined;
  stop(): { seen: Seen[]; keys: number[]; looks: number };
}

declare global {
  interface Window {
    observer?: Observer;
  }
}

/**
 * An eye in front of a page: it looks at a small part of the screen's picture whenever the page
 * paints, and whenever its video has a new frame, and notes when what it sees there changes.
 */
export class Eye {
  private constructor(
    private readonly page: Page,
    private readonly width: number,
  ) {}

  /** `width` is that of the host's screen. Must be called anew when the page is loaded anew. */
  static async open(page: Page, width = 1920): Promise<Eye> {
    await page.evaluate(install, screenElement);
    return new Eye(page, width);
  }

  /** From now on notes whether the region is bright (1) or dark (0), whenever that changes. */
  async watchSquare(region: Region): Promise<void> {
    await this.watch("square", region);
  }

  /** From now on notes the number of every new frame. */
  async watchNumber(region: Region): Promise<void> {
    await this.watch("number", region);
  }

  private watch(what: "square" | "number", region: Region): Promise<void> {
    return this.page.evaluate(
      ([what, region, width]) => window.observer!.watch(what, region, { width }),
      [what, region, this.width] as const,
    );
  }

  /** Waits until `count` things were seen since the watching began; says whether they were. */
  next(count: number, timeout: number): Promise<boolean> {
    return this.page.evaluate(([count, timeout]) => window.observer!.next(count, timeout), [
      count,
      timeout,
    ] as const);
  }

  /** Waits until the square is bright. An empty canvas, before the first picture, is dark. */
  async bright(timeout: number): Promise<boolean> {
    const end = performance.now() + timeout;
    for (let count = 1; await this.next(count, end - performance.now()); count++) {
      if ((await this.page.evaluate(() => window.observer!.last())) === 1) return true;
    }
    return false;
  }

  /** Ends the watching. Gives what was seen, when keys went down, and how often it looked. */
  stop(): Promise<{ seen: Seen[]; keys: number[]; looks: number }> {
    return this.page.evaluate(() => window.observer!.stop());
  }
}

/** Runs in the page. */
function install(selector: string): void {
  // How far the page's clock is from the wall clock: timeOrigin may be off by some ms.
  const offset = (() => {
    const from = Date.now();
    while (Date.now() === from);
    return Date.now() - performance.now();
  })();
  const cells = 16;
  const canvas = new OffscreenCanvas(cells * 4, 8);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;

  let task: { what: "square" | "number"; region: Region; width: number } | undefined;
  let seen: Seen[] = [];
  let keys: number[] = [];
  let looks = 0;
  let generation = 0;
  let hooked: HTMLVideoElement | undefined;
  let waiting: { count: number; resolve: (seen: boolean) => void } | undefined;

  /** The brightness of the picture's part at this place of the small canvas. */
  const light = (data: Uint8ClampedArray, x: number, y: number) => {
    const at = (y * canvas.width + x) * 4;
    return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  };

  const readSquare = (data: Uint8ClampedArray) => {
    let sum = 0;
    for (let y = 2; y < 6; y++) for (let x = 24; x < 40; x++) sum += light(data, x, y);
    return sum / 64 > 127 ? 1 : 0;
  };

  const readNumber = (data: Uint8ClampedArray) => {
    let [value, inverted] = [0, 0];
    for (let cell = 0; cell < cells; cell++) {
      value = value * 2 + (light(data, cell * 4 + 2, 2) > 127 ? 1 : 0);
      inverted = inverted * 2 + (light(data, cell * 4 + 2, 6) > 127 ? 1 : 0);
    }
    return value + inverted === 0xffff ? value : undefined;
  };

  const find = () => document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector);

  const look = (now: number) => {
    const source = find();
    if (!source || !task) return;
    const isVideo = source instanceof HTMLVideoElement;
    const width = isVideo ? source.videoWidth : source.width;
    if (!width || (isVideo && source.readyState < source.HAVE_CURRENT_DATA)) return;
    const scale = width / task.width; // a host may send a smaller picture than its screen
    const { x, y, width: w, height: h } = task.region;
    context.clearRect(0, 0, canvas.width, canvas.height);
    const from = [x * scale, y * scale, w * scale, h * scale] as const;
    context.drawImage(source, ...from, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    looks++;
    const value = task.what === "square" ? readSquare(data) : readNumber(data);
    if (value === undefined || value === seen.at(-1)?.value) return;
    seen.push({ at: now + offset, value });
    if (waiting && seen.length >= waiting.count) waiting.resolve(true);
  };

  const hook = () => {
    const source = find();
    if (!(source instanceof HTMLVideoElement) || source === hooked) return;
    const video = (hooked = source);
    const mine = generation;
    const onFrame = () => {
      if (mine !== generation || video !== hooked) return;
      look(performance.now());
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  };

  const loop = (mine: number) => {
    if (mine !== generation) return;
    hook();
    look(performance.now());
    requestAnimationFrame(() => loop(mine));
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.isTrusted && !event.repeat) keys.push(event.timeStamp + offset);
  };

  window.observer = {
    last: () => seen.at(-1)?.value,
    watch(what, region, { width }) {
      this.stop();
      task = { what, region, width };
      window.addEventListener("keydown", onKey, { capture: true });
      loop(++generation);
    },
    next(count, timeout) {
      if (seen.length >= count) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), timeout);
        waiting = {
          count,
          resolve: (was) => {
            clearTimeout(timer);
            waiting = undefined;
            resolve(was);
          },
        };
      });
    },
    stop() {
      const result = { seen, keys, looks };
      [seen, keys, looks, task, hooked] = [[], [], 0, undefined, undefined];
      generation++;
      window.removeEventListener("keydown", onKey, { capture: true });
      return result;
    },
  };
}
