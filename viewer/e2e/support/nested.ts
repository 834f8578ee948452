import { Desktop } from "./desktop.ts";
import { Program, run } from "./program.ts";

/**
 * A person with hands of their own. Their desktop is a window in another X server, which takes what
 * comes from there for its own mouse and keyboard: not for a program's, as XTEST's on the desktop is.
 */
export class Person {
  private constructor(
    /** The desktop that they sit at. */
    readonly desktop: Desktop,
    private readonly room: Program,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async sitDown({
    width = 1280,
    height = 720,
    without = [] as readonly string[],
  } = {}): Promise<Person> {
    const screen = ["-screen", "0", `${width}x${height}x24`];
    const args = ["-displayfd", "3", "-noreset", "-nolisten", "tcp", ...screen];
    const room = new Program("Xvfb", "Xvfb", args, { readThird: true });
    const [display] = await room.line(/^\d+$/);
    const env = { ...process.env, DISPLAY: `:${display}` };
    const desktop = await Desktop.start({ width, height, without, inside: `:${display}` });
    return new Person(desktop, room, env);
  }

  /** What they do, by xdotool's words. */
  async does(...args: string[]): Promise<void> {
    await run("xdotool", args, { env: this.env });
  }

  async leave(): Promise<void> {
    await this.desktop.stop();
    await this.room.stop();
  }
}
