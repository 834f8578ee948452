import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Desktop, WindowPlace } from "./desktop.ts";
import { eventually } from "./wait.ts";

/** A real editor with a file of its own. What was typed into it is read back from the file. */
export class Editor {
  private constructor(
    private readonly desktop: Desktop,
    private readonly file: string,
    private readonly title: string,
  ) {}

  static async open(desktop: Desktop, name = "note.txt"): Promise<Editor> {
    const file = join(desktop.home.path, name);
    writeFileSync(file, "");
    desktop.open("l3afpad", [file]);
    const editor = new Editor(desktop, file, name.replaceAll(".", "\\."));
    await desktop.focus(await editor.place());
    return editor;
  }

  place(): Promise<WindowPlace> {
    return this.desktop.window(this.title);
  }

  /** Has the editor save, and gives what it wrote. */
  async text(): Promise<string> {
    await this.desktop.focus(await this.place());
    await this.desktop.xdotool("key", "--clearmodifiers", "ctrl+s");
    return readFileSync(this.file, "utf8");
  }

  /**
   * Waits until the editor holds exactly this text. It saves with a key that is pressed here, which
   * makes shortcuts of letters that are still on their way: who types over a bad link saves by the
   * same hand, and waits for the file with {@link saved}.
   */
  async holds(wanted: string, timeout = 10_000): Promise<void> {
    await this.becomes("the editor holds", wanted, () => this.text(), timeout);
  }

  /** Waits until somebody has saved exactly this text. */
  async saved(wanted: string, timeout = 10_000): Promise<void> {
    const read = () => Promise.resolve(readFileSync(this.file, "utf8"));
    await this.becomes("the file holds", wanted, read, timeout);
  }

  private async becomes(
    what: string,
    wanted: string,
    read: () => Promise<string>,
    timeout: number,
  ) {
    let last = "";
    await eventually(
      `${what} ${JSON.stringify(wanted)}`,
      async () => (last = await read()) === wanted,
      timeout,
      250,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; it holds ${JSON.stringify(last)}`);
    });
  }
}
