import { screenPicture } from "./chromium.ts";
import type { Desktop } from "./desktop.ts";
import type { Editor } from "./editor.ts";
import { average, distance, type Colour } from "./picture.ts";
import type { Technician } from "./technician.ts";
import { eventually } from "./wait.ts";

/** A session at work: what happens on the desktop is seen, and what the technician types arrives. */
export class Work {
  private typed = "";
  private shown = 0;

  constructor(
    private readonly desktop: Desktop,
    private readonly editor: Editor,
  ) {}

  /** Fails unless a change of the screen is seen by the technician. */
  async isSeen(tech: Technician): Promise<void> {
    const level = [0x30, 0x90, 0xf0];
    const colour = [0, 1, 2].map((n) => level[Math.floor(this.shown / 3 ** n) % 3]!);
    const title = `colour ${this.shown++}`;
    const hex = `#${Buffer.from(colour).toString("hex")}`;
    const window = this.desktop.open("xterm", ["-T", title, "-bg", hex, "-geometry", "16x6-8-8"]);
    try {
      const at = await this.desktop.window(`^${title}$`);
      await eventually(`${title}, ${hex}, in the browser`, async () => {
        const picture = await screenPicture(tech.page);
        const seen = average(picture, at.x + at.width - 40, at.y + at.height - 30, 20, 20);
        return distance(seen, colour as unknown as Colour) < 24;
      });
    } finally {
      await window.stop();
    }
  }

  /** Fails unless what the technician types arrives, once and whole. */
  async isDone(tech: Technician, word: string): Promise<void> {
    // Word of it can be lost on its way, and comes a second after the picture then.
    await tech.may("control");
    const place = await this.editor.place();
    await this.desktop.focus(place);
    await tech.clickAt(place.x + 60, place.y + 80);
    await tech.page.keyboard.press("Control+End");
    await tech.page.keyboard.type(word, { delay: 20 });
    await tech.page.keyboard.press("Control+s");
    this.typed += word;
    await this.editor.saved(this.typed);
  }
}
