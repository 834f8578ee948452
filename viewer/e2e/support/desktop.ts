import { temporary } from "./folder.ts";
import type { Picture } from "./picture.ts";
import { Program, run } from "./program.ts";
import { eventually } from "./wait.ts";
import { XConnection } from "./x11.ts";

/** Where a window is on the screen: its contents, and the title bar's height above them. */
export interface WindowPlace {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  titleHeight: number;
}

/** A desktop of its own: an X server that outlives its clients, a window manager, real programs. */
export class Desktop {
  /** The environment of every program on this desktop; its HOME is empty and new. */
  readonly env: NodeJS.ProcessEnv;
  private readonly programs: Program[] = [];

  private constructor(
    readonly display: string,
    private readonly server: Program,
    readonly x: XConnection,
    readonly home: ReturnType<typeof temporary>,
  ) {
    this.env = {
      PATH: process.env["PATH"],
      HOME: home.path,
      LANG: "C.UTF-8",
      DISPLAY: display,
      NO_AT_BRIDGE: "1",
    };
  }

  /**
   * Starts one; `without` names X extensions that it shall lack, and `inside` a display in whose
   * window it shall be.
   */
  static async start({
    width = 1280,
    height = 720,
    without = [] as readonly string[],
    inside = "",
  } = {}): Promise<Desktop> {
    const home = temporary("desktop");
    const [name, ...screen] = inside
      ? ["Xephyr", "-no-host-grab", "-screen", `${width}x${height}`]
      : ["Xvfb", "-screen", "0", `${width}x${height}x24`];
    // Without -noreset the server starts anew whenever its last client leaves.
    const args = ["-displayfd", "3", "-noreset", "-nolisten", "tcp", ...screen];
    for (const extension of without) args.push("-extension", extension);
    const env = inside ? { ...process.env, DISPLAY: inside } : process.env;
    const server = new Program(name!, name!, args, { readThird: true, env });
    const [display] = await server.line(/^\d+$/);
    const x = await XConnection.open(`:${display}`);
    const desktop = new Desktop(`:${display}`, server, x, home);
    desktop.open("openbox", ["--sm-disable"]);
    await eventually("a window manager", async () =>
      /window id # 0x/.test(await desktop.run("xprop", ["-root", "_NET_SUPPORTING_WM_CHECK"])),
    );
    return desktop;
  }

  /** The X server's process. */
  get pid(): number {
    return this.server.pid;
  }

  /** Starts a program that ends with the desktop. */
  open(command: string, args: readonly string[]): Program {
    const program = new Program(command, command, args, { env: this.env, cwd: this.home.path });
    this.programs.push(program);
    return program;
  }

  /** Runs a program on this desktop to its end, and gives what it printed. */
  run(command: string, args: readonly string[]): Promise<string> {
    return run(command, args, { env: this.env, cwd: this.home.path });
  }

  /** Real events by xdotool: what a person at this desktop does. */
  xdotool(...args: string[]): Promise<string> {
    return this.run("xdotool", args);
  }

  screenshot(): Promise<Picture> {
    return this.x.screenshot();
  }

  /** Every key and button that is down; empty when nobody holds anything. */
  async heldDown(): Promise<string[]> {
    const keys = (await this.x.keysDown()).map((code) => `key ${code}`);
    const buttons = (await this.x.pointer()).buttonsDown.map((n) => `button ${n}`);
    return [...keys, ...buttons];
  }

  /** Waits for a visible window whose title matches the pattern, and says where it is. */
  async window(title: string): Promise<WindowPlace> {
    const ids = await eventually(`a window "${title}"`, () =>
      this.xdotool("search", "--onlyvisible", "--name", title),
    );
    const id = ids.split("\n")[0]!;
    const info = await this.run("xwininfo", ["-id", id]);
    const extents = await this.run("xprop", ["-id", id, "_NET_FRAME_EXTENTS"]);
    return {
      id,
      x: number(info, /Absolute upper-left X: +(-?\d+)/),
      y: number(info, /Absolute upper-left Y: +(-?\d+)/),
      width: number(info, /Width: +(\d+)/),
      height: number(info, /Height: +(\d+)/),
      titleHeight: number(extents, /= \d+, \d+, (\d+)/), // left, right, top, bottom
    };
  }

  /** Brings a window to the front and gives it the keyboard. */
  async focus(window: WindowPlace): Promise<void> {
    await this.xdotool("windowactivate", "--sync", window.id);
  }

  /** The words of every program, for the report of a failure. */
  report(): string {
    return [this.server, ...this.programs].map((program) => program.report()).join("\n");
  }

  async stop(): Promise<void> {
    this.x.close();
    for (const program of this.programs.reverse()) await program.stop();
    await this.server.stop();
    this.home.remove();
  }
}

function number(text: string, pattern: RegExp): number {
  const match = pattern.exec(text);
  if (!match?.[1]) throw new Error(`no ${pattern} in "${text}"`);
  return Number(match[1]);
}
