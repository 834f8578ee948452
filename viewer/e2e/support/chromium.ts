import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { temporary } from "./folder.ts";
import { fromFourBytes, type Picture } from "./picture.ts";
import { run } from "./program.ts";
import { within } from "./wait.ts";

const executable = process.env["LENDHAND_CHROMIUM"] ?? "/usr/bin/chromium";

const flags = [
  "--no-sandbox", // the tests may run as root
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--allow-loopback-in-peer-connection",
];

export interface BrowserOptions {
  /** The certificate to trust, as a PEM file. Without it, the browser trusts what it came with. */
  ca?: string;
  width?: number;
  height?: number;
  /** Pixels of the display for each CSS pixel; 1 unless said. */
  deviceScaleFactor?: number;
  /** Whether the browser says that its screen can be touched. */
  hasTouch?: boolean;
  /** The X display to show its windows on. Without it, it shows none. */
  display?: string;
  /** More arguments of the program. */
  args?: readonly string[];
}

/** A browser that knows nothing yet: a new profile, and a certificate store made for it. */
export class Browser {
  /** Console messages and errors of all its pages. */
  readonly log: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    private readonly home: ReturnType<typeof temporary>,
  ) {
    context.on("page", (page) => this.watch(page));
    context.pages().forEach((page) => this.watch(page));
  }

  static async start(options: BrowserOptions = {}): Promise<Browser> {
    const { ca, width = 1280, height = 800, deviceScaleFactor = 1, hasTouch = false } = options;
    const { display, args = [] } = options;
    const home = temporary("browser");
    if (ca) await trust(home.path, ca);
    const context = await chromium.launchPersistentContext(join(home.path, "profile"), {
      executablePath: executable,
      args: [...flags, ...args],
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: home.path,
        LANG: "C.UTF-8",
        ...(display ? { DISPLAY: display } : {}),
      },
      headless: !display,
      viewport: { width, height },
      deviceScaleFactor,
      hasTouch,
    });
    context.setDefaultTimeout(15_000);
    return new Browser(context, home);
  }

  /** The page that the browser opened with, or another one, which shares its sign-in. */
  async page(): Promise<Page> {
    const [first] = this.context.pages();
    return first?.url() === "about:blank" ? first : this.newPage();
  }

  /** All its processes. */
  get pids(): number[] {
    return processTree(this.home.path);
  }

  /** Another page, which shares the sign-in of the others. */
  newPage(): Promise<Page> {
    return this.context.newPage();
  }

  /** The cookies that it would send to an address, as they stand in a header. */
  async cookies(url: string): Promise<string> {
    const cookies = await this.context.cookies(url);
    return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  report(): string {
    return ["--- chromium", ...this.log.slice(-80)].join("\n");
  }

  async close(): Promise<void> {
    await this.context.close();
    this.home.remove();
  }

  /** Ends all its processes at once, as a crash or a power cut does. */
  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.context.once("close", resolve));
    for (const pid of processTree(this.home.path)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It went down with its parent.
      }
    }
    await within("the end of the browser", gone, 5_000);
  }

  private watch(page: Page): void {
    page.on("console", (message) => this.log.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.log.push(`uncaught: ${error.message}`));
    page.on("crash", () => this.log.push("the page crashed"));
  }
}

/** The process that has `mark` on its command line, and all that descend from it. */
function processTree(mark: string): number[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const tree = all.filter((pid) => read(`/proc/${pid}/cmdline`).includes(mark));
  const parentOf = new Map(
    all.map((pid) => [pid, /\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]]),
  );
  for (const parent of tree) {
    for (const [pid, its] of parentOf) if (its === parent && !tree.includes(pid)) tree.push(pid);
  }
  return tree.map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // the process has ended meanwhile
  }
}

/** Chromium on Linux asks the NSS database of the account whom to trust, for TURN over TLS too. */
async function trust(home: string, ca: string): Promise<void> {
  const folder = join(home, ".pki", "nssdb");
  mkdirSync(folder, { recursive: true });
  await run("certutil", ["-d", `sql:${folder}`, "-N", "--empty-password"]);
  await run("certutil", ["-d", `sql:${folder}`, "-A", "-t", "C,,", "-n", "relay", "-i", ca]);
}

/** The host's picture as the browser has it, at the host's resolution, before any scaling: on that element. */
export async function screenPicture(page: Page, element = "screen"): Promise<Picture> {
  const { width, height, data } = await page.getByTestId(element).evaluate(async (element) => {
    const source = element as HTMLVideoElement | HTMLCanvasElement;
    const video = source instanceof HTMLVideoElement;
    const width = video ? source.videoWidth : source.width;
    const height = video ? source.videoHeight : source.height;
    if (!width || !height) throw new Error("the screen shows no picture yet");
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d")!;
    context.drawImage(source, 0, 0);
    const bytes = context.getImageData(0, 0, width, height).data;
    let text = ""; // in pieces, because a call takes only so many arguments
    for (let at = 0; at < bytes.length; at += 0x8000) {
      text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    }
    return { width, height, data: btoa(text) };
  });
  return fromFourBytes(width, height, Buffer.from(data, "base64"), "rgb");
}

/**
 * Where a point of the host's screen is on the page, however the picture is scaled. The video may
 * have fewer pixels than the screen, whose size is that of the element.
 */
export async function pageSpot(
  page: Page,
  x: number,
  y: number,
): Promise<{ x: number; y: number }> {
  return page.getByTestId("screen").evaluate(
    (element, point) => {
      const source = element as HTMLVideoElement | HTMLCanvasElement;
      const { width, height } = source;
      const box = source.getBoundingClientRect();
      // The picture keeps its shape within the element (object-fit: contain).
      const scale = Math.min(box.width / width, box.height / height);
      return {
        x: box.x + (box.width - width * scale) / 2 + (point.x + 0.5) * scale,
        y: box.y + (box.height - height * scale) / 2 + (point.y + 0.5) * scale,
      };
    },
    { x, y },
  );
}
