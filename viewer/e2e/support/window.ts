import { Bus, type Accessible, type Spot } from "./access.ts";
import type { Desktop, WindowPlace } from "./desktop.ts";
import { Host } from "./host.ts";
import { Person } from "./nested.ts";
import type { Relay } from "./relay.ts";
import { eventually } from "./wait.ts";

/** The host's program in its window, and a person with eyes, ears and hands of their own. */
export class HostWindow {
  private constructor(
    readonly host: Host,
    readonly person: Person,
    readonly bus: Bus,
  ) {}

  /** Starts the program before a person. `extra` are more arguments. */
  static async start(person: Person, relay: Relay, extra: readonly string[] = [], env = {}) {
    const bus = await Bus.start(person.desktop);
    const options = { ui: "window" as const, env: { ...bus.env, ...env } };
    return new HostWindow(Host.start(person.desktop, relay, extra, [], options), person, bus);
  }

  /** The newest code. */
  async code(): Promise<string> {
    await this.host.event("code");
    const codes = this.host.events().filter(({ event }) => event === "code");
    return String(codes.at(-1)!["code"]);
  }

  /** Waits until something of this name is shown. */
  sees(name: string): Promise<Accessible> {
    return this.bus.find(name);
  }

  /** Waits until something of this name is on the bar. */
  async onBar(name: string): Promise<Accessible> {
    return this.bus.find(name, await this.bus.window(barName));
  }

  /** All that is written, as a screen reader reads it. */
  async reads(): Promise<string[]> {
    return (await this.bus.all()).map(({ name }) => name);
  }

  /** Goes to something with the tab key, by what a screen reader says. */
  async tabsTo(name: string): Promise<void> {
    const it = await this.sees(name);
    for (let n = 0; n < 30; n++) {
      if (await it.hasFocus()) return;
      await this.person.does("key", "Tab");
    }
    throw new Error(`the tab key does not lead to "${name}"`);
  }

  /** Presses a button with the keyboard alone. */
  async types(name: string): Promise<void> {
    await this.tabsTo(name);
    await this.person.does("key", "space");
  }

  /** Presses a button of the bar with the mouse. */
  async clicksOnBar(name: string): Promise<void> {
    const { x, y } = centre(await (await this.onBar(name)).place());
    await this.person.does("mousemove", String(x), String(y), "click", "1");
  }

  /** The bar as the X server knows it. */
  async barWindow(): Promise<WindowPlace> {
    // It may be growing with what stands on it.
    return eventually("the bar among the windows", async () => {
      const place = await (await this.bus.window(barName)).place();
      const line = (await this.stack()).find((one) => one.endsWith(spelled(place)));
      return line ? { id: line.split(" ")[0]!, ...place, titleHeight: 0 } : undefined;
    });
  }

  /** Whether the bar is where it was, above everything else. */
  async isOnTop(bar: WindowPlace): Promise<boolean> {
    const [top] = await this.stack();
    return top === `${bar.id} ${spelled(bar)}`;
  }

  /** The windows that are shown, the uppermost first, with their places. */
  private async stack(): Promise<string[]> {
    const tree = await this.person.desktop.run("xwininfo", ["-root", "-children"]);
    const lines = tree.matchAll(/^ +(0x[0-9a-f]+) .*? (\d+x\d+)\+-?\d+\+-?\d+ +(\S+)$/gm);
    const all = [...lines].map(([, id, size, at]) => `${id} ${size}${at}`);
    const shown = await this.person.desktop.xdotool("search", "--onlyvisible", ".*");
    const ids = new Set(shown.split("\n").map(Number));
    return all.filter((line) => ids.has(Number(line.split(" ")[0])));
  }

  stop(): Promise<number | string> {
    return this.host.stop();
  }

  report(): string {
    return `${this.host.report()}\n${JSON.stringify(this.host.events())}`;
  }
}

function spelled({ x, y, width, height }: Spot): string {
  return `${width}x${height}+${x}+${y}`;
}

/** A window that no window manager looks after, over the bar. */
export class Cover {
  private constructor(private readonly id: string) {}

  static async over(desktop: Desktop, { x, y, width, height }: Spot): Promise<Cover> {
    desktop.open("xterm", ["-T", "cover", "-e", "sleep", "600"]);
    const { id } = await desktop.window("^cover$");
    const free = ["windowunmap", "--sync", id, "set_window", "--overrideredirect", "1", id];
    const at = [
      "windowsize",
      id,
      String(width),
      String(height),
      "windowmove",
      id,
      String(x),
      String(y),
    ];
    await desktop.xdotool(...free, ...at, "windowmap", id, "windowraise", id);
    return new Cover(id);
  }

  /** What brings it before the bar, by xdotool's words. */
  deeds(): string[][] {
    return [["windowraise", this.id]];
  }
}

/** What a screen reader calls the bar while Ines is there. */
export const barName = "ines is connected to this computer";

/** The middle of something. */
export function centre({ x, y, width, height }: Spot): { x: number; y: number } {
  return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
}
