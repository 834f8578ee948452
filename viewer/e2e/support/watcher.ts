import type { Desktop, WindowPlace } from "./desktop.ts";
import type { Program } from "./program.ts";
import { eventually } from "./wait.ts";

/** A window that notes what arrives in it: `xev`, which prints the X server's own events. */
export class Watcher {
  private from = 0;

  private constructor(
    private readonly desktop: Desktop,
    private readonly program: Program,
    readonly place: WindowPlace,
  ) {}

  static async open(desktop: Desktop): Promise<Watcher> {
    const window = ["-geometry", "500x360+60+80", "-name", "watcher"];
    const kinds = ["-event", "keyboard", "-event", "button"];
    // Its lines shall come when they are written, and not by the kilobyte.
    const program = desktop.open("stdbuf", ["-oL", "xev", ...window, ...kinds]);
    const place = await desktop.window("^watcher$");
    await desktop.focus(place);
    return new Watcher(desktop, program, place);
  }

  /** Where its window is now. */
  placeNow(): Promise<WindowPlace> {
    return this.desktop.window("^watcher$");
  }

  /** Closes the window. One at a time is open: their titles are alike. */
  async close(): Promise<void> {
    await this.program.stop();
  }

  /** The program's end, which a window's being closed brings about. */
  get ended(): Promise<number | string> {
    return this.program.ended;
  }

  /** A place in the window, from its own corner. */
  at(x: number, y: number): { x: number; y: number } {
    return { x: this.place.x + x, y: this.place.y + y };
  }

  /** Forgets what has arrived. */
  clear(): void {
    this.from = this.program.lines.length;
  }

  /** What has arrived: "Control_L down", "button 1 up". */
  seen(): string[] {
    const list: string[] = [];
    let way = "";
    for (const line of this.program.lines.slice(this.from)) {
      way = /^(?:Key|Button)(Press|Release) event/.exec(line)?.[1] ?? way;
      const word = way === "Press" ? "down" : "up";
      const key = /keysym 0x[0-9a-f]+, (\w+)\)/.exec(line)?.[1];
      const button = /, button (\d+),/.exec(line)?.[1];
      if (key) list.push(`${key} ${word}`);
      if (button) list.push(`button ${button} ${word}`);
    }
    return list;
  }

  /** Waits until just this has arrived. */
  async sees(wanted: readonly string[]): Promise<void> {
    await eventually(
      `the window has seen ${wanted.join(", ")}`,
      () => Promise.resolve(this.seen().join() === wanted.join()),
      5_000,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; it has seen ${this.seen().join(", ")}`);
    });
  }
}
