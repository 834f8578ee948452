import type { Page } from "playwright-core";
import type { Region } from "./stage.ts";

/** The picture of the host's screen, in Lendhand's page and in noVNC's. */
export const screenElement = "[data-testid=screen], #noVNC_container canvas";

/** What was seen, and when: ms of the wall clock. */
export interface Seen {
  at: number;
  value: number;
}

/** What a watching gives. */
export interface Sight {
  seen: Seen[];
  /** When real keys went down in the page: ms of the wall clock. */
  keys: number[];
  /** How long one look took, in ms: what the watching itself costs the page. */
  cost: number;
  /** The part of the looks, 0 to 1, that found parts of two frames. */
  torn: number;
}

/** What the page has for the watching; see `install`. */
interface Observer {
  watch(what: "square" | "number", region: Region, screen: { width: number }): void;
  next(count: number, timeout: number): Promise<boolean>;
  last(): number | undefined;
  stop(): Sight;
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

  /** Ends the watching. Gives what was seen. */
  stop(): Promise<Sight> {
    return this.page.evaluate(() => window.observer!.stop());
  }
}

/** Runs in the page. */
function install(selector: string): void {
  // How far the page's clock is from the wall clock: timeOrigin may be off by some ms. Date.now
  // is cut to whole ms, so it is nearest to the truth when it changes.
  const tick = () => {
    const from = Date.now();
    while (Date.now() === from);
    return Date.now() - performance.now();
  };
  const offset = Math.max(tick(), tick(), tick(), tick(), tick());
  const cells = 16;
  const canvas = new OffscreenCanvas(cells * 4, 8);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;

  let task: { what: "square" | "number"; region: Region; width: number } | undefined;
  let seen: Seen[] = [];
  let keys: number[] = [];
  let looks = 0;
  let looking = 0;
  let torn = 0;
  let generation = 0;
  let hooked: HTMLVideoElement | undefined;
  let lastFrame: number | undefined;
  let waiting: { count: number; resolve: (seen: boolean) => void } | undefined;

  /** The brightness at a place of the region, which goes from 0,0 to 1,1. */
  type Light = (u: number, v: number) => number;

  /** The region as a canvas shows it. */
  const canvasLight = (source: HTMLCanvasElement, { x, y, width, height }: Region): Light => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return (u, v) => {
      const at = (Math.floor(v * canvas.height) * canvas.width + Math.floor(u * canvas.width)) * 4;
      return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    };
  };

  /**
   * The region of the frame that a video shows, without the colours of all the others: to draw a
   * video into a canvas would convert every pixel of it. Gives nothing when it was read before.
   */
  const videoLight = async (
    source: HTMLVideoElement,
    region: Region,
  ): Promise<Light | undefined> => {
    const frame = new VideoFrame(source);
    try {
      if (frame.timestamp === lastFrame) return undefined;
      lastFrame = frame.timestamp;
      const even = (value: number) => Math.round(value / 2) * 2;
      const rect = {
        x: even(region.x),
        y: even(region.y),
        width: even(region.width),
        height: even(region.height),
      };
      const data = new Uint8Array(frame.allocationSize({ rect }));
      const isPlanar = /^(I4|NV12)/.test(frame.format ?? "");
      const [plane] = await frame.copyTo(data, { rect });
      const step = isPlanar ? 1 : 4; // luma, or red, green and blue: black or white anyhow
      return (u, v) => {
        const [across, down] = [Math.floor(u * rect.width), Math.floor(v * rect.height)];
        return data[plane!.offset + down * plane!.stride + across * step]!;
      };
    } finally {
      frame.close();
    }
  };

  const readSquare = (light: Light) => {
    const places = [0.35, 0.45, 0.55, 0.65];
    const sum = places.flatMap((v) => places.map((u) => light(u, v))).reduce((a, b) => a + b);
    return sum / 16 > 127 ? 1 : 0;
  };

  const readNumber = (light: Light) => {
    let [value, check] = [0, 0];
    for (let cell = 0; cell < cells; cell++) {
      value = value * 2 + (light((cell + 0.5) / cells, 0.25) > 127 ? 1 : 0);
      check = check * 2 + (light((cell + 0.5) / cells, 0.75) > 127 ? 1 : 0);
    }
    return check === ((value * 40503) & 0xffff) ? value : undefined;
  };

  const find = () => document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector);

  const look = async () => {
    const [source, now, mine] = [find(), performance.now(), generation];
    if (!source || !task) return;
    const isVideo = source instanceof HTMLVideoElement;
    const width = isVideo ? source.videoWidth : source.width;
    if (!width || (isVideo && source.readyState < source.HAVE_CURRENT_DATA)) return;
    const scale = width / task.width; // a host may send a smaller picture than its screen
    const { x, y, width: w, height: h } = task.region;
    const region = { x: x * scale, y: y * scale, width: w * scale, height: h * scale };
    const read = isVideo ? videoLight(source, region) : canvasLight(source, region);
    const light = read instanceof Promise ? await read : read;
    if (!light || mine !== generation) return;
    const value = task.what === "square" ? readSquare(light) : readNumber(light);
    looks++;
    looking += performance.now() - now;
    if (value === undefined) torn++;
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
      void look();
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  };

  const loop = (mine: number) => {
    if (mine !== generation) return;
    hook();
    void look();
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
      const result = { seen, keys, cost: looking / looks, torn: torn / looks };
      [seen, keys, looks, looking, torn] = [[], [], 0, 0, 0];
      task = hooked = lastFrame = undefined;
      generation++;
      window.removeEventListener("keydown", onKey, { capture: true });
      return result;
    },
  };
}
