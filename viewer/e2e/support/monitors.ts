import type { Desktop } from "./desktop.ts";
import type { Program } from "./program.ts";
import { eventually } from "./wait.ts";

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Place {
  x: number;
  y: number;
}

/**
 * Gives the desktop a monitor, or the one of that name another place, as a person does with xrandr.
 * The one called `own` takes the place of the X server's own and is the primary one.
 */
export async function setMonitor(desktop: Desktop, name: string, at: Rectangle): Promise<void> {
  const { x, y, width, height } = at;
  const geometry = `${width}/100x${height}/100+${x}+${y}`;
  await desktop.run("xrandr", ["--delmonitor", name]).catch(() => {}); // the first time there is none
  const isOwn = name === "own";
  const [monitor, output] = [isOwn ? "*own" : name, isOwn ? "screen" : "none"];
  await desktop.run("xrandr", ["--setmonitor", monitor, geometry, output]);
}

export async function removeMonitor(desktop: Desktop, name: string): Promise<void> {
  await desktop.run("xrandr", ["--delmonitor", name]);
}

/** Gives the X server's own monitor another mode, and the desktop its size. */
export async function setMode(desktop: Desktop, width: number, height: number): Promise<void> {
  const name = `${width}x${height}-test`;
  const line = (size: number) => [size, 0, 0, size].map(String);
  await desktop.run("xrandr", ["--newmode", name, "0", ...line(width), ...line(height)]);
  await desktop.run("xrandr", ["--addmode", "screen", name]);
  await desktop.run("xrandr", ["--output", "screen", "--mode", name]);
}

/** A real window that tells every press of a button in it, by its place on the desktop. */
export class Target {
  private constructor(private readonly program: Program) {}

  static async open(desktop: Desktop, name: string, at: Rectangle): Promise<Target> {
    const geometry = `${at.width}x${at.height}+${at.x}+${at.y}`;
    const program = desktop.open("xev", ["-name", name, "-geometry", geometry, "-event", "button"]);
    await desktop.window(`^${name}$`);
    return new Target(program);
  }

  /** Every press so far. */
  get presses(): Place[] {
    const text = this.program.lines.join("\n");
    const pattern = /ButtonPress event.*\n.*root:\((-?\d+),(-?\d+)\)/g;
    return [...text.matchAll(pattern)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  }

  /** Waits for a press after the first `count`, and gives it. */
  async press(count: number): Promise<Place> {
    return eventually("a press of a button", () => this.presses[count], 3_000, 10);
  }
}
