/** Office work through a session: a letter, a page that is read, lists, and the time in between. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Desktop, WindowPlace } from "./desktop.ts";
import { Editor } from "./editor.ts";
import type { Technician } from "./technician.ts";
import { sleep } from "./wait.ts";

const words = `the order of last week was not in the list so we looked for its number in the
letters and found that the second page had been filed under another name which is why nobody saw
it before the end of the month please tell accounts that the sum is right`.split(/\s+/);

/** Milliseconds between two letters: forty words a minute. */
const LETTER_MS = 250;

/** A technician at work on a desktop of 1920 × 1080, a minute at a time. */
export class Office {
  private said = 0;

  private constructor(
    private readonly desktop: Desktop,
    private readonly tech: Technician,
    private readonly editor: Editor,
    private readonly paper: WindowPlace,
  ) {}

  /** Opens a letter, and a long page with tables and pictures in a browser. */
  static async begin(desktop: Desktop, tech: Technician): Promise<Office> {
    const page = join(desktop.home.path, "page.html");
    writeFileSync(page, document());
    desktop.open("chromium", [
      ...["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--password-store=basic"],
      ...[`--user-data-dir=${join(desktop.home.path, "browser")}`, "--window-position=700,40"],
      ...["--window-size=1150,960", `--app=file://${page}`],
    ]);
    const paper = await desktop.window("^The year in figures");
    return new Office(desktop, tech, await Editor.open(desktop, "letter.txt"), paper);
  }

  /** A minute: a few lines are written, a page is read, a list looked up, and people talk. */
  async minute(): Promise<void> {
    const end = performance.now() + 60_000;
    await this.write(16);
    await this.read(3);
    await this.lookUp();
    await this.wander();
    await sleep(Math.max(0, end - performance.now()));
  }

  private async write(count: number): Promise<void> {
    await this.desktop.focus(await this.editor.place());
    const from = this.said;
    this.said += count;
    const line = Array.from({ length: count }, (_, n) => words[(from + n * 7) % words.length]);
    await this.tech.page.keyboard.type(line.join(" "), { delay: LETTER_MS });
    await this.tech.page.keyboard.press("Enter");
  }

  private async read(screens: number): Promise<void> {
    await this.desktop.focus(this.paper);
    await this.tech.pointAt(this.paper.x + 500, this.paper.y + 500);
    for (let n = 0; n < screens; n++) {
      await this.tech.page.mouse.wheel(0, this.said % 640 < 320 ? 360 : -360);
      await sleep(4_000);
    }
  }

  private async lookUp(): Promise<void> {
    const script = `seq -f 'invoice %06g' ${this.said} ${this.said + 200}; sleep 60`;
    const list = this.desktop.open("xterm", ["-T", "Invoices", "-e", "sh", "-c", script]);
    const window = await this.desktop.window("^Invoices$");
    await this.tech.clickAt(window.x + 90, window.y + 80);
    await sleep(4_000);
    await list.stop();
  }

  private async wander(): Promise<void> {
    for (let n = 0; n < 20; n++) {
      await this.tech.pointAt(400 + 12 * n, 500 + 40 * Math.sin(n / 3));
      await sleep(100);
    }
  }
}

/** A page of some thirty screens: text, tables, and a picture with a gradient here and there. */
function document(): string {
  const text = (n: number) =>
    Array.from({ length: 90 }, (_, at) => words[(at * 5 + n) % words.length]).join(" ");
  const row = (n: number) =>
    `<tr>${Array.from({ length: 6 }, (_, at) => `<td>${(n * 7919 + at * 104729) % 9973}</td>`).join("")}</tr>`;
  const table = (n: number) =>
    `<table>${Array.from({ length: 9 }, (_, at) => row(n * 10 + at)).join("")}</table>`;
  const picture = (n: number) =>
    `<div style="height:260px;background:radial-gradient(circle at ${n}% 40%,#fc6,#936 40%,#124)"></div>`;
  const part = (n: number) =>
    `<h2>${n + 1}. ${words[n]} ${words[n + 3]}</h2><p>${text(n)}</p><p>${text(n + 11)}</p>${table(n)}${n % 3 ? "" : picture(n * 2)}`;
  const style =
    "body{font:16px/1.5 sans-serif;margin:32px}td{border:1px solid #999;padding:4px 18px}";
  const parts = Array.from({ length: 40 }, (_, n) => part(n)).join("\n");
  return `<!doctype html><meta charset="utf-8"><title>The year in figures</title><style>${style}</style><h1>The year in figures</h1>${parts}`;
}
