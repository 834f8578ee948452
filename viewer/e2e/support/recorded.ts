/** A session that is recorded, and the auditor who looks at it afterwards. */

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { screenPicture } from "./chromium.ts";
import type { Desktop, WindowPlace } from "./desktop.ts";
import { Editor } from "./editor.ts";
import { keepPictures, psnr, type Picture } from "./picture.ts";
import type { Relay } from "./relay.ts";
import type { Technician } from "./technician.ts";
import { eventually, sleep } from "./wait.ts";

/** What the host's desktop showed at a time, in ms of the wall clock. Nothing moved just then. */
export interface Moment {
  name: string;
  time: number;
  picture: Picture;
}

/** Luma that a picture of a recording has at least, in dB. */
export const GOOD = 35;

/** And what the technician has of it first: the same video, or tiles that are ahead of it. */
const SEEN = 38;

/** Milliseconds after a moment in which nothing moves. */
const STILL_MS = 800;

/** What a technician does on a desktop, with pictures of it at some moments. */
export class Shift {
  readonly moments: Moment[] = [];
  private typed = "";

  private constructor(
    private readonly desktop: Desktop,
    private readonly tech: Technician,
    private readonly editor: Editor,
  ) {}

  /** Opens an editor to work in, with a new file. */
  static async begin(desktop: Desktop, tech: Technician, file = "letter.txt"): Promise<Shift> {
    return new Shift(desktop, tech, await Editor.open(desktop, file));
  }

  /** Types, looks through a window that was opened, and closes it. */
  async work(): Promise<void> {
    const place = await this.editor.place();
    await this.desktop.focus(place);
    await this.tech.clickAt(place.x + 60, place.y + 80);
    await this.tech.page.keyboard.type("Dear Anna, ", { delay: 30 });
    this.typed += "Dear Anna, ";
    await this.editor.holds(this.typed);
    await this.moment("typed");
    const args = ["-T", "Invoices 2026", "-hold", "-sl", "2000", "-e", "seq", "-w", "1500"];
    const list = this.desktop.open("xterm", args);
    const window = await this.desktop.window("^Invoices 2026$");
    await this.moment("window");
    await this.scroll(window, -600);
    await this.moment("scrolled");
    await list.stop();
  }

  private async scroll(window: WindowPlace, by: number): Promise<void> {
    await this.tech.pointAt(window.x + window.width / 2, window.y + window.height / 2);
    for (let n = 0; n < 4; n++) {
      await this.tech.page.mouse.wheel(0, by / 4);
      await sleep(60);
    }
  }

  /** Types what nobody sees: into a program that asks for a password. */
  async signIn(secret: string): Promise<void> {
    const script = 'stty -echo; printf "Password: "; read -r p; printf %s "$p" > given; sleep 60';
    const program = this.desktop.open("xterm", ["-T", "Sign in", "-e", "bash", "-c", script]);
    const window = await this.desktop.window("^Sign in$");
    await this.desktop.focus(window);
    await this.tech.clickAt(window.x + 80, window.y + 60);
    await this.tech.page.keyboard.type(`${secret}\n`, { delay: 30 });
    const given = join(this.desktop.home.path, "given");
    await eventually("the password", () => readFileSync(given, "utf8") === secret);
    await this.moment("password");
    await program.stop();
  }

  /**
   * Takes a picture of the desktop while nothing moves, and the technician sees it as it is: what
   * moves is coarse for them too until it rests.
   */
  private async moment(name: string): Promise<void> {
    const picture = await eventually(`the technician sees "${name}"`, async () => {
      const real = await this.desktop.screenshot();
      const seen = psnr(real, await screenPicture(this.tech.page));
      const again = await this.desktop.screenshot();
      return seen > SEEN && psnr(real, again) === Infinity ? again : undefined;
    });
    this.moments.push({ name, time: Date.now(), picture });
    await sleep(STILL_MS);
  }
}

/** An auditor's page of one recording. */
export class Screening {
  constructor(
    readonly page: Page,
    private readonly relay: Relay,
    readonly id: string,
  ) {}

  /** Gives a reason, and a key where that is needed, and waits for the first picture. */
  async open(reason: string, key?: string): Promise<void> {
    await this.page.goto("about:blank");
    await this.page.goto(`${this.relay.url}/#/recordings/${this.id}`);
    await this.page.getByTestId("open-reason").fill(reason);
    await this.page.getByTestId("open").click();
    if (key !== undefined) {
      const file = { name: "own.key", mimeType: "text/plain", buffer: Buffer.from(key) };
      await this.page.getByTestId("key-file").setInputFiles(file);
      await this.page.getByTestId("key-open").click();
    }
    await this.page.locator("[data-testid=player-picture][data-time]").waitFor();
  }

  /** When the recording began and how long it is, in ms. */
  async span(): Promise<{ begins: number; length: number; bytes: number }> {
    const about = (await this.page.evaluate(
      async (id) => (await fetch(`/api/recordings/${id}`)).json() as Promise<unknown>,
      this.id,
    )) as { manifest: string; length: number; bytes: number };
    const { begins } = JSON.parse(about.manifest) as { begins: string };
    return { begins: Date.parse(begins), length: about.length, bytes: about.bytes };
  }

  /** Goes to a moment on the line of time, and gives how like it the picture is, in dB of luma. */
  async likeness({ time, name, picture }: Moment): Promise<number> {
    const { begins, length } = await this.span();
    const at = time - begins;
    const line = this.page.getByTestId("player-timeline");
    const box = (await line.boundingBox())!;
    await this.page.mouse.click(box.x + (box.width * at) / length, box.y + box.height / 2);
    await eventually(`the second of "${name}"`, async () => {
      const now = Number(await line.getAttribute("aria-valuenow"));
      return Math.abs(now - at / 1000) <= 1;
    });
    return this.shows(name, picture);
  }

  /** Waits until the player shows a picture, and gives how like it is. */
  async shows(name: string, picture: Picture): Promise<number> {
    let best = 0;
    await eventually(`"${name}" in the player`, async () => {
      best = Math.max(best, psnr(picture, await screenPicture(this.page, "player-picture")));
      return best >= GOOD;
    }).catch(async (error: Error) => {
      const seen = await screenPicture(this.page, "player-picture");
      keepPictures(`recording-${name}`, { seen, picture });
      throw new Error(`${error.message}; at best ${best.toFixed(1)} dB`);
    });
    return best;
  }
}

/** What a relay keeps of its recordings in its own folders, in bytes. */
export function recordedBytes(relay: Relay): number {
  const folders = ["recordings", "recordings-open"].map((name) => join(relay.data, name));
  const all = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => filesBelow(folder));
  return all.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function filesBelow(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return all
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** The files below a folder that have these bytes in them. */
export function filesWith(folder: string, text: string): string[] {
  return filesBelow(folder).filter((path) => readFileSync(path).includes(text));
}
