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

  /** Waits until the editor holds exactly this text. */
  async holds(wanted: string, timeout = 10_000): Promise<void> {
    let last = "";
    await eventually(
      `the editor holds ${JSON.stringify(wanted)}`,
      async () => (last = await this.text()) === wanted,
      timeout,
      250,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; it holds ${JSON.stringify(last)}`);
    });
  }
}
